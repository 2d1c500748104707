import type { EventDraft } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, actorPrefix, present } from './actor.ts';
import type { AuditFields } from './fields.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import { auditBody } from './header.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf } from './value.ts';

/** Changes to SELinux, and what it found invalid. */
export const MAC_RULES: RuleTable = {
  MAC_STATUS: statusEvent,
  MAC_POLICY_LOAD: policyLoadEvent,
  MAC_CONFIG_CHANGE: booleanEvent,
  SELINUX_ERR: selinuxErrorEvent,
  USER_SELINUX_ERR: selinuxErrorEvent,
};

/** `enforcing=0 old_enforcing=1 auid=0 ses=1 enabled=1 old-enabled=1 lsm=selinux res=1`. */
function statusEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const enforcing = changeOf(fields, 'enforcing', 'old_enforcing');
  const enabled = changeOf(fields, 'enabled', 'old-enabled');
  const off = enforcing === 'off' || enabled === 'off';
  const now = fields.get('enforcing');
  const what =
    enabled === 'off'
      ? 'switched off'
      : enabled === 'on'
        ? 'switched on'
        : enforcing === 'off'
          ? 'made permissive'
          : enforcing === 'on'
            ? 'made enforcing'
            : `set to enforcing=${now ?? 'unknown'}, as it was`;
  return change(view, record, off ? 'error' : 'warning', `SELinux was ${what}`, 'enforcing', {
    ...present('new', now ?? null),
    ...present('old', fields.get('old_enforcing') ?? null),
  });
}

function changeOf(fields: AuditFields, name: string, oldName: string): 'on' | 'off' | null {
  const now = fields.get(name);
  const old = fields.get(oldName);
  if (now === undefined || old === undefined || now === old) return null;
  return now === '0' || now === 'no' ? 'off' : 'on';
}

/** `policy loaded auid=0 ses=1`, or `auid=0 ses=1 lsm=selinux res=1` since 5.1. */
function policyLoadEvent(view: GroupView, record: AuditRecord): EventDraft {
  return change(view, record, 'warning', 'a policy was loaded into the security module', 'policy', {
    ...present('lsm', fieldOf(record.fields, 'lsm')),
  });
}

/** `bool=httpd_can_network_connect val=1 old_val=0 auid=0 ses=1`. */
function booleanEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const name = fieldOf(fields, 'bool') ?? 'unknown';
  const value = fieldOf(fields, 'val');
  return change(view, record, 'warning', `SELinux boolean ${name} was set to ${value ?? 'an unknown value'}`, name, {
    ...present('new', value),
    ...present('old', fieldOf(fields, 'old_val')),
  });
}

function change(
  view: GroupView,
  record: AuditRecord,
  severity: Severity,
  summary: string,
  name: string,
  values: EventDraft['details'],
): EventDraft {
  const actor = actorOfEvent(view, record);
  return draftOf(view, record, 'config-change', severity, {
    summary: `${actorPrefix(actor)}${summary}`,
    object: { kind: 'selinux', name },
    ...actorDetails(actor),
    ...values,
  });
}

/** Longest text of an error that a summary repeats, in characters. */
const SHOWN = 200;

/** `op=security_compute_sid invalid_context="..." scontext=... tcontext=... tclass=process`, or free text. */
function selinuxErrorEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const operation = fieldOf(fields, 'op');
  const context = fieldOf(fields, 'invalid_context');
  const actor = actorOfEvent(view, record);
  const what =
    operation === null
      ? auditBody(record.line.text).slice(0, SHOWN)
      : `${operation}${context === null ? '' : `, invalid context ${context}`}`;
  return draftOf(view, record, 'policy-violation', 'error', {
    summary: `${actorPrefix(actor)}SELinux error: ${what}`,
    object: { kind: 'selinux', name: operation ?? 'error' },
    ...actorDetails(actor),
    ...present('invalidContext', context),
  });
}
