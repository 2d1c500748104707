import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { isStringField } from '../../normalise/audit/value.ts';
import { asArray, asText } from '../../normalise/decode-value.ts';
import { type AuditField, type EventStamp, recordBody, recordText } from './audit-text.ts';
import type { Carried, CarriedRecord } from './carried.ts';
import { stampOf } from './stamps.ts';

/** What laurel adds to an event by itself (laurel(8), section transform and enrich). */
const ADDED: ReadonlySet<string> = new Set(['ID', 'NODE', 'PARENT_INFO', 'CONTAINER_INFO', 'SYSTEMD_INFO']);

/**
 * One line of laurel: an event with a key for each type of record, a list where there can be several. Numbers that the
 * kernel writes in hexadecimal are `"0x..."`, in octal `"0o..."`; the arguments of a call and of a command are `ARGV`.
 */
export function laurelRecords(value: JsonObject, host: string | null): Carried {
  const stamp = stampOf(value.ID);
  if (stamp === null)
    return { kind: 'unreadable', reason: 'laurel: no event id (expected SECONDS.MILLISECONDS:SERIAL)' };
  const node = asText(value.NODE) ?? host;
  const records: CarriedRecord[] = [];
  const faults = new Map<string, number>();
  for (const [type, said] of Object.entries(value)) {
    if (ADDED.has(type) || !TYPE.test(type)) continue;
    const all = Array.isArray(said) ? said : [said];
    for (const fields of all) {
      if (isJsonObject(fields)) records.push({ node, type, ...stamp, text: textOf(type, stamp, fields) });
      else faults.set(type, (faults.get(type) ?? 0) + 1);
    }
  }
  const event: Carried = { kind: 'event', records };
  return faults.size === 0 ? event : { kind: 'several', carried: [event, ...unreadables(faults)] };
}

/** What is no record, by type: one object may hold a million of them. */
function unreadables(faults: ReadonlyMap<string, number>): readonly Carried[] {
  const reasons = [...faults].slice(0, MAX_FAULTS).map(([type, count]) => {
    const times = count === 1 ? '' : `, ${count} times`;
    return `laurel: ${type.slice(0, MAX_TYPE)} is no record${times}`;
  });
  if (faults.size > MAX_FAULTS) reasons.push(`laurel: ${faults.size - MAX_FAULTS} more are no records`);
  return reasons.map((reason) => ({ kind: 'unreadable', reason }));
}

/** Types of an event that are listed where they are no records, and characters of each. */
const MAX_FAULTS = 10;
const MAX_TYPE = 64;

/** `SYSCALL`, `UNKNOWN[1337]`. */
const TYPE = /^[A-Z][A-Z0-9_]*(?:\[\d+\])?$/;

function textOf(type: string, stamp: EventStamp, said: JsonObject): string {
  const fields: AuditField[] = [];
  const lookedUp: AuditField[] = [];
  for (const [name, value] of Object.entries(said)) {
    // A call with all of them as arguments overflows the stack: a command may have 65,536 and more.
    if (name === 'ARGV') for (const each of argumentsOf(type, asArray(value))) fields.push(each);
    else if (/^[A-Z]+$/.test(name)) lookedUp.push([name, asText(value)]);
    else fields.push([name, plain(type, name, value)]);
  }
  const body = recordBody(type, fields);
  // auditd puts a byte between the record and what it looked up (log_format=ENRICHED).
  const names = lookedUp
    .map(([name, value]) => `${name}="${(value ?? '').replaceAll(/["\x00-\x1f]/g, '?')}"`)
    .join(' ');
  return recordText(type, stamp, names === '' ? body : `${body}\x1d${names}`);
}

function argumentsOf(type: string, list: readonly Json[]): AuditField[] {
  const values = list.map((value) => asText(value) ?? '');
  // The kernel joins a process title by NUL.
  if (type === 'PROCTITLE') return [['proctitle', values.join('\0')]];
  return values.map((value, index) => [`a${index}`, plain(type, `a${index}`, value)]);
}

/** A value as the kernel writes it, text aside. */
function plain(type: string, name: string, value: Json): string | null {
  if (value === null) return null;
  const text = asText(value) ?? JSON.stringify(value);
  if (isStringField(type, name)) return text;
  if (/^0x[0-9a-fA-F]+$/.test(text)) return text.slice(2);
  return /^0o[0-7]+$/.test(text) ? `0${text.slice(2)}` : text;
}
