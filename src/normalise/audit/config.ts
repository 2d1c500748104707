import type { EventDraft } from '../../model/event.ts';
import type { Json } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, actorPrefix, present } from './actor.ts';
import type { AuditFields } from './fields.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, keysOf, numberOf, successOf } from './value.ts';

/** Changes to the audit system itself: what it watches, and whether it does. */
export const CONFIG_RULES: RuleTable = {
  CONFIG_CHANGE: configChangeEvent,
  FEATURE_CHANGE: featureChangeEvent,
  EVENT_LISTENER: listenerEvent,
};

/** What `auditctl` sets, in the order in which it is looked for; each is `name=new old=old` in the record. */
const STATUS = [
  ...(['audit_enabled', 'audit_pid', 'audit_failure', 'audit_backlog_limit', 'audit_rate_limit'] as const),
  ...(['audit_backlog_wait_time', 'lost'] as const),
];
type StatusName = (typeof STATUS)[number];

/** CONFIG_CHANGE: a rule of the audit system was added or removed, or its status was set. */
function configChangeEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const change = describeChange(fields);
  const actor = actorOfEvent(view, record);
  const failed = successOf(fields) === false;
  return draftOf(view, record, 'config-change', change.severity, {
    summary: `${actorPrefix(actor)}${change.summary}${failed ? ' (failed)' : ''}`,
    object: { kind: 'audit', name: change.name },
    ...actorDetails(actor),
    ...change.values,
    result: { success: !failed },
  });
}

/** FEATURE_CHANGE: a feature of the audit system was switched or locked. */
function featureChangeEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const name = fieldOf(fields, 'feature') ?? 'unknown';
  return draftOf(view, record, 'config-change', 'info', {
    summary: `audit feature ${name} was set to ${fieldOf(fields, 'new') ?? 'an unknown value'}`,
    object: { kind: 'audit', name },
    ...actorDetails(actorOfEvent(view, record)),
    ...oldAndNew(fieldOf(fields, 'old'), fieldOf(fields, 'new')),
  });
}

/** EVENT_LISTENER (5.16): somebody listens to the records on the multicast socket; null for one who stops. */
function listenerEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  if (fieldOf(fields, 'op') !== 'connect') return null;
  const actor = actorOfEvent(view, record);
  const failed = successOf(fields) === false;
  return draftOf(view, record, 'config-change', 'info', {
    summary: `${actorPrefix(actor)}began to listen to audit records${failed ? ' (failed)' : ''}`,
    object: { kind: 'audit', name: 'listener' },
    ...actorDetails(actor),
    result: { success: !failed },
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
  if (operation !== null && /rules?$/.test(operation)) return describeRule(fields, operation);
  for (const name of STATUS) {
    const value = fieldOf(fields, name);
    if (value !== null) return describeStatus(fields, name, value);
  }
  const name = operation ?? 'unknown';
  return { severity: 'warning', summary: `audit configuration changed: ${name}`, name, values: {} };
}

/**
 * `op=add_rule key="bpf" list=4 res=1`, `op="remove rule" ...` before 4.15; the record does not hold the rule. The
 * kernel itself updates a rule when what it watches is replaced (`updated_rules`), and drops it when that is gone
 * (`autoremove_rule`, kernel/audit_fsnotify.c).
 */
function describeRule(fields: AuditFields, operation: string): Change {
  const keys = keysOf(fields);
  const key = keys.length === 0 ? 'without a key' : `with key ${keys.join(', ')}`;
  const path = fieldOf(fields, 'path');
  const removed = operation.startsWith('remove') || operation.startsWith('autoremove');
  const aboutBpf = keys.some((each) => /bpf/i.test(each));
  const done = removed ? 'removed' : operation.startsWith('updated') ? 'updated' : 'added';
  return {
    severity: removed ? (aboutBpf ? 'critical' : 'error') : 'info',
    summary: `an audit rule ${key}${path === null ? '' : ` on ${path}`} was ${done}`,
    name: operation,
    values: { ...present('keys', keys.length === 0 ? null : keys), ...present('list', listOf(fields)) },
  };
}

/** The number of the list, or its name in `ausearch -i`. */
function listOf(fields: AuditFields): number | string | null {
  return numberOf(fields, 'list') ?? fieldOf(fields, 'list');
}

function describeStatus(fields: AuditFields, name: StatusName, value: string): Change {
  const old = fieldOf(fields, 'old') ?? fieldOf(fields, `old_${name}`);
  const called = name === 'lost' ? 'the count of lost records' : name;
  return {
    severity: statusSeverity(name, value, old),
    summary: `${called} was set to ${value}${old === null ? '' : `, it was ${old}`}`,
    name,
    values: oldAndNew(old, value),
  };
}

/**
 * Auditing switched off is critical; its daemon gone, no longer told of lost records, or the count of those set back,
 * is worth a look.
 */
function statusSeverity(name: StatusName, value: string, old: string | null): Severity {
  if (value === old) return 'info';
  const off = value === '0' || value === 'disabled';
  if (name === 'audit_enabled') return off ? 'critical' : 'info';
  if (name === 'audit_pid') return off ? 'warning' : 'info';
  return name === 'audit_failure' || name === 'lost' ? 'warning' : 'info';
}

function oldAndNew(old: string | null, value: string | null): { readonly [key: string]: Json } {
  return { ...present('old', old), ...present('new', value) };
}
