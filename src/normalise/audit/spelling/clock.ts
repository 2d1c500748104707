import { type LogStamp, stampTime, TAKEN_AS_UTC } from './stamp.ts';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** No zone is further from UTC (Kiribati: +14:00). */
const MAX_OFFSET_MS = 14 * 3_600_000;

/** What was learned is looked at again after so much time: clocks change in spring and autumn. */
const LEARN_MS = 60_000;

/** A line is written this soon after what it tells of. */
const MAX_DELAY_MS = 5 * 60_000;

/**
 * Tells when lines of one log were written that leave out the year or the zone. A line that also holds the time of an
 * audit record in seconds since the epoch gives both away; without one the year is that in which the stamp is the last
 * before the file was written, and the clock is taken to show UTC.
 */
export class StampClock {
  readonly #modified: number | null;
  #near: number | null = null;
  #offset: number | null = null;
  #assumesUtc = false;
  #assumesYear = false;

  /** `modified`: when the file was last written, ms since the epoch; null for a pipe. */
  constructor(modified: number | null) {
    this.#modified = modified;
  }

  /** Whether a line has shown both year and zone. */
  get isSet(): boolean {
    return this.#offset !== null;
  }

  /** What was assumed so far, for people. */
  get assumptions(): readonly string[] {
    return [...(this.#assumesUtc ? [TAKEN_AS_UTC] : []), ...(this.#assumesYear ? ["year from the file's date"] : [])];
  }

  /** Whether the stamp needs to be completed from elsewhere. */
  lacks(stamp: LogStamp): boolean {
    return stamp.year === null || stamp.offset === null;
  }

  /** Learns from a line that was written at `stamp` and tells of something at `time`. */
  learn(stamp: LogStamp, time: number): void {
    if (this.#offset !== null && this.#near !== null && Math.abs(time - this.#near) < LEARN_MS) return;
    if (stamp.offset !== null) {
      this.#near = time;
      return;
    }
    const ahead = stampTime(stamp, nearestYear(stamp, time), 0) - time;
    const offset = Math.round(ahead / QUARTER_MS) * QUARTER_MS;
    // A line that tells of another day does not tell the year of this one, either.
    if (Math.abs(offset) > MAX_OFFSET_MS) return;
    this.#near = time;
    if (Math.abs(ahead - offset) <= MAX_DELAY_MS) this.#offset = offset;
  }

  /** Milliseconds since the epoch; null when there is nothing to tell the year by. */
  timeOf(stamp: LogStamp): number | null {
    const year = this.#yearOf(stamp);
    if (year === null) return null;
    if (stamp.offset === null && this.#offset === null) this.#assumesUtc = true;
    return stampTime(stamp, year, this.#offset ?? 0);
  }

  #yearOf(stamp: LogStamp): number | null {
    if (stamp.year !== null) return stamp.year;
    if (this.#near !== null) return nearestYear(stamp, this.#near);
    if (this.#modified === null) return null;
    this.#assumesYear = true;
    const year = new Date(this.#modified).getUTCFullYear();
    // Past New Year's Eve in some zone, the year of the stamp may be the next.
    const latest = this.#modified + DAY_MS;
    return [year + 1, year].find((each) => stampTime(stamp, each, 0) <= latest) ?? year - 1;
  }
}

function nearestYear(stamp: LogStamp, time: number): number {
  const year = new Date(time).getUTCFullYear();
  const distance = (each: number) => Math.abs(stampTime(stamp, each, 0) - time);
  return [year - 1, year + 1].reduce((best, each) => (distance(each) < distance(best) ? each : best), year);
}
