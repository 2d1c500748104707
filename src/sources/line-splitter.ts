/** One line of a byte stream, without its line end (`\n` or `\r\n`). */
export interface Line {
  /** Decoded as UTF-8; what is not UTF-8 becomes U+FFFD, and the offset leads to the bytes. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** Of its first byte in the (uncompressed) stream, from 0. */
  readonly offset: number;
  /** True when it was longer than is held: `text` is then its start. */
  readonly cut: boolean;
}

export interface SplitterOptions {
  /** Bytes of a line that are held; a longer one is cut. */
  readonly maxBytes: number;
  /** Where the stream begins, when that is not the start of the file. */
  readonly firstLine?: number;
  readonly firstOffset?: number;
}

/** Bytes given of a line that was cut: enough to recognise it. */
const CUT_BYTES = 256;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Splits a stream of bytes into lines, whatever the sizes of its pieces. A piece is decoded at once and not line by
 * line, which is where the time goes. Holds at most one unfinished line.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  // `ignoreBOM` keeps a byte order mark in the text: it is dropped from line 1 alone.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #line: number;
  /** Offset of the first byte of the unfinished line. */
  #offset: number;
  /** Pieces of the unfinished line. Once it is too long they are no longer kept. */
  #carry: Uint8Array[] = [];
  #carried = 0;

  constructor(options: SplitterOptions) {
    this.#maxBytes = options.maxBytes;
    this.#line = options.firstLine ?? 1;
    this.#offset = options.firstOffset ?? 0;
  }

  /** Where the next line starts. */
  get position(): { readonly line: number; readonly offset: number } {
    return { line: this.#line, offset: this.#offset };
  }

  /** Number of the last line that is finished. */
  get lines(): number {
    return this.#line - 1;
  }

  /** The lines that this piece finishes. The piece may be reused by the caller afterwards. */
  push(piece: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    if (this.#carried > 0) {
      const end = piece.indexOf(NEWLINE);
      if (end === -1) {
        this.#keep(piece);
        return lines;
      }
      this.#keep(piece.subarray(0, end));
      lines.push(this.#finish(1));
      start = end + 1;
    }
    const last = piece.lastIndexOf(NEWLINE);
    if (last >= start) this.#whole(piece.subarray(start, last), lines);
    if (last + 1 < piece.length) this.#keep(piece.subarray(Math.max(start, last + 1)));
    return lines;
  }

  /** The stream is over: the last line, when it has no line end. */
  end(): Line[] {
    return this.#carried === 0 ? [] : [this.#finish(0)];
  }

  /** Lines that lie in one piece; `bytes` goes from the start of a line to the line end of the last, exclusive. */
  #whole(bytes: Uint8Array, lines: Line[]): void {
    const text = this.#decoder.decode(bytes);
    // Each UTF-16 unit takes at least one byte, so equal counts mean one byte to a unit: indices are offsets.
    const aligned = text.length === bytes.length;
    let from = 0;
    let byteFrom = 0;
    while (from <= text.length) {
      const found = text.indexOf('\n', from);
      const to = found === -1 ? text.length : found;
      const byteFound = aligned ? to : bytes.indexOf(NEWLINE, byteFrom);
      const byteTo = byteFound === -1 ? bytes.length : byteFound;
      if (byteTo - byteFrom > this.#maxBytes) {
        lines.push(this.#cut(bytes.subarray(byteFrom, byteTo)));
      } else {
        const end = to > from && text.charCodeAt(to - 1) === CARRIAGE_RETURN ? to - 1 : to;
        lines.push({ text: this.#unmarked(text.slice(from, end)), line: this.#line, offset: this.#offset, cut: false });
      }
      this.#line += 1;
      this.#offset += byteTo - byteFrom + 1;
      from = to + 1;
      byteFrom = byteTo + 1;
    }
  }

  #keep(bytes: Uint8Array): void {
    // What is over the limit is only counted, but for its start.
    if (this.#carried <= this.#maxBytes) this.#carry.push(bytes.slice(0, this.#maxBytes + 1 - this.#carried));
    this.#carried += bytes.length;
  }

  #finish(lineEnd: 0 | 1): Line {
    const bytes = joined(this.#carry);
    let line: Line;
    if (this.#carried > this.#maxBytes) {
      line = this.#cut(bytes);
    } else {
      const end = bytes.at(-1) === CARRIAGE_RETURN && lineEnd === 1 ? bytes.length - 1 : bytes.length;
      const text = this.#decoder.decode(bytes.subarray(0, end));
      line = { text: this.#unmarked(text), line: this.#line, offset: this.#offset, cut: false };
    }
    this.#line += 1;
    this.#offset += this.#carried + lineEnd;
    this.#carry = [];
    this.#carried = 0;
    return line;
  }

  /** `bytes` starts with as much of the line as is held at the least. */
  #cut(bytes: Uint8Array): Line {
    const start = bytes.subarray(0, Math.min(CUT_BYTES, this.#maxBytes + 1));
    return { text: this.#unmarked(this.#decoder.decode(start)), line: this.#line, offset: this.#offset, cut: true };
  }

  #unmarked(text: string): string {
    return this.#line === 1 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
