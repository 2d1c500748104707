import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { tetragonEvent } from '../../normalise/agents/tetragon.ts';
import { asText } from '../../normalise/decode-value.ts';
import { spelledRecord } from './audit-spellings.ts';
import { parseObject } from './exact-json.ts';
import { journaldRecords } from './journald-records.ts';
import { stampOf } from './stamps.ts';
import { wrappedLine, wrappedRecords } from './wrapped-records.ts';

/** Programs that write audit records as JSON. */
export type CarrierFormat = 'journald' | 'laurel' | 'go-audit' | 'auditbeat' | 'wrapped';
/** Programs that see BPF themselves. */
export type WatcherFormat = 'tetragon' | 'tracee' | 'falco' | 'kunai' | 'ig';
export type AgentFormat = CarrierFormat | WatcherFormat;

/** What people call them. */
export const FORMAT_WORDS: { readonly [format in AgentFormat]: string } = {
  journald: 'journald JSON',
  laurel: 'laurel JSON',
  'go-audit': 'go-audit JSON',
  auditbeat: 'Auditbeat JSON',
  wrapped: 'log lines in JSON',
  tetragon: 'Tetragon JSON',
  tracee: 'Tracee JSON',
  falco: 'Falco JSON',
  kunai: 'Kunai JSON',
  ig: 'Inspektor Gadget JSON',
};

/** Whose object this is, by the keys that only it writes; null when it is nobody's that is known here. */
export function recognise(value: JsonObject): AgentFormat | null {
  if (stampOf(value.ID) !== null) return 'laurel';
  if (typeof value.__REALTIME_TIMESTAMP === 'string' || typeof value.__CURSOR === 'string') return 'journald';
  if (Array.isArray(value.messages) && value.sequence !== undefined) return 'go-audit';
  if (isAuditbeat(value)) return 'auditbeat';
  if (isFalco(value)) return 'falco';
  if (isKunai(value)) return 'kunai';
  if (isTracee(value)) return 'tracee';
  if (tetragonEvent(value) !== null) return 'tetragon';
  return isGadget(value) ? 'ig' : null;
}

/**
 * As {@link recognise}, and log lines in a wrapper, where the line is an audit record or an object that is recognised:
 * other keys tell nothing, so each is looked at.
 */
export function recogniseWrapped(value: JsonObject): AgentFormat | null {
  const format = recognise(value);
  const line = format === null ? wrappedLine(value) : null;
  if (line === null) return format;
  if (!line.trimStart().startsWith('{')) return spelledRecord(line, null, 0).kind === 'other' ? null : 'wrapped';
  const inner = parseObject(line.trim());
  return 'value' in inner && recognise(inner.value) !== null ? 'wrapped' : null;
}

/** Whether a wrapper, or an entry of the journal, holds what an agent wrote or an audit record, however often it is wrapped. */
export function carriesRecord(outer: JsonObject): boolean {
  let value = outer;
  for (;;) {
    const format = recognise(value);
    if (format !== null && format !== 'journald') return true;
    const carried = format === null ? wrappedRecords(value, null) : journaldRecords(value, null);
    if (carried.kind !== 'inner') return carried.kind !== 'other';
    const inner = parseObject(carried.text.trim());
    if ('reason' in inner) return false;
    value = inner.value;
  }
}

/** Filebeat's module of the same name has `auditd.log` and the line that it was made of. */
function isAuditbeat({ auditd }: JsonObject): boolean {
  return isJsonObject(auditd) && (auditd.message_type !== undefined || isJsonObject(auditd.data));
}

function isFalco(value: JsonObject): boolean {
  const named = typeof value.rule === 'string' && typeof value.priority === 'string';
  return named && (isJsonObject(value.output_fields) || typeof value.output === 'string');
}

function isKunai({ info, data }: JsonObject): boolean {
  return isJsonObject(info) && isJsonObject(data) && isJsonObject(info.event) && info.utc_time !== undefined;
}

function isTracee(value: JsonObject): boolean {
  if (typeof value.eventName === 'string') return value.args !== undefined || value.eventId !== undefined;
  if (typeof value.name !== 'string' || value.timestamp === undefined) return false;
  return isJsonObject(value.workload) || Array.isArray(value.data);
}

function isGadget(value: JsonObject): boolean {
  if (value.mntns_id !== undefined || value.mountnsid !== undefined || value.mntnsid !== undefined) return true;
  if (isJsonObject(value.proc) && value.proc.comm !== undefined && value.timestamp !== undefined) return true;
  if (value.progID !== undefined || value.progid !== undefined) return value.runcount !== undefined;
  const known = isJsonObject(value.k8s) || isJsonObject(value.runtime);
  return known && asText(value.comm) !== null && value.pid !== undefined;
}
