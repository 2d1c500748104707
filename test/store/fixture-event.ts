import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';

export const START = 1_763_900_000_000;

/** A UUIDv7 whose time is the event's and whose tail is `number`. */
export function eventId(number: number, time = START): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** An event that differs from those with other numbers in all it says. */
export function makeEvent(number: number, changes: Partial<AuditEvent> = {}): AuditEvent {
  const time = changes.time ?? START + number * 10;
  return {
    id: eventId(number, time),
    time,
    type: EVENT_TYPES[number % EVENT_TYPES.length] ?? 'map-access',
    severity: SEVERITIES[number % SEVERITIES.length] ?? 'debug',
    source: number % 2 === 0 ? 'bpftool' : 'audit',
    host: 'web-1',
    details: { summary: `program handle_${number} was loaded`, object: { kind: 'program', id: number } },
    evidence: [{ origin: 'bpftool prog show', line: number }],
    ...changes,
  };
}

export function makeEvents(count: number, first = 0): AuditEvent[] {
  return Array.from({ length: count }, (_, index) => makeEvent(first + index));
}

/** Events in the batch of kill-child.ts that begins with this number. */
export function batchSize(first: number): number {
  return 1 + (first % 7);
}
