import type { Anomaly } from '../model/anomaly.ts';
import { formatDuration } from './time.ts';
import { plural } from './units.ts';

/** One plain sentence about an anomaly. */
export function describeAnomaly(anomaly: Anomaly): string {
  const { details } = anomaly;
  const span = formatDuration(anomaly.windowMs);
  switch (anomaly.type) {
    case 'high-event-rate':
      return `${plural(Number(details.actual), 'event')} in ${span}; ${rounded(details.expected)} is normal, more than ${rounded(details.threshold)} is not`;
    case 'new-event-types':
      return `never seen while learning: ${Array.isArray(details.newTypes) ? details.newTypes.join(', ') : ''}`;
    case 'severity-escalation':
      return `${plural(Number(details.highSeverityCount), 'event')} of error or worse in ${span}`;
    case 'rapid-config-changes':
      return `${plural(Number(details.changeCount), 'configuration change')} in ${span}`;
  }
}

function rounded(value: unknown): string {
  return String(Math.round(Number(value) * 100) / 100);
}
