import type { EventDraft, EventType, Evidence } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AuditRecordGroup, AuditRecordLine } from '../../model/observation.ts';
import type { Severity } from '../../model/severity.ts';
import { isBpfSyscall, mayBeBpfSyscall } from '../bpf-commands.ts';
import { AuditFields } from './fields.ts';
import { recordTypeName } from './types.ts';
import { fieldOf } from './value.ts';

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
  readonly execve: AuditRecord | null;
}

export function viewGroup(group: AuditRecordGroup, host: string): GroupView {
  const records = group.records.map((line) => new AuditRecord(line));
  const first = (name: string) => records.find((record) => record.name === name) ?? null;
  return { group, host, records, syscall: first('SYSCALL'), proctitle: first('PROCTITLE'), execve: first('EXECVE') };
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

/** True when the system call of the event is bpf(2). */
export function callsBpf({ syscall }: GroupView): boolean {
  if (syscall === null || !mayBeBpfSyscall(syscall.line.text)) return false;
  return isBpfSyscall(fieldOf(syscall.fields, 'arch'), fieldOf(syscall.fields, 'syscall'));
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
  const { group, syscall, proctitle, execve } = view;
  const evidence = [evidenceOf(group, record.line)];
  if (syscall !== null && syscall !== record) evidence.push(evidenceOf(group, syscall.line));
  const title = proctitle ?? execve;
  if (title !== null) evidence.push(evidenceOf(group, title.line));
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
  const { line: at, offset, text, file = group.origin, raw = text } = line;
  return { origin: file, line: at, offset, text: raw };
}
