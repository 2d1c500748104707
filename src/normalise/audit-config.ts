import type { EventDraft } from '../model/event.ts';
import type { Json } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import { actorDetails, actorOf, actorPhrase } from './audit-actor.ts';
import { type AuditFields, fieldOf, keysOf, numberOf } from './audit-fields.ts';
import { type AuditRecord, draftOf, type GroupView, proctitleOf } from './audit-group.ts';

/** What `auditctl` sets, in the order in which it is looked for; each is `name=new old=old` in the record. */
const STATUS = ['audit_enabled', 'audit_pid', 'audit_failure', 'audit_backlog_limit', 'audit_rate_limit'] as const;

/** CONFIG_CHANGE: a rule of the audit system was added or removed, or its status was set. */
export function configChangeEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const change = describeChange(fields);
  const actor = actorOf((view.syscall ?? record).fields, proctitleOf(view));
  const failed = fields.get('res') === '0' || fields.get('res') === 'failed';
  const who = actorPhrase(actor);
  return draftOf(view, record, 'config-change', change.severity, {
    summary: `${who === null ? '' : `${who}: `}${change.summary}${failed ? ' (failed)' : ''}`,
    object: { kind: 'audit', name: change.name },
    ...actorDetails(actor),
    ...change.values,
    result: { success: !failed },
  });
}

/** FEATURE_CHANGE: a feature of the audit system was switched or locked. */
export function featureChangeEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const name = fieldOf(fields, 'feature') ?? 'unknown';
  const actor = actorOf((view.syscall ?? record).fields, proctitleOf(view));
  return draftOf(view, record, 'config-change', 'info', {
    summary: `audit feature ${name} was set to ${fieldOf(fields, 'new') ?? 'an unknown value'}`,
    object: { kind: 'audit', name },
    ...actorDetails(actor),
    ...oldAndNew(fieldOf(fields, 'old'), fieldOf(fields, 'new')),
  });
}

interface Change {
  readonly severity: Severity;
  readonly summary: string;
  readonly name: string;
  readonly values: { readonly [key: string]: Json };
}

function describeChange(fields: AuditFields): Change {
  const operation = fieldOf(fields, 'op');
  if (operation?.endsWith('rule') === true) return describeRule(fields, operation);
  for (const name of STATUS) {
    const value = fieldOf(fields, name);
    if (value !== null) return describeStatus(fields, name, value);
  }
  const name = operation ?? 'unknown';
  return { severity: 'warning', summary: `audit configuration changed: ${name}`, name, values: {} };
}

/** `op=add_rule key="bpf" list=4 res=1`, `op="remove rule" ...` before 4.15; the record does not hold the rule. */
function describeRule(fields: AuditFields, operation: string): Change {
  const keys = keysOf(fields);
  const key = keys.length === 0 ? 'without a key' : `with key ${keys.join(', ')}`;
  const removed = operation.startsWith('remove');
  const aboutBpf = keys.some((each) => /bpf/i.test(each));
  return {
    severity: removed ? (aboutBpf ? 'critical' : 'error') : 'info',
    summary: `an audit rule ${key} was ${removed ? 'removed' : 'added'}`,
    name: operation,
    values: { ...(keys.length === 0 ? {} : { keys }), ...listOf(fields) },
  };
}

function listOf(fields: AuditFields): { readonly [key: string]: Json } {
  const list = numberOf(fields, 'list');
  return list === null ? {} : { list };
}

function describeStatus(fields: AuditFields, name: (typeof STATUS)[number], value: string): Change {
  const old = fieldOf(fields, 'old') ?? fieldOf(fields, `old_${name}`);
  return {
    severity: statusSeverity(name, value, old),
    summary: `${name} was set to ${value}${old === null ? '' : `, it was ${old}`}`,
    name,
    values: oldAndNew(old, value),
  };
}

/** Auditing switched off is critical; its daemon gone, or no longer told of lost records, is worth a look. */
function statusSeverity(name: (typeof STATUS)[number], value: string, old: string | null): Severity {
  if (value === old) return 'info';
  if (name === 'audit_enabled') return value === '0' ? 'critical' : 'info';
  if (name === 'audit_pid') return value === '0' ? 'warning' : 'info';
  return name === 'audit_failure' ? 'warning' : 'info';
}

function oldAndNew(old: string | null, value: string | null): { readonly [key: string]: Json } {
  return { ...(old === null ? {} : { old }), ...(value === null ? {} : { new: value }) };
}

/** DAEMON_*: the life of auditd itself; null for types that say nothing of weight. */
export function daemonEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const rule = DAEMON[record.name];
  if (rule === undefined) return null;
  const { fields } = record;
  const actor = actorOf(fields, null);
  return draftOf(view, record, rule.alert ? 'security-alert' : 'config-change', rule.severity, {
    summary: rule.summary,
    object: { kind: 'audit', name: 'auditd' },
    ...actorDetails(actor),
    ...(fieldOf(fields, 'res') === null ? {} : { result: { success: fields.get('res') === 'success' } }),
  });
}

const DAEMON: {
  readonly [type: string]:
    | { readonly alert: boolean; readonly severity: Severity; readonly summary: string }
    | undefined;
} = {
  DAEMON_START: { alert: false, severity: 'info', summary: 'auditd started' },
  DAEMON_CONFIG: { alert: false, severity: 'info', summary: "auditd's configuration changed" },
  DAEMON_ROTATE: { alert: false, severity: 'info', summary: 'auditd rotated its log' },
  DAEMON_RESUME: { alert: false, severity: 'info', summary: 'auditd writes its log again' },
  DAEMON_END: { alert: false, severity: 'error', summary: 'auditd stopped' },
  DAEMON_ABORT: { alert: true, severity: 'critical', summary: 'auditd ended because of an error' },
  DAEMON_ERR: { alert: true, severity: 'error', summary: 'auditd reported an error' },
};
