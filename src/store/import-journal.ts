import { Buffer } from 'node:buffer';

/** Bytes that are handed on together. */
const GROUP_BYTES = 4 * 2 ** 20;

/** Gathers the lines of imported events for the journal, without making strings of them. */
export class ImportJournal {
  readonly #recorded: (lines: Uint8Array, events: number) => void;
  #bytes = Buffer.alloc(GROUP_BYTES);
  #length = 0;
  #events = 0;

  constructor(recorded: (lines: Uint8Array, events: number) => void) {
    this.#recorded = recorded;
  }

  /** Takes an event as it stands among other bytes. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#room(end - start + 1);
    this.#bytes.set(bytes.subarray(start, end), at);
    this.#bytes[at + end - start] = 0x0a;
  }

  /** Takes a line, newline not included. */
  add(line: string): void {
    const bytes = Buffer.from(line);
    this.copy(bytes, 0, bytes.length);
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#events === 0) return;
    this.#recorded(Buffer.from(this.#bytes.subarray(0, this.#length)), this.#events);
    this.#length = 0;
    this.#events = 0;
  }

  #room(length: number): number {
    if (this.#length + length > this.#bytes.length) this.flush();
    if (length > this.#bytes.length) this.#bytes = Buffer.alloc(length);
    const at = this.#length;
    this.#length += length;
    this.#events += 1;
    return at;
  }
}
