/** A text of ASCII, four to thirty-two characters long, that bytes are compared with four at a time. */
export class Token {
  readonly length: number;
  /** The text in pieces of four, little-endian; those beyond its end are the last four once more. */
  readonly #first: number;
  readonly #second: number;
  readonly #third: number;
  readonly #others: Int32Array;
  readonly #last: number;

  constructor(text: string) {
    this.length = text.length;
    const view = new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
    const piece = (index: number) => view.getInt32(Math.min(index * 4, text.length - 4), true);
    this.#first = piece(0);
    this.#second = piece(1);
    this.#third = piece(2);
    this.#others = Int32Array.from({ length: Math.max(0, Math.ceil(text.length / 4) - 4) }, (_, index) =>
      piece(index + 3),
    );
    this.#last = piece(text.length);
  }

  /** The offset after the text where it stands at `at`; else -1, also for an offset that is none (-1, NaN). */
  after(view: DataView, at: number): number {
    const { length } = this;
    const end = at + length;
    if (!(at >= 0 && end <= view.byteLength)) return -1;
    const last = end - 4;
    if (view.getInt32(last, true) !== this.#last || view.getInt32(at, true) !== this.#first) return -1;
    if (length > 8 && view.getInt32(at + 4, true) !== this.#second) return -1;
    if (length > 12 && view.getInt32(at + 8, true) !== this.#third) return -1;
    const others = this.#others;
    for (let index = 0; index < others.length; index += 1) {
      if (view.getInt32(at + 12 + index * 4, true) !== others[index]) return -1;
    }
    return end;
  }
}
