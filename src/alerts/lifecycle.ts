import type { Alert } from '../model/alert.ts';
import type { Anomaly } from '../model/anomaly.ts';
import type { CheckResult } from '../model/check.ts';
import { severityRank } from '../model/severity.ts';
import { describeAnomaly } from '../text/describe-anomaly.ts';
import { describeViolation } from '../text/describe-violation.ts';
import { plural } from '../text/units.ts';

/** Alerts by fingerprint. */
export type AlertBook = ReadonlyMap<string, Alert>;

/** What happened to one alert. */
export interface Transition {
  readonly kind: 'raised' | 'repeated' | 'resolved';
  readonly time: number;
  readonly alert: Alert;
}

export interface AlertStep {
  readonly book: AlertBook;
  readonly transitions: readonly Transition[];
}

type Trouble = Omit<Alert, 'firstSeen' | 'lastSeen' | 'count' | 'state'>;

/** An anomaly's alert is resolved once it has not been seen for this long (event time). */
const QUIET_MS = 5 * 60_000;

/** Raises or repeats the alert of each anomaly. */
export function raiseAnomalies(book: AlertBook, anomalies: readonly Anomaly[]): AlertStep {
  return step(book, (next, transitions) => {
    for (const anomaly of anomalies) {
      for (const trouble of troublesOf(anomaly)) raise(next, transitions, trouble, anomaly.time);
    }
  });
}

/**
 * Follows a check run: a check that fails raises its alert, one that fails with other violations than before repeats
 * it, one that passes resolves it. One that could not look changes nothing.
 */
export function followChecks(book: AlertBook, results: readonly CheckResult[], time: number): AlertStep {
  return step(book, (next, transitions) => {
    for (const result of results) {
      const trouble = troubleOfCheck(result);
      const known = next.get(trouble.fingerprint);
      const firing = known?.state === 'firing';
      if (result.status === 'failed') {
        if (firing && known.details.violations === trouble.details.violations) continue;
        raise(next, transitions, trouble, time);
      } else if (result.status === 'passed' && firing) {
        resolve(next, transitions, known, time);
      }
    }
  });
}

/** Resolves the anomaly alerts that have been quiet for long enough. */
export function settle(book: AlertBook, time: number): AlertStep {
  return step(book, (next, transitions) => {
    for (const alert of book.values()) {
      if (alert.kind === 'anomaly' && alert.state === 'firing' && time - alert.lastSeen > QUIET_MS) {
        resolve(next, transitions, alert, time);
      }
    }
  });
}

/** The time, ms, after which {@link settle} resolves an alert; infinite when none is waiting for that. */
export function quietUntil(book: AlertBook): number {
  let until = Number.POSITIVE_INFINITY;
  for (const { kind, state, lastSeen } of book.values()) {
    if (kind === 'anomaly' && state === 'firing') until = Math.min(until, lastSeen + QUIET_MS);
  }
  return until;
}

/** Firing first, then the worse, then the newer, then by fingerprint. */
export function sortAlerts(alerts: Iterable<Alert>): readonly Alert[] {
  return [...alerts].sort(
    (a, b) =>
      Number(b.state === 'firing') - Number(a.state === 'firing') ||
      severityRank(b.severity) - severityRank(a.severity) ||
      b.lastSeen - a.lastSeen ||
      (a.fingerprint < b.fingerprint ? -1 : 1),
  );
}

function step(book: AlertBook, work: (next: Map<string, Alert>, transitions: Transition[]) => void): AlertStep {
  const next = new Map(book);
  const transitions: Transition[] = [];
  work(next, transitions);
  return transitions.length === 0 ? { book, transitions } : { book: next, transitions };
}

function raise(book: Map<string, Alert>, transitions: Transition[], trouble: Trouble, time: number): void {
  const known = book.get(trouble.fingerprint);
  const alert: Alert = {
    ...trouble,
    firstSeen: known?.firstSeen ?? time,
    lastSeen: time,
    count: (known?.count ?? 0) + 1,
    state: 'firing',
  };
  book.set(alert.fingerprint, alert);
  transitions.push({ kind: known?.state === 'firing' ? 'repeated' : 'raised', time, alert });
}

function resolve(book: Map<string, Alert>, transitions: Transition[], known: Alert, time: number): void {
  const alert: Alert = { ...known, state: 'resolved' };
  book.set(alert.fingerprint, alert);
  transitions.push({ kind: 'resolved', time, alert });
}

/** One trouble, but one for each of the event types that are new: each is news once, whichever came with it. */
function troublesOf(anomaly: Anomaly): readonly Trouble[] {
  const { newTypes } = anomaly.details;
  if (!Array.isArray(newTypes)) return [troubleOf(anomaly, `anomaly/${anomaly.type}`)];
  return newTypes.map((type) =>
    troubleOf({ ...anomaly, details: { newTypes: [type] } }, `anomaly/${anomaly.type}/${String(type)}`),
  );
}

function troubleOf(anomaly: Anomaly, fingerprint: string): Trouble {
  return {
    fingerprint,
    kind: 'anomaly',
    severity: anomaly.severity,
    title: anomaly.type,
    summary: describeAnomaly(anomaly),
    details: anomaly.details,
    eventIds: anomaly.eventIds,
  };
}

function troubleOfCheck(result: CheckResult): Trouble {
  const names = result.violations.map(describeViolation).sort();
  return {
    fingerprint: `check/${result.id}`,
    kind: 'check',
    severity: result.severity,
    title: result.name,
    summary: `${plural(result.violations.length, 'violation')}: ${names.slice(0, 3).join('; ')}${names.length > 3 ? '; …' : ''}`,
    details: { checkId: result.id, violations: names.join('\n') },
    eventIds: [],
  };
}
