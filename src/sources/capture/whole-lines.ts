import { Buffer } from 'node:buffer';
import type { Unreadable } from '../../model/observation.ts';
import { unreadable } from '../lines.ts';

/** Whole lines as they were read, each with its newline, and where the first of them stands. */
export interface LinesRead {
  /** Good until the next are asked for. */
  readonly bytes: Uint8Array;
  readonly line: number;
  readonly offset: number;
  /** How many they are. */
  readonly count: number;
}

const NEWLINE = 0x0a;

/** Characters of a line that is not held, for the list of what was not understood. */
const START = 256;

/** Cuts a stream of bytes between lines, without looking into them. A line of more than `maxBytes` is let go. */
export class WholeLines {
  readonly #file: string;
  readonly #maxBytes: number;
  /** The line that is not finished, in the pieces that were read of it, and their bytes. */
  #carry: Uint8Array[] = [];
  #carried = 0;
  /** Where it stands. */
  #line = 1;
  #offset = 0;

  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** The lines that these bytes finish, or that are too long to be held. */
  push(chunk: Uint8Array): (LinesRead | Unreadable)[] {
    const found: (LinesRead | Unreadable)[] = [];
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
  end(): (LinesRead | Unreadable)[] {
    if (this.#carried === 0) return [];
    this.#carry.push(Uint8Array.of(NEWLINE));
    return [this.#finish()];
  }

  #keep(bytes: Uint8Array): void {
    // Of a line that is too long, only its start is kept.
    if (this.#carried <= this.#maxBytes) this.#carry.push(bytes.slice(0, this.#maxBytes + 1 - this.#carried));
    this.#carried += bytes.length;
  }

  #finish(): LinesRead | Unreadable {
    const whole = Buffer.concat(this.#carry);
    const size = this.#carried;
    this.#carry = [];
    this.#carried = 0;
    if (size <= this.#maxBytes) return this.#given(whole);
    const at = { line: this.#line, offset: this.#offset };
    this.#line += 1;
    this.#offset += size;
    const start = whole.subarray(0, START).toString('utf8');
    return unreadable(this.#file, at, `line is longer than ${this.#maxBytes} bytes`, start);
  }

  #given(bytes: Uint8Array): LinesRead {
    let count = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
    const lines = { bytes, line: this.#line, offset: this.#offset, count };
    this.#line += count;
    this.#offset += bytes.length;
    return lines;
  }
}
