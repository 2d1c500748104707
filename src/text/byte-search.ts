/**
 * Finds one text of ASCII in bytes. Where it does not stand, the byte at which it would end says how far the next place
 * is that it can end at: most bytes are never looked at (R. N. Horspool, Practical fast searching in strings, 1980).
 */
export class ByteSearch {
  readonly length: number;
  readonly #text: Uint8Array;
  readonly #last: number;
  readonly #lastByte: number;
  readonly #steps: Uint8Array;

  /** `text` has 1 to 255 characters. */
  constructor(text: string) {
    this.#text = new TextEncoder().encode(text);
    this.length = this.#text.length;
    this.#last = this.length - 1;
    this.#lastByte = this.#text[this.#last] ?? 0;
    this.#steps = new Uint8Array(256).fill(this.length);
    for (let index = 0; index < this.#last; index += 1) this.#steps[this.#text[index] ?? 0] = this.#last - index;
  }

  /** Where it first stands between `from` and `to`, exclusive; -1 where it does not. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const steps = this.#steps;
    const last = this.#last;
    const lastByte = this.#lastByte;
    for (let at = from + last; at < to; ) {
      const byte = bytes[at] ?? 0;
      if (byte === lastByte && this.#standsAt(bytes, at - last)) return at - last;
      at += steps[byte] ?? 1;
    }
    return -1;
  }

  #standsAt(bytes: Uint8Array, from: number): boolean {
    for (let index = 0; index < this.#last; index += 1) if (bytes[from + index] !== this.#text[index]) return false;
    return true;
  }
}
