import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { isKnownType } from '../../normalise/audit/types.ts';
import { isStringField } from '../../normalise/audit/value.ts';
import { asArray, asText } from '../../normalise/decode-value.ts';
import { type AuditField, type EventStamp, recordBody, recordText } from './audit-text.ts';
import { type Carried, type CarriedRecord, eventOf } from './carried.ts';
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
  const note = (fault: string) => faults.set(fault, (faults.get(fault) ?? 0) + 1);
  for (const [type, said] of Object.entries(value)) {
    if (ADDED.has(type)) continue;
    if (!TYPE.test(type)) {
      if (isMisspelled(type)) note(`${type.slice(0, MAX_TYPE)} is not how laurel writes a type of record`);
      continue;
    }
    const all = Array.isArray(said) ? said : [said];
    for (const fields of all) {
      if (isJsonObject(fields)) records.push({ node, type, ...stamp, text: textOf(type, stamp, fields) });
      else note(`${type.slice(0, MAX_TYPE)} is no record`);
    }
  }
  return eventOf('laurel', records, listed(faults));
}

/** What is no record, in words: one object may hold a million of them. */
function listed(faults: ReadonlyMap<string, number>): readonly string[] {
  const reasons = [...faults]
    .slice(0, MAX_FAULTS)
    .map(([fault, count]) => (count === 1 ? fault : `${fault}, ${count} times`));
  if (faults.size > MAX_FAULTS) reasons.push(`${faults.size - MAX_FAULTS} more are no records`);
  return reasons;
}

/** Types of an event that are listed where they are no records, and characters of each. */
const MAX_FAULTS = 10;
const MAX_TYPE = 64;

/** `SYSCALL`, `UNKNOWN[1337]`. */
const TYPE = /^[A-Z][A-Z0-9_]*(?:\[\d+\])?$/;

/** `Syscall`. Shippers add objects of their own, such as `host`; of those, `user` alone is also the name of a type. */
function isMisspelled(key: string): boolean {
  return key !== 'user' && isKnownType(key.toUpperCase());
}

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
