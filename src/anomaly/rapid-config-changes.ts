import type { AnomalyThresholds } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';
import { type Finding, idsOf } from './finding.ts';

/** `rapidChangesThreshold` or more config-changes in the given window (lab 17.3, step 3.2: 10 in 60 seconds). */
export function detectRapidConfigChanges(
  events: readonly EventDigest[],
  thresholds: AnomalyThresholds,
): Finding | null {
  const changes = events.filter((event) => event.type === 'config-change');
  if (changes.length < thresholds.rapidChangesThreshold) return null;
  return {
    type: 'rapid-config-changes',
    severity: 'warning',
    details: { changeCount: changes.length, timeWindowMs: thresholds.rapidChangesWindowMs },
    eventIds: idsOf(changes),
  };
}
