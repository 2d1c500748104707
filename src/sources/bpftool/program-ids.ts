import type { Json, JsonObject } from '../../model/json.ts';

/**
 * The highest program id seen in a watch. The kernel gives ids out in order, so it shows later how many programs came
 * and went unseen. It is `exact` from the second id on that was given out while we watched: before, programs above it
 * may have come and gone long ago.
 */
export class ProgramIdMark {
  #highest: number | null = null;
  #exact = false;

  /** Takes note of a whole listing, and gives the mark as a snapshot's `extra.programIds`. */
  note(programs: readonly JsonObject[]): { readonly [key: string]: Json } {
    const highest = programs.reduce((most, { id }) => (typeof id === 'number' ? Math.max(most, id) : most), 0);
    if (this.#highest === null) this.#highest = highest;
    else if (highest > this.#highest) {
      this.#highest = highest;
      this.#exact = true;
    }
    return { highest: this.#highest, exact: this.#exact };
  }
}
