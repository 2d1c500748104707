import type { JsonObject } from '../../model/json.ts';

/** An audit record that some other program wrote down as JSON. */
export interface CarriedRecord {
  readonly node: string | null;
  /** As written: `BPF`, `1334`. */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly serial: number | null;
  /** The record as auditd writes it. */
  readonly text: string;
}

/** What one JSON object has of audit records. */
export type Carried =
  /** All records of one event. */
  | { readonly kind: 'event'; readonly records: readonly CarriedRecord[] }
  /** One record: the others of its event are in other objects. */
  | { readonly kind: 'record'; readonly record: CarriedRecord }
  /** One record as the kernel printed it: the same log may have it once more, as it was sent to who listens. */
  | { readonly kind: 'copy'; readonly record: CarriedRecord }
  /** Several of these: an entry of several lines. */
  | { readonly kind: 'several'; readonly carried: readonly Carried[] }
  /** The JSON that a wrapper carries as text. */
  | { readonly kind: 'inner'; readonly text: string }
  /** No audit record: a log entry about something else. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads what an object of one format carries. `host` is what the line says before the object, or null. */
export type CarriedReader = (value: JsonObject, host: string | null) => Carried;

/** The records of an event and why the rest of it could not be read: an object of a known format that has neither is no event. */
export function eventOf(agent: string, records: readonly CarriedRecord[], reasons: readonly string[]): Carried {
  const [only] = reasons;
  if (records.length === 0 && only === undefined) {
    return { kind: 'unreadable', reason: `${agent}: an event without a record` };
  }
  const event: Carried[] = records.length === 0 ? [] : [{ kind: 'event', records }];
  const faults = reasons.map((reason): Carried => ({ kind: 'unreadable', reason: `${agent}: ${reason}` }));
  return { kind: 'several', carried: [...event, ...faults] };
}
