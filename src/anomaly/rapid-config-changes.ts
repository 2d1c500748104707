import type { AnomalyThresholds } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';
import { type Finding, idsOf } from './finding.ts';

/** `rapidChangesThreshold` or more of these config-changes in their window (lab 17.3, step 3.2: 10 in 60 seconds). */
export function detectRapidConfigChanges(
  changes: readonly EventDigest[],
  thresholds: AnomalyThresholds,
): Finding | null {
  if (changes.length < thresholds.rapidChangesThreshold) return null;
  return {
    type: 'rapid-config-changes',
    severity: 'warning',
    details: { changeCount: changes.length, timeWindowMs: thresholds.rapidChangesWindowMs },
    eventIds: idsOf(changes),
  };
}
