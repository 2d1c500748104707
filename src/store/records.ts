import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRunSummary } from '../model/check.ts';
import type { Connection } from './connection.ts';
import { packText } from './text-column.ts';

/** Check runs that are kept; the oldest go first. A run every 2 s fills this in two days. */
export const MAX_CHECK_RUNS = 100_000;

/** What changed between two sets of alerts. */
export interface AlertChange {
  readonly set: readonly Alert[];
  readonly gone: readonly string[];
}

/** What is kept besides events: check runs, alerts and the baseline. */
export class Records {
  readonly #connection: Connection;
  /** Alerts as JSON by fingerprint, to see what changed. */
  readonly #alerts = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  addCheckRun(run: CheckRunSummary): void {
    this.#connection.run('INSERT INTO data.check_run (time, passed, failed, inconclusive) VALUES (?, ?, ?, ?)', [
      run.time,
      run.passed,
      run.failed,
      run.inconclusive,
    ]);
    this.#connection.run('DELETE FROM data.check_run WHERE id <= (SELECT max(id) FROM data.check_run) - ?', [
      MAX_CHECK_RUNS,
    ]);
  }

  /** The last `limit` runs, oldest first. */
  checkRuns(limit: number): readonly CheckRunSummary[] {
    const sql = 'SELECT time, passed, failed, inconclusive FROM data.check_run ORDER BY id DESC LIMIT ?';
    const rows = this.#connection.all(sql, [Math.max(0, Math.trunc(limit))]);
    return rows.reverse().map(([time, passed, failed, inconclusive]) => ({
      time: Number(time),
      passed: Number(passed),
      failed: Number(failed),
      inconclusive: Number(inconclusive),
    }));
  }

  /** How the kept alerts differ from these; null when they do not. */
  compareAlerts(alerts: readonly Alert[]): AlertChange | null {
    const fingerprints = new Set(alerts.map((alert) => alert.fingerprint));
    const set = alerts.filter((alert) => this.#alerts.get(alert.fingerprint) !== JSON.stringify(alert));
    const gone = [...this.#alerts.keys()].filter((fingerprint) => !fingerprints.has(fingerprint));
    return set.length === 0 && gone.length === 0 ? null : { set, gone };
  }

  changeAlerts({ set, gone }: AlertChange): void {
    this.#connection.transaction(() => {
      for (const fingerprint of gone) {
        this.#connection.run('DELETE FROM data.alert WHERE fingerprint = ?', [packText(fingerprint)]);
      }
      for (const alert of set) {
        this.#connection.run('INSERT OR REPLACE INTO data.alert (fingerprint, alert) VALUES (?, ?)', [
          packText(alert.fingerprint),
          JSON.stringify(alert),
        ]);
      }
    });
    for (const fingerprint of gone) this.#alerts.delete(fingerprint);
    for (const alert of set) this.#alerts.set(alert.fingerprint, JSON.stringify(alert));
  }

  /** All alerts, by when they were first seen. */
  alerts(): readonly Alert[] {
    const alerts = [...this.#alerts.values()].map((json) => JSON.parse(json) as Alert);
    return alerts.sort((a, b) => a.firstSeen - b.firstSeen || (a.fingerprint < b.fingerprint ? -1 : 1));
  }

  setBaseline(baseline: Baseline): void {
    this.#connection.run("INSERT OR REPLACE INTO data.document (name, value) VALUES ('baseline', ?)", [
      JSON.stringify(baseline),
    ]);
  }

  baseline(): Baseline | null {
    const row = this.#connection.first("SELECT value FROM data.document WHERE name = 'baseline'");
    return row === null ? null : (JSON.parse(String(row[0])) as Baseline);
  }

  /** Reads back what is kept in memory about the tables. */
  reload(): void {
    this.#alerts.clear();
    this.#connection.each('SELECT alert FROM data.alert', [], ([json]) => {
      const alert = JSON.parse(String(json)) as Alert;
      this.#alerts.set(alert.fingerprint, String(json));
    });
  }
}
