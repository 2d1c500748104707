import type { AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';
import { type Finding, idsOf } from './finding.ts';

/** More events in one interval than `eventRateMultiplier` times the average one (lab 17.3, step 3.2). */
export function detectHighEventRate(
  baseline: Baseline,
  events: readonly EventDigest[],
  thresholds: AnomalyThresholds,
): Finding | null {
  const expected = baseline.avgEventsPerInterval;
  const threshold = expected * thresholds.eventRateMultiplier;
  if (events.length <= threshold) return null;
  return {
    type: 'high-event-rate',
    severity: 'warning',
    details: { expected, actual: events.length, threshold },
    eventIds: idsOf(events),
  };
}
