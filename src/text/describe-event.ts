import type { AuditEvent } from '../model/event.ts';

/** One line about an event, raw (not sanitised): its summary, or its details as they are. */
export function describeEvent(event: AuditEvent): string {
  const { summary } = event.details;
  if (typeof summary === 'string') return summary;
  return Object.entries(event.details)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
