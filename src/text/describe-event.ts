import type { AuditEvent } from '../model/event.ts';
import { formatCount } from './units.ts';

/** One line about an event, raw (not sanitised): its summary, or its details as they are. */
export function describeEvent(event: AuditEvent): string {
  const { summary } = event.details;
  if (typeof summary === 'string') return summary;
  return Object.entries(event.details)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** What an event that stands for others says of them: `+12 more like it`. */
export function describeFolded(stands: number): string {
  return `+${formatCount(stands)} more like it`;
}
