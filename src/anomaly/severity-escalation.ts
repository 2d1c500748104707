import type { AnomalyThresholds } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';
import { isAtLeast } from '../model/severity.ts';
import { type Finding, idsOf } from './finding.ts';

/** `severityEscalationThreshold` or more events of error or worse in one interval (lab 17.3, step 3.2). */
export function detectSeverityEscalation(
  events: readonly EventDigest[],
  thresholds: AnomalyThresholds,
): Finding | null {
  const severe = events.filter((event) => isAtLeast(event.severity, 'error'));
  if (severe.length < thresholds.severityEscalationThreshold) return null;
  return {
    type: 'severity-escalation',
    severity: 'error',
    details: { highSeverityCount: severe.length },
    eventIds: idsOf(severe),
  };
}
