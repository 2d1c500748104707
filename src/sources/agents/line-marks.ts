import { NEWLINE } from './json-codes.ts';

/**
 * Knows at which line and byte a decoded text stands. Text is decoded in one go, so an index into it says nothing of
 * bytes; but line ends are the same in both, and a place is told by the start of its line.
 */
export class LineMarks {
  /** Byte offsets at which lines start that were seen and not yet reached. */
  #starts: number[] = [];
  #reached = 0;
  #bytes = 0;
  #line = 1;
  #offset = 0;
  #lineEnds = 0;
  #endsLine = true;

  /** The line that was reached: its number from 1, and the offset of its first byte. */
  get place(): { readonly line: number; readonly offset: number } {
    return { line: this.#line, offset: this.#offset };
  }

  /** Notes the line ends of bytes that follow those noted before. */
  note(bytes: Uint8Array): void {
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      this.#starts.push(this.#bytes + at + 1);
      this.#lineEnds += 1;
    }
    if (bytes.length > 0) this.#endsLine = bytes.at(-1) === NEWLINE;
    this.#bytes += bytes.length;
    if (this.#reached > 0 && this.#reached === this.#starts.length) {
      this.#starts = [];
      this.#reached = 0;
    }
  }

  /** One line end was passed. */
  pass(): void {
    this.#line += 1;
    this.#offset = this.#starts[this.#reached] ?? this.#offset;
    this.#reached += 1;
    if (this.#reached < COMPACT) return;
    this.#starts = this.#starts.slice(this.#reached);
    this.#reached = 0;
  }

  /** Lines noted so far, the last one too when it has no line end. */
  get lines(): number {
    return this.#lineEnds + (this.#endsLine ? 0 : 1);
  }
}

/** Passed entries that are let go at once. */
const COMPACT = 4096;
