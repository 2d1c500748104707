import { LineMarks } from './line-marks.ts';

/** The text of a stream of bytes from a place on: what was passed is let go, what is not there yet can be waited for. */
export class TextWindow {
  // Bytes that are not UTF-8 become U+FFFD; a byte order mark at the start is dropped.
  readonly #decoder = new TextDecoder();
  readonly #marks = new LineMarks();
  #text = '';
  #at = 0;
  #lineEnd = 0;

  get text(): string {
    return this.#text;
  }

  /** Index into the text of what comes next. */
  get at(): number {
    return this.#at;
  }

  /** Index of the end of the line at `at`, or the length of the text while that end is not there. */
  get lineEnd(): number {
    return this.#lineEnd;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Whether the end of the line at `at` was seen. */
  get hasLineEnd(): boolean {
    return this.#lineEnd < this.#text.length;
  }

  /** The line at `at`. */
  get place(): { readonly line: number; readonly offset: number } {
    return this.#marks.place;
  }

  /** Lines so far, to the end of what was added. */
  get lines(): number {
    return this.#marks.lines;
  }

  /** Adds bytes; null says that there are no more. What was passed is let go: indices start anew at what comes next. */
  add(bytes: Uint8Array | null): void {
    if (bytes !== null) this.#marks.note(bytes);
    const text = bytes === null ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
    const rest = this.#text.slice(this.#at);
    const known = this.hasLineEnd;
    this.#lineEnd -= this.#at;
    this.#at = 0;
    // A concatenation would stay a tree of its parts, through which every look at a character has to go.
    this.#text = rest === '' ? text : [rest, text].join('');
    if (!known) this.#findLineEnd(this.#lineEnd);
  }

  /** Goes on to an index that is not before `at`. */
  moveTo(at: number): void {
    while (at > this.#lineEnd) {
      this.#marks.pass();
      this.#findLineEnd(this.#lineEnd + 1);
    }
    this.#at = at;
  }

  #findLineEnd(from: number): void {
    const found = this.#text.indexOf('\n', from);
    this.#lineEnd = found === -1 ? this.#text.length : found;
  }
}
