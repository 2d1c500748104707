/** A text of ASCII, at least four characters long, that bytes are compared with four at a time. */
export class Token {
  readonly length: number;
  /** The text in pieces of four, little-endian; the last one overlaps the one before it. */
  readonly #words: Int32Array;

  constructor(text: string) {
    this.length = text.length;
    const view = new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
    this.#words = Int32Array.from({ length: Math.ceil(text.length / 4) }, (_, index) =>
      view.getInt32(Math.min(index * 4, text.length - 4), true),
    );
  }

  /** The offset after the text where it stands at `at`; else -1, also for an offset that is none (-1, NaN). */
  after(view: DataView, at: number): number {
    const end = at + this.length;
    if (!(at >= 0 && end <= view.byteLength)) return -1;
    const words = this.#words;
    const last = words.length - 1;
    if (view.getInt32(end - 4, true) !== words[last]) return -1;
    for (let index = 0; index < last; index += 1) {
      if (view.getInt32(at + index * 4, true) !== words[index]) return -1;
    }
    return end;
  }
}
