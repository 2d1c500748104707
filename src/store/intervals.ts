import type { Severity } from '../model/severity.ts';
import type { TrendPoint } from '../model/view.ts';

/** Most intervals that one roll-up may have. */
export const MAX_INTERVALS = 100_000;

/** No events of any severity. */
export function zeroCounts(): Record<Severity, number> {
  return { debug: 0, info: 0, warning: 0, error: 0, critical: 0 };
}

/** The intervals of a roll-up, to be filled. Intervals begin at multiples of their length, as the clock's minutes do. */
export class Intervals {
  readonly lengthMs: number;
  /** Start of the first and end of the last in milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly points: readonly TrendPoint[];
  readonly #counts: readonly Record<Severity, number>[];

  /**
   * From the interval that holds `since` to the one that holds `until`. Throws a RangeError when there would be more
   * than {@link MAX_INTERVALS} or the length is not above zero.
   */
  constructor(lengthMs: number, since: number, until: number) {
    const first = Math.floor(since / lengthMs);
    const size = Math.max(0, Math.floor(until / lengthMs) - first + 1);
    if (!(lengthMs > 0) || !(size <= MAX_INTERVALS)) {
      throw new RangeError(`cannot count by ${lengthMs} ms from ${since} to ${until}`);
    }
    this.lengthMs = lengthMs;
    this.start = first * lengthMs;
    this.end = (first + size) * lengthMs;
    this.#counts = Array.from({ length: size }, zeroCounts);
    this.points = this.#counts.map((counts, index) => ({ time: (first + index) * lengthMs, counts }));
  }

  /** Counts events of one time; a time outside is left out. */
  add(time: number, severity: Severity, count: number): void {
    const counts = this.#counts[Math.floor((time - this.start) / this.lengthMs)];
    if (counts !== undefined) counts[severity] += count;
  }
}
