const NEWLINE = 10;
const NEWLINES = 0x0a0a0a0a;

/** Bytes held at first; few logs ever need more. */
const START = 2 * 1024 * 1024;

/**
 * The last bytes of a stream, so that a record can be decoded when it is known to matter. A place in the stream is
 * counted from its first byte and stays good while `base` has not passed it.
 */
export class ByteWindow {
  /** What is held, from index 0 to `length`, and a view of the same. Others after {@link grow}. */
  bytes = new Uint8Array(START);
  view = new DataView(this.bytes.buffer);
  length = 0;
  /** Place in the stream of `bytes[0]`. */
  base = 0;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #words = new Int32Array(this.bytes.buffer);

  /** Bytes that fit in besides those that are held. */
  get room(): number {
    return this.bytes.length - this.length;
  }

  /** Makes it twice as large. */
  grow(): void {
    const larger = new Uint8Array(2 * this.bytes.length);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
    this.#words = new Int32Array(larger.buffer);
  }

  /** Takes in bytes, for which there must be room. */
  append(piece: Uint8Array): void {
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  /** Lets the first `count` bytes go. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    this.base += count;
  }

  /**
   * Index of the first newline from `from` on, or -1. Four bytes at a time: a word holds a zero byte exactly when
   * `(x - 0x01010101) & ~x & 0x80808080` is not 0, which takes two thirds of the time that `indexOf` takes.
   */
  newline(from: number): number {
    const { bytes, length } = this;
    const words = this.#words;
    let at = from;
    for (; (at & 3) !== 0 && at < length; at += 1) if (bytes[at] === NEWLINE) return at;
    const lastWord = length >> 2;
    for (let index = at >> 2; index < lastWord; index += 1) {
      const word = (words[index] ?? 0) ^ NEWLINES;
      if (((word - 0x01010101) & ~word & 0x80808080) === 0) continue;
      for (at = index << 2; bytes[at] !== NEWLINE; ) at += 1;
      return at;
    }
    for (at = Math.max(at, lastWord << 2); at < length; at += 1) if (bytes[at] === NEWLINE) return at;
    return -1;
  }

  /** The text of `length` bytes from a place in the stream; what is not UTF-8 becomes U+FFFD. */
  text(place: number, length: number): string {
    const from = place - this.base;
    return this.#decoder.decode(this.bytes.subarray(from, from + length));
  }
}
