import type { Observation } from '../model/observation.ts';
import { weightOf } from '../sources/thread/messages.ts';

/** What weighs more than so many audit events is not kept in memory; a longer recording is read again from its files. */
const MAX_KEPT = 200_000;

/** A snapshot of a small host takes as much memory as this many audit events. */
const SNAPSHOT_WEIGHT = 20;

/** The observations of a recording, to be played any number of times. */
export class Tape {
  #kept: (readonly Observation[])[] = [];
  #weight = 0;
  #times: number[] = [];
  #reopen: (() => AsyncIterable<readonly Observation[]>) | null;

  /** `reopen` reads the recording again from its start; null when that cannot be done (a pipe): then all is kept. */
  constructor(reopen: (() => AsyncIterable<readonly Observation[]>) | null) {
    this.#reopen = reopen;
  }

  push(batch: readonly Observation[]): void {
    this.#weight += weightOf(batch);
    for (const { kind, time } of batch) {
      if (kind === 'snapshot') this.#weight += SNAPSHOT_WEIGHT;
      if (time !== null && time !== this.#times[this.#times.length - 1]) this.#times.push(time);
    }
    if (this.#reopen !== null && this.#weight > MAX_KEPT) this.#kept = [];
    else this.#kept.push(batch);
  }

  /** The recording is whole. A log whose time runs back (a clock that was set) is stepped through by time all the same. */
  seal(): void {
    this.#times = [...new Set(this.#times)].sort((a, b) => a - b);
  }

  /** Times of its observations; rising once it is sealed. */
  get times(): readonly number[] {
    return this.#times;
  }

  async *play(): AsyncIterable<readonly Observation[]> {
    if (this.#reopen !== null && this.#weight > MAX_KEPT) yield* this.#reopen();
    else yield* this.#kept;
  }
}
