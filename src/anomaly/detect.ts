import type { Anomaly, AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { EventType } from '../model/event.ts';
import type { EventDigest } from '../model/query.ts';
import type { Finding } from './finding.ts';
import { detectHighEventRate } from './high-event-rate.ts';
import { detectNewEventTypes } from './new-event-types.ts';
import { detectRapidConfigChanges } from './rapid-config-changes.ts';
import { detectSeverityEscalation } from './severity-escalation.ts';

/** Events with `since < time <= until`, of one type or of all, oldest first. */
export type EventsBetween = (since: number, until: number, type?: EventType) => readonly EventDigest[];

export interface DetectionOptions {
  /** End of the window, event time. */
  readonly time: number;
  readonly intervalMs: number;
  /** Null while it is being learned: what needs no baseline is detected all the same. */
  readonly baseline: Baseline | null;
  readonly thresholds: AnomalyThresholds;
}

/**
 * The lab's `run-anomaly-detection` at one moment of event time, in the lab's order. Config changes are counted over
 * their own, longer window, and only when the last interval added one: the same ten changes are reported once.
 */
export function detectAnomalies(events: EventsBetween, options: DetectionOptions): readonly Anomaly[] {
  const { time, intervalMs, baseline, thresholds } = options;
  const recent = events(time - intervalMs, time);
  const found: Anomaly[] = [];
  const add = (finding: Finding | null, windowMs: number): void => {
    if (finding !== null) found.push({ time, windowMs, ...finding });
  };
  if (baseline !== null) {
    add(detectHighEventRate(baseline, recent, thresholds), intervalMs);
    add(detectNewEventTypes(baseline, recent, thresholds), intervalMs);
  }
  add(detectSeverityEscalation(recent, thresholds), intervalMs);
  if (recent.some((event) => event.type === 'config-change')) {
    const windowMs = thresholds.rapidChangesWindowMs;
    add(detectRapidConfigChanges(events(time - windowMs, time, 'config-change'), thresholds), windowMs);
  }
  return found;
}
