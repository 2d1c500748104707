import { Buffer } from 'node:buffer';

/** Whole lines as they were read, each with its newline, and where the first of them stands. */
export interface LinesRead {
  /** Good until the next are asked for. */
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** What could not be read: a line, or for 0 lines what should have followed. */
export interface LinesLost {
  readonly offset: number;
  readonly lines: 0 | 1;
  readonly reason: string;
  /** The start of the line. */
  readonly text: string;
}

const NEWLINE = 0x0a;

/** Characters of a line that is not held, for the list of what was not understood. */
const START = 256;

/**
 * Cuts a stream of bytes between lines, without looking into them: how many they are is for whoever reads them to say. A
 * line of more than `maxBytes` is let go.
 */
export class WholeLines {
  readonly #maxBytes: number;
  /** The line that is not finished, in the pieces that were read of it, and their bytes. */
  #carry: Uint8Array[] = [];
  #carried = 0;
  /** Where it stands. */
  #offset = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that these bytes finish, or that are too long to be held. */
  push(chunk: Uint8Array): (LinesRead | LinesLost)[] {
    const found: (LinesRead | LinesLost)[] = [];
    const last = chunk.lastIndexOf(NEWLINE);
    let from = 0;
    if (this.#carried > 0 && last >= 0) {
      from = chunk.indexOf(NEWLINE) + 1;
      this.#keep(chunk.subarray(0, from));
      found.push(this.#finish());
    }
    if (last + 1 > from) found.push(this.#given(chunk.subarray(from, last + 1)));
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1));
    return found;
  }

  /** The last line, when it has no newline. */
  end(): (LinesRead | LinesLost)[] {
    if (this.#carried === 0) return [];
    this.#carry.push(Uint8Array.of(NEWLINE));
    return [this.#finish()];
  }

  #keep(bytes: Uint8Array): void {
    // Of a line that is too long, only its start is kept.
    if (this.#carried <= this.#maxBytes) this.#carry.push(bytes.slice(0, this.#maxBytes + 1 - this.#carried));
    this.#carried += bytes.length;
  }

  #finish(): LinesRead | LinesLost {
    const whole = Buffer.concat(this.#carry);
    const size = this.#carried;
    this.#carry = [];
    this.#carried = 0;
    if (size <= this.#maxBytes) return this.#given(whole);
    const offset = this.#offset;
    this.#offset += size;
    const text = whole.subarray(0, START).toString('utf8');
    return { offset, lines: 1, reason: `line is longer than ${this.#maxBytes} bytes`, text };
  }

  #given(bytes: Uint8Array): LinesRead {
    const lines = { bytes, offset: this.#offset };
    this.#offset += bytes.length;
    return lines;
  }
}
