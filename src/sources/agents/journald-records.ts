import type { Json, JsonObject } from '../../model/json.ts';
import { asCount, asText } from '../../normalise/decode-value.ts';
import { spelledRecord } from './audit-spellings.ts';
import { type AuditField, type EventStamp, recordBody, recordText } from './audit-text.ts';
import type { Carried, CarriedRecord } from './carried.ts';
import { microseconds } from './stamps.ts';

/**
 * One entry of `journalctl -o json`. journald keeps of an audit record its number (`_AUDIT_ID`), its time
 * (`_SOURCE_REALTIME_TIMESTAMP`) and, in `MESSAGE`, the name of its type and the record after its header
 * (systemd, journald-audit.c). The kernel may have printed the record too, which makes a second entry.
 */
export function journaldRecords(value: JsonObject, host: string | null): Carried {
  const node = asText(value._HOSTNAME) ?? host;
  const message = messageOf(value.MESSAGE);
  if (value._TRANSPORT === 'audit' || value._AUDIT_TYPE !== undefined) return fromTransport(value, node, message);
  if (message === null) return value._TRANSPORT === 'kernel' ? WITHOUT_TEXT : { kind: 'other' };
  const told = toldOf(value, message, node);
  return told.kind !== 'other' && isOfAnyone(value)
    ? { kind: 'unreadable', reason: `journald: written by a process of user ${asText(value._UID)}, as any can` }
    : told;
}

/** An entry of the kernel or the audit system: those of other programs may be anything. */
const WITHOUT_TEXT: Carried = {
  kind: 'unreadable',
  reason: 'journald: an entry without its text (journalctl leaves out long ones without --all)',
};

function toldOf(value: JsonObject, message: string, node: string | null): Carried {
  if (message.trimStart().startsWith('{')) return { kind: 'inner', text: message };
  return spelledRecord(message, node, microseconds(value.__REALTIME_TIMESTAMP));
}

/**
 * True for what journald knows to come from a process that is not root's: it sets the fields that begin with `_` itself
 * (systemd.journal-fields(7)). The kernel has no user.
 */
function isOfAnyone(value: JsonObject): boolean {
  const uid = asText(value._UID);
  return value._TRANSPORT !== 'kernel' && uid !== null && uid !== '0';
}

function fromTransport(value: JsonObject, node: string | null, message: string | null): Carried {
  const name = asText(value._AUDIT_TYPE_NAME) ?? '';
  const number = asText(value._AUDIT_TYPE);
  // A type that journald has no name for is `AUDIT1334` or `<audit-1334>`.
  const type = name === '' || /^(?:AUDIT|<audit-)\d/.test(name) ? number : name;
  const time = microseconds(value._SOURCE_REALTIME_TIMESTAMP) ?? microseconds(value.__REALTIME_TIMESTAMP);
  if (type === null || !TYPE.test(type) || time === null) {
    return { kind: 'unreadable', reason: 'journald: an audit record without its type or time' };
  }
  const stamp: EventStamp = { time, serial: asCount(value._AUDIT_ID) };
  const body = message === null ? bodyOf(value, type) : withoutType(message, name);
  if (message === null && (body === '' || (value.MESSAGE ?? null) !== null)) return WITHOUT_TEXT;
  const record: CarriedRecord = { node, type, ...stamp, text: recordText(type, stamp, body) };
  return { kind: 'record', record };
}

/** `BPF`, `1334`, `UNKNOWN[1334]`. */
const TYPE = /^[A-Z0-9_]+(?:\[\d+\])?$/;

/** Text that is not UTF-8 is a list of its bytes; text that is very long is null (journalctl(1), `--all`). */
function messageOf(message: Json | undefined): string | null {
  if (!Array.isArray(message)) return typeof message === 'string' ? message : null;
  const bytes = message.map((byte) => (typeof byte === 'number' ? byte : -1));
  return bytes.every((byte) => byte >= 0 && byte < 256) ? new TextDecoder().decode(Uint8Array.from(bytes)) : null;
}

function withoutType(message: string, type: string): string {
  return message.startsWith(type) ? message.slice(type.length).trimStart() : message;
}

/** The record from the fields that journald took out of it, where `MESSAGE` is not there. */
function bodyOf(value: JsonObject, type: string): string {
  const fields: AuditField[] = [];
  for (const [key, said] of Object.entries(value)) {
    const text = asText(said);
    if (text === null) continue;
    const own = /^_?AUDIT_FIELD_(.+)$/.exec(key)?.[1];
    const name = own === undefined ? PROCESS.get(key) : own === 'PROG_ID' ? 'prog-id' : own.toLowerCase();
    if (name !== undefined) fields.push([name, text]);
  }
  return recordBody(type, fields);
}

/** Where journald has what else a record says of the process. */
const PROCESS: ReadonlyMap<string, string> = new Map([
  ['_PID', 'pid'],
  ['_PPID', 'ppid'],
  ['_UID', 'uid'],
  ['_GID', 'gid'],
  ['_AUDIT_LOGINUID', 'auid'],
  ['_AUDIT_SESSION', 'ses'],
  ['_COMM', 'comm'],
  ['_EXE', 'exe'],
  ['_TTY', 'tty'],
  ['_CMDLINE', 'proctitle'],
]);
