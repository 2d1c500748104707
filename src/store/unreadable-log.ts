import type { Unreadable } from '../model/observation.ts';
import { excerpt } from '../text/excerpt.ts';

/** Entries that are kept to be listed; all are counted. */
export const MAX_LISTED = 10_000;

/** Characters of one text of an entry that are kept, and of all entries together. */
const MAX_TEXT = 4096;
const MAX_TEXTS = 8 * 2 ** 20;

/** What was not understood in this run. It is not made durable: reading the same input again finds it again. */
export class UnreadableLog {
  readonly #first: Unreadable[] = [];
  #count = 0;
  #characters = 0;

  get count(): number {
    return this.#count;
  }

  add(entries: readonly Unreadable[]): void {
    this.#count += entries.length;
    for (const { at, reason, text } of entries) {
      if (this.#first.length >= MAX_LISTED || this.#characters >= MAX_TEXTS) return;
      const kept = { at, reason: excerpt(reason, MAX_TEXT), text: excerpt(text, MAX_TEXT) };
      this.#characters += kept.reason.length + kept.text.length + at.file.length;
      this.#first.push(kept);
    }
  }

  /** The first `limit` entries, in the order they came. */
  first(limit: number): readonly Unreadable[] {
    return this.#first.slice(0, Math.max(0, limit));
  }
}
