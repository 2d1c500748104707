import { EVENT_TYPES, type EventType } from '../model/event.ts';
import { SEVERITIES, type Severity } from '../model/severity.ts';

/** The number that stands for an event type in a table: its place in the lab's list. Throws for one it does not have. */
export function typeCode(type: EventType): number {
  return codeOf(EVENT_TYPES, type, 'event type');
}

/** The number that stands for a severity: its rank, so that `severity >= ?` works. Throws for an unknown one. */
export function severityCode(severity: Severity): number {
  return codeOf(SEVERITIES, severity, 'severity');
}

/** The event type that a table means. */
export function typeOf(code: unknown): EventType {
  return valueFor(EVENT_TYPES, code, 'event type');
}

/** The severity that a table means. */
export function severityOf(code: unknown): Severity {
  return valueFor(SEVERITIES, code, 'severity');
}

function codeOf<T extends string>(values: readonly T[], value: T, what: string): number {
  const code = values.indexOf(value);
  if (code < 0) throw new RangeError(`no such ${what}: ${JSON.stringify(value)}`);
  return code;
}

function valueFor<T extends string>(values: readonly T[], code: unknown, what: string): T {
  const value = typeof code === 'number' ? values[code] : undefined;
  if (value === undefined) throw new RangeError(`no ${what} has the code ${String(code)}`);
  return value;
}
