import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRunSummary } from '../model/check.ts';

/** Check runs that are kept; the oldest go first. A run a minute fills this in a week; trends show 240. */
export const MAX_CHECK_RUNS = 10_000;

/** What changed between two sets of alerts. */
export interface AlertChange {
  readonly set: readonly Alert[];
  readonly gone: readonly string[];
}

/** A check run with its number, counted from 1: telling of one twice changes nothing. */
export interface NumberedRun {
  readonly number: number;
  readonly run: CheckRunSummary;
}

/** Everything of {@link Records}, as each journal begins with it. */
export interface RecordsState {
  readonly alerts: readonly Alert[];
  readonly baseline: Baseline | null;
  /** Time, passed, failed and inconclusive of each run. */
  readonly runs: readonly (readonly [number, number, number, number])[];
  /** Number of the last run; 0 of none. */
  readonly lastRun: number;
}

/** What is kept besides events: check runs, alerts and the baseline. */
export class Records {
  /** Alerts as JSON by fingerprint, to see what changed. */
  readonly #alerts = new Map<string, string>();
  #runs: CheckRunSummary[] = [];
  #lastRun = 0;
  #baseline: Baseline | null = null;

  /** The number that the next run gets. */
  get nextRun(): number {
    return this.#lastRun + 1;
  }

  addCheckRun({ number, run }: NumberedRun): void {
    if (number <= this.#lastRun) return;
    this.#lastRun = number;
    this.#runs.push(run);
    // Cut rarely, as it copies the list.
    if (this.#runs.length > 2 * MAX_CHECK_RUNS) this.#runs = this.#runs.slice(-MAX_CHECK_RUNS);
  }

  /** The last `limit` runs, oldest first. */
  checkRuns(limit: number): readonly CheckRunSummary[] {
    const count = Math.min(Math.max(0, Math.trunc(limit)), MAX_CHECK_RUNS);
    return count === 0 ? [] : this.#runs.slice(-count);
  }

  /** How the kept alerts differ from these; null when they do not. */
  compareAlerts(alerts: readonly Alert[]): AlertChange | null {
    const fingerprints = new Set(alerts.map((alert) => alert.fingerprint));
    const set = alerts.filter((alert) => this.#alerts.get(alert.fingerprint) !== JSON.stringify(alert));
    const gone = [...this.#alerts.keys()].filter((fingerprint) => !fingerprints.has(fingerprint));
    return set.length === 0 && gone.length === 0 ? null : { set, gone };
  }

  changeAlerts({ set, gone }: AlertChange): void {
    for (const fingerprint of gone) this.#alerts.delete(fingerprint);
    for (const alert of set) this.#alerts.set(alert.fingerprint, JSON.stringify(alert));
  }

  /** All alerts, by when they were first seen. */
  alerts(): readonly Alert[] {
    const alerts = [...this.#alerts.values()].map((json) => JSON.parse(json) as Alert);
    return alerts.sort((a, b) => a.firstSeen - b.firstSeen || (a.fingerprint < b.fingerprint ? -1 : 1));
  }

  setBaseline(baseline: Baseline | null): void {
    this.#baseline = baseline;
  }

  baseline(): Baseline | null {
    return this.#baseline;
  }

  state(): RecordsState {
    return {
      alerts: this.alerts(),
      baseline: this.#baseline,
      runs: this.checkRuns(MAX_CHECK_RUNS).map(({ time, passed, failed, inconclusive }) => [
        time,
        passed,
        failed,
        inconclusive,
      ]),
      lastRun: this.#lastRun,
    };
  }

  /** Takes over what {@link Records.state} gave. */
  restore({ alerts, baseline, runs, lastRun }: RecordsState): void {
    this.#alerts.clear();
    this.changeAlerts({ set: alerts, gone: [] });
    this.#baseline = baseline;
    this.#runs = runs.map(([time, passed, failed, inconclusive]) => ({ time, passed, failed, inconclusive }));
    this.#lastRun = lastRun;
  }
}
