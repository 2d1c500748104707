import type { EventDraft, EventType, Evidence } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { AuditRecordGroup, AuditRecordLine } from '../model/observation.ts';
import type { Severity } from '../model/severity.ts';
import { AuditFields, fieldOf } from './audit-fields.ts';
import { recordTypeName } from './audit-types.ts';

/** A record with its type by name. Its fields are read once, when first asked for: most records are never asked. */
export class AuditRecord {
  readonly name: string;
  readonly line: AuditRecordLine;
  #fields: AuditFields | null = null;

  constructor(line: AuditRecordLine) {
    this.name = recordTypeName(line.type);
    this.line = line;
  }

  get fields(): AuditFields {
    this.#fields ??= new AuditFields(this.name, this.line.text);
    return this.#fields;
  }
}

/** One audit event being turned into ours: its records by name and the host it happened on. */
export interface GroupView {
  readonly group: AuditRecordGroup;
  readonly host: string;
  readonly records: readonly AuditRecord[];
  readonly syscall: AuditRecord | null;
  readonly proctitle: AuditRecord | null;
}

export function viewGroup(group: AuditRecordGroup, host: string): GroupView {
  const records = group.records.map((line) => new AuditRecord(line));
  return {
    group,
    host,
    records,
    syscall: records.find((record) => record.name === 'SYSCALL') ?? null,
    proctitle: records.find((record) => record.name === 'PROCTITLE') ?? null,
  };
}

/** The command line of the event's process, or null. */
export function proctitleOf(view: GroupView): string | null {
  return view.proctitle === null ? null : fieldOf(view.proctitle.fields, 'proctitle');
}

/** True when the event is a system call of this process or of a child of it. */
export function calledBy(view: GroupView, pid: number): boolean {
  const text = view.syscall?.line.text;
  return text !== undefined && (hasNumber(text, ' pid=', pid) || hasNumber(text, ' ppid=', pid));
}

/** Looks in the raw text, which is quicker than reading all fields; the kernel writes both numbers before any string. */
function hasNumber(text: string, label: string, value: number): boolean {
  const at = text.indexOf(label);
  return at !== -1 && Number.parseInt(text.slice(at + label.length, at + label.length + 11), 10) === value;
}

/**
 * A draft with the group's time and host, `details.audit` for finding the event again (`ausearch -a SERIAL`) and, as
 * evidence, the record that said it followed by those that said who did it.
 */
export function draftOf(
  view: GroupView,
  record: AuditRecord,
  type: EventType,
  severity: Severity,
  details: JsonObject,
): EventDraft {
  const { group, syscall, proctitle } = view;
  const evidence = [evidenceOf(group, record.line)];
  if (syscall !== null && syscall !== record) evidence.push(evidenceOf(group, syscall.line));
  if (proctitle !== null) evidence.push(evidenceOf(group, proctitle.line));
  return {
    time: group.time,
    type,
    severity,
    source: 'audit',
    host: view.host,
    details: {
      ...details,
      audit: { record: record.name, serial: group.serial, ...(group.node === null ? {} : { node: group.node }) },
    },
    evidence,
  };
}

function evidenceOf(group: AuditRecordGroup, line: AuditRecordLine): Evidence {
  return { origin: group.origin, line: line.line, offset: line.offset, text: line.text };
}
