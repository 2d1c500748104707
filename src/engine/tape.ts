import type { Observation } from '../model/observation.ts';

/** More observations than this are not kept in memory; a longer recording is read again from its files. */
const MAX_KEPT = 200_000;

/** The observations of a recording, to be played any number of times. */
export class Tape {
  #kept: (readonly Observation[])[] = [];
  #count = 0;
  #times: number[] = [];
  #reopen: (() => AsyncIterable<readonly Observation[]>) | null;

  /** `reopen` reads the recording again from its start; null when that cannot be done (a pipe): then all is kept. */
  constructor(reopen: (() => AsyncIterable<readonly Observation[]>) | null) {
    this.#reopen = reopen;
  }

  push(batch: readonly Observation[]): void {
    this.#count += batch.length;
    for (const { time } of batch) {
      if (time !== null && time !== this.#times[this.#times.length - 1]) this.#times.push(time);
    }
    if (this.#reopen !== null && this.#count > MAX_KEPT) this.#kept = [];
    else this.#kept.push(batch);
  }

  /** Times of its observations, rising. */
  get times(): readonly number[] {
    return this.#times;
  }

  async *play(): AsyncIterable<readonly Observation[]> {
    if (this.#reopen !== null && this.#count > MAX_KEPT) yield* this.#reopen();
    else yield* this.#kept;
  }
}
