import type { EventDraft, EventType } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, present } from './actor.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { successOf } from './value.ts';

interface DaemonRule {
  readonly type: EventType;
  readonly severity: Severity;
  readonly summary: string;
}

/** The life of auditd: without it records go to the kernel's log at best. Rotating its log is what it does all day. */
const DAEMON: { readonly [type: string]: DaemonRule } = {
  DAEMON_START: { type: 'config-change', severity: 'info', summary: 'auditd started' },
  DAEMON_CONFIG: { type: 'config-change', severity: 'info', summary: "auditd's configuration changed" },
  DAEMON_RECONFIG: { type: 'config-change', severity: 'info', summary: 'auditd was told to read its configuration' },
  DAEMON_ROTATE: { type: 'config-change', severity: 'debug', summary: 'auditd rotated its log' },
  DAEMON_RESUME: { type: 'config-change', severity: 'info', summary: 'auditd writes its log again' },
  DAEMON_END: { type: 'config-change', severity: 'error', summary: 'auditd stopped' },
  DAEMON_ABORT: { type: 'security-alert', severity: 'critical', summary: 'auditd ended because of an error' },
  DAEMON_ERR: { type: 'security-alert', severity: 'error', summary: 'auditd reported an error' },
};

/** Records that auditd writes about itself. */
export const DAEMON_RULES: RuleTable = Object.fromEntries(
  Object.entries(DAEMON).map(([name, rule]) => [name, (view, record) => daemonEvent(view, record, rule)]),
);

function daemonEvent(view: GroupView, record: AuditRecord, rule: DaemonRule): EventDraft {
  const success = successOf(record.fields);
  return draftOf(view, record, rule.type, rule.severity, {
    summary: rule.summary,
    object: { kind: 'audit', name: 'auditd' },
    ...actorDetails(actorOfEvent(view, record)),
    ...present('result', success === null ? null : { success }),
  });
}
