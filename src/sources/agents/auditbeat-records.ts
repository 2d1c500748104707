import type { Json, JsonObject } from '../../model/json.ts';
import { timeOfText } from '../../normalise/agents/agent-time.ts';
import { inside } from '../../normalise/agents/inside.ts';
import { asArray, asCount, asObject, asText, asTexts } from '../../normalise/decode-value.ts';
import { plural } from '../../text/units.ts';
import { spelledRecord } from './audit-spellings.ts';
import { type AuditField, type EventStamp, recordBody, recordText } from './audit-text.ts';
import { hostOfBeat } from './beat-host.ts';
import { type Carried, type CarriedRecord, eventOf } from './carried.ts';

/** Fields of the call itself; what else is in `auditd.data` is of the record that `message_type` names. */
const CALL_FIELDS: ReadonlySet<string> = new Set([
  ...['arch', 'syscall', 'success', 'exit', 'a0', 'a1', 'a2', 'a3', 'items', 'tty', 'per', 'argc'],
]);

/**
 * One event of Auditbeat: all records of an audit event in one object, with numbers already turned into names
 * (elastic/beats, auditbeat/module/auditd; elastic/go-libaudit, aucoalesce). The records as they were are in
 * `event.original` when it was told to keep them; otherwise they are made again from the fields.
 */
export function auditbeatRecords(value: JsonObject, host: string | null): Carried {
  const node = hostOfBeat(value) ?? host;
  const { records: originals, unread } = originalRecords(inside(value, 'event', 'original'), node);
  if (originals.length > 0) {
    const reasons = unread === 0 ? [] : [`${plural(unread, 'line')} of event.original that is no audit record`];
    return eventOf('Auditbeat', originals, reasons);
  }
  const audit = asObject(value.auditd) ?? {};
  const time = timeOfText(asText(value['@timestamp']));
  if (time === null) return { kind: 'unreadable', reason: 'Auditbeat: no @timestamp, so nobody knows when it was' };
  const stamp: EventStamp = { time, serial: asCount(audit.sequence) };
  const make = (type: string, fields: readonly AuditField[]): CarriedRecord => {
    return { node, type, ...stamp, text: recordText(type, stamp, recordBody(type, fields)) };
  };
  const data = asObject(audit.data) ?? {};
  const rest = Object.entries(data).filter(([name]) => !CALL_FIELDS.has(name));
  const isCall = data.syscall !== undefined;
  const type = typeOf(audit.message_type, rest);
  const records: CarriedRecord[] = [];
  if (isCall) records.push(make('SYSCALL', callFields(value, audit, data)));
  if (type !== 'SYSCALL' && (rest.length > 0 || !isCall)) {
    const own: AuditField[] = rest.map(([name, said]) => [name, asText(said) ?? JSON.stringify(said)]);
    records.push(make(type, isCall ? own : [...own, ...whoFields(value, audit)]));
  }
  for (const path of asArray(audit.paths)) {
    const fields = Object.entries(asObject(path) ?? {}).map(([name, said]): AuditField => [name, asText(said)]);
    records.push(make('PATH', fields));
  }
  const title = asText(inside(value, 'process', 'title'));
  if (title !== null) records.push(make('PROCTITLE', [['proctitle', title]]));
  return { kind: 'event', records };
}

function originalRecords(original: Json | undefined, node: string | null) {
  const lines =
    typeof original === 'string' ? original.split('\n') : asArray(original).map((line) => asText(line) ?? '?');
  const carried = lines.filter((line) => line.trim() !== '').map((line) => spelledRecord(line, node, null));
  const records = carried.flatMap((each) => (each.kind === 'record' ? [each.record] : []));
  return { records, unread: carried.length - records.length };
}

/** Of an event of a call with something special, Auditbeat names the call when that record came first. */
function typeOf(said: Json | undefined, rest: readonly (readonly [string, Json])[]): string {
  const type = (asText(said) ?? 'syscall').toUpperCase();
  if (type === 'SYSCALL' && rest.some(([name]) => name === 'prog-id')) return 'BPF';
  return /^[A-Z0-9_]+(?:\[\d+\])?$/.test(type) ? type : 'UNKNOWN';
}

function callFields(value: JsonObject, audit: JsonObject, data: JsonObject): AuditField[] {
  const result = asText(audit.result);
  const success: AuditField[] =
    result === 'success' || result === 'fail' ? [['success', result === 'success' ? 'yes' : 'no']] : [];
  const said = [...CALL_FIELDS].flatMap((name): AuditField[] => {
    const text = asText(data[name]);
    return text === null || name === 'success' ? [] : [[name, text]];
  });
  const tags = asTexts(value.tags);
  const key: AuditField[] = tags.length === 0 ? [] : [['key', tags.join('\x01')]];
  return [...said, ...success, ...whoFields(value, audit), ...key];
}

/** Who it was, which Auditbeat moves out of the record. */
function whoFields(value: JsonObject, audit: JsonObject): AuditField[] {
  const parent = inside(value, 'process', 'parent', 'pid') ?? inside(value, 'process', 'ppid');
  const places: readonly (readonly [string, Json | undefined])[] = [
    ['ppid', parent],
    ['pid', inside(value, 'process', 'pid')],
    ['auid', inside(value, 'user', 'audit', 'id')],
    ['uid', inside(value, 'user', 'id')],
    ['euid', inside(value, 'user', 'effective', 'id')],
    ['ses', audit.session],
    ['comm', inside(value, 'process', 'name')],
    ['exe', inside(value, 'process', 'executable')],
  ];
  return places.flatMap(([name, said]): AuditField[] => {
    const text = asText(said);
    return text === null ? [] : [[name, text]];
  });
}
