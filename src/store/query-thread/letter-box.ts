/** Words at the head of the shared memory: whose turn it is, and how many bytes of JSON lie behind them. */
const TURN = 0;
const LENGTH = 1;
const HEAD_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

const FREE = 0;
const ASKED = 1;
const ANSWERED = 2;

/** An inventory of some hundred thousand objects; only what is used of it takes memory. */
const MAX_BYTES = 256 * 1024 * 1024;

const FIRST_BYTES = 64 * 1024;

/**
 * Memory that two threads share, with room for one request and then its answer, as JSON. Who asks waits without a turn of
 * its event loop, so that a question can be asked from code that is synchronous.
 */
export class LetterBox {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared = new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MAX_BYTES })) {
    this.shared = shared;
    this.#words = new Int32Array(shared, 0, 2);
    // Without a length it grows with the memory.
    this.#bytes = new Uint8Array(shared, HEAD_BYTES);
  }

  /** Asks and waits; undefined when no answer came in time: then the box is of no further use. Throws when it is too large. */
  ask(request: unknown, limitMs: number): unknown {
    this.#put(request, ASKED);
    const end = Atomics.wait(this.#words, TURN, ASKED, limitMs);
    if (end === 'timed-out' && Atomics.load(this.#words, TURN) === ASKED) return undefined;
    const answer = this.#take();
    Atomics.store(this.#words, TURN, FREE);
    return answer;
  }

  /** Waits for a request. */
  request(): unknown {
    for (;;) {
      const turn = Atomics.load(this.#words, TURN);
      if (turn === ASKED) return this.#take();
      Atomics.wait(this.#words, TURN, turn);
    }
  }

  /** Throws when it is too large; then nothing is answered yet. */
  answer(answer: unknown): void {
    this.#put(answer, ANSWERED);
  }

  #put(value: unknown, turn: number): void {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const wanted = HEAD_BYTES + bytes.length;
    if (wanted > this.shared.maxByteLength) throw new Error('it is too large for the thread that runs checks');
    if (wanted > this.shared.byteLength) this.shared.grow(wanted);
    this.#bytes.set(bytes);
    this.#words[LENGTH] = bytes.length;
    Atomics.store(this.#words, TURN, turn);
    Atomics.notify(this.#words, TURN);
  }

  #take(): unknown {
    const length = this.#words[LENGTH] ?? 0;
    // A decoder takes no shared memory.
    return JSON.parse(new TextDecoder().decode(this.#bytes.slice(0, length)));
  }
}
