import type { Observation } from '../model/observation.ts';

/** Bytes of observations that are kept in memory, about; a recording of more is read again from its files. */
const MAX_KEPT = 48 * 2 ** 20;

/** Bytes, about, of an observation and of each record in it, without their texts; of a snapshot of a small host. */
const OBSERVATION_BYTES = 300;
const RECORD_BYTES = 150;
const SNAPSHOT_BYTES = 5000;

/** The observations of a recording, to be played any number of times. */
export class Tape {
  #kept: (readonly Observation[])[] = [];
  #bytes = 0;
  #times: number[] = [];
  #reopen: (() => AsyncIterable<readonly Observation[]>) | null;

  /** `reopen` reads the recording again from its start; null when that cannot be done (a pipe): then all is kept. */
  constructor(reopen: (() => AsyncIterable<readonly Observation[]>) | null) {
    this.#reopen = reopen;
  }

  push(batch: readonly Observation[]): void {
    for (const observation of batch) {
      const { time } = observation;
      this.#bytes += bytesOf(observation);
      if (time !== null && time !== this.#times[this.#times.length - 1]) this.#times.push(time);
    }
    if (this.#reopen !== null && this.#bytes > MAX_KEPT) this.#kept = [];
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
    if (this.#reopen !== null && this.#bytes > MAX_KEPT) yield* this.#reopen();
    else yield* this.#kept;
  }
}

function bytesOf(observation: Observation): number {
  if (observation.kind === 'snapshot') return SNAPSHOT_BYTES;
  if (observation.kind === 'agent') return OBSERVATION_BYTES + 2 * observation.record.text.length;
  if (observation.kind !== 'audit') return OBSERVATION_BYTES;
  const { records } = observation.group;
  return records.reduce((sum, { text, raw = '' }) => sum + RECORD_BYTES + text.length + raw.length, OBSERVATION_BYTES);
}
