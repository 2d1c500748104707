import type { AnomalyThresholds, Baseline } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';
import { type Finding, idsOf } from './finding.ts';

/** Event types that the baseline never saw (lab 17.3, step 3.2). */
export function detectNewEventTypes(
  baseline: Baseline,
  events: readonly EventDigest[],
  thresholds: AnomalyThresholds,
): Finding | null {
  const unknown = events.filter((event) => baseline.eventTypes[event.type] === undefined);
  if (unknown.length === 0) return null;
  return {
    type: 'new-event-types',
    severity: thresholds.newEventTypeSeverity,
    details: { newTypes: [...new Set(unknown.map((event) => event.type))].sort() },
    eventIds: idsOf(unknown),
  };
}
