import { EVENT_TYPES } from '../model/event.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';
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

  addKind(type: number, severity: number, change: number): void {
    this.#kinds[type * SEVERITIES.length + severity] = this.kind(type, severity) + change;
  }

  addSecond(second: number, severity: number, change: number): void {
    const key = second * SEVERITIES.length + severity;
    const count = (this.#seconds.get(key) ?? 0) + change;
    if (count === 0) this.#seconds.delete(key);
    else this.#seconds.set(key, count);
  }

  clear(): void {
    this.#kinds.fill(0);
    this.#seconds.clear();
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
