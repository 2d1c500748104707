import type { Unreadable } from '../model/observation.ts';

/** Entries that are kept to be listed; all are counted. */
export const MAX_LISTED = 10_000;

/** What was not understood in this run. It is not made durable: reading the same input again finds it again. */
export class UnreadableLog {
  readonly #first: Unreadable[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(entries: readonly Unreadable[]): void {
    this.#count += entries.length;
    this.#first.push(...entries.slice(0, Math.max(0, MAX_LISTED - this.#first.length)));
  }

  /** The first `limit` entries, in the order they came. */
  first(limit: number): readonly Unreadable[] {
    return this.#first.slice(0, Math.max(0, limit));
  }
}
