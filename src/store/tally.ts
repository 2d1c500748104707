import { EVENT_TYPES } from '../model/event.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
import type { Columns } from './columns.ts';
import { type Intervals, zeroCounts } from './intervals.ts';

/** Length of the finest interval that is counted, in milliseconds. */
export const BUCKET_MS = 1000;

/**
 * What the events add up to, kept as they come and go: by type and severity, and by severity for each second of event
 * time. SQL would have to read every event again to answer this (0.5 s at a million).
 */
export class Tally {
  readonly #kinds = new Float64Array(EVENT_TYPES.length * SEVERITIES.length);
  /** `second * SEVERITIES.length + severity` → events. */
  readonly #seconds = new Map<number, number>();

  /** Adds `change` events (negative takes them away) of one time in milliseconds and of these codes. */
  add(time: number, type: number, severity: number, change: number): void {
    this.addKind(type, severity, change);
    this.addSecond(Math.floor(time / BUCKET_MS), severity, change);
  }

  /** Adds events of a segment, by their places, or (`change` = -1) takes them away. */
  addAll({ times, types, severities }: Columns, from: number, to: number, change: 1 | -1): void {
    // Those of one second mostly come one after the other: what they add up to goes into the map once.
    const counts = SEVERITIES.map(() => 0);
    let second = Number.NaN;
    const put = () => {
      counts.forEach((count, severity) => {
        if (count > 0) this.addSecond(second, severity, count * change);
        counts[severity] = 0;
      });
    };
    for (let place = from; place < to; place += 1) {
      const severity = severities[place] ?? 0;
      const now = Math.floor((times[place] ?? 0) / BUCKET_MS);
      if (now !== second) {
        put();
        second = now;
      }
      counts[severity] = (counts[severity] ?? 0) + 1;
      this.addKind(types[place] ?? 0, severity, change);
    }
    put();
  }

  addKind(type: number, severity: number, change: number): void {
    this.#kinds[type * SEVERITIES.length + severity] = this.kind(type, severity) + change;
  }

  addSecond(second: number, severity: number, change: number): void {
    const key = second * SEVERITIES.length + severity;
    const count = (this.#seconds.get(key) ?? 0) + change;
    if (count === 0) this.#seconds.delete(key);
    else this.#seconds.set(key, count);
  }

  /** Events of a type and a severity, by their codes. */
  kind(type: number, severity: number): number {
    return this.#kinds[type * SEVERITIES.length + severity] ?? 0;
  }

  /** Events by type; types without any are absent. */
  byType(): Record<string, number> {
    const counts: Record<string, number> = {};
    EVENT_TYPES.forEach((type, code) => {
      const count = SEVERITIES.reduce((sum, _, severity) => sum + this.kind(code, severity), 0);
      if (count > 0) counts[type] = count;
    });
    return counts;
  }

  /** Events by severity, zeros included. */
  bySeverity(): Record<Severity, number> {
    const counts = zeroCounts();
    SEVERITIES.forEach((name, severity) => {
      counts[name] = EVENT_TYPES.reduce((sum, _, type) => sum + this.kind(type, severity), 0);
    });
    return counts;
  }

  /** Fills intervals that begin at whole seconds: by looking each second up or, when that is less, by reading all. */
  fill(intervals: Intervals): void {
    const first = intervals.start / BUCKET_MS;
    const end = intervals.end / BUCKET_MS;
    if ((end - first) * SEVERITIES.length > this.#seconds.size) {
      for (const [key, count] of this.#seconds) {
        const second = Math.floor(key / SEVERITIES.length);
        const severity = SEVERITIES[key - second * SEVERITIES.length];
        if (severity !== undefined) intervals.add(second * BUCKET_MS, severity, count);
      }
      return;
    }
    for (let second = first; second < end; second += 1) {
      SEVERITIES.forEach((severity, code) => {
        const count = this.#seconds.get(second * SEVERITIES.length + code);
        if (count !== undefined) intervals.add(second * BUCKET_MS, severity, count);
      });
    }
  }
}
