import { Token } from './token.ts';

/** Characters of a word, with what follows it, that tell it from the others. */
const PREFIX = 12;

/** Slots of the table, a power of two; enough for the words of the model to be told apart by one of these factors. */
const SLOTS = 256;
const MAX_FACTOR = 1 << 20;

/**
 * Which of a few words stands somewhere, each followed by the same text: found by a table and compared once, not one
 * after the other.
 */
export class Words {
  readonly #tokens: readonly Token[];
  readonly #slots: Int8Array;
  readonly #factor: number;
  /** Place of the word that was found last. */
  found = -1;

  /** `following` is as long as it takes to have {@link PREFIX} characters with the shortest word. */
  constructor(words: readonly string[], following: string) {
    const texts = words.map((word) => word + following);
    this.#tokens = texts.map((text) => new Token(text));
    const views = texts.map(
      (text) => new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer),
    );
    for (let factor = 1; ; factor += 2) {
      if (factor > MAX_FACTOR) throw new RangeError('words that cannot be told apart');
      const slots = new Int8Array(SLOTS).fill(-1);
      views.forEach((view, index) => {
        slots[slotOf(view, 0, factor)] = index;
      });
      if (views.every((view, index) => slots[slotOf(view, 0, factor)] === index)) {
        this.#slots = slots;
        this.#factor = factor;
        return;
      }
    }
  }

  /** The offset after the word at `at` and the text that follows it; -1 when none stands there. */
  after(view: DataView, at: number): number {
    if (!(at >= 0 && at + PREFIX <= view.byteLength)) return -1;
    this.found = this.#slots[slotOf(view, at, this.#factor)] ?? -1;
    return this.#tokens[this.found]?.after(view, at) ?? -1;
  }
}

function slotOf(view: DataView, at: number, factor: number): number {
  const mixed =
    view.getInt32(at, true) ^ Math.imul(view.getInt32(at + 4, true), 3) ^ Math.imul(view.getInt32(at + 8, true), 5);
  return Math.imul(mixed, factor) >>> 24;
}
