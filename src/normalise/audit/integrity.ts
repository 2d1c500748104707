import type { EventDraft } from '../../model/event.ts';
import { actorDetails, actorOfEvent, actorPhrase, present } from './actor.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, successOf } from './value.ts';

/** What the kernel's integrity subsystem (IMA, EVM) found wrong, and changes to what it looks at. */
export const INTEGRITY_RULES: RuleTable = {
  INTEGRITY_DATA: (view, record) => failure(view, record, 'security-alert', 'the content of a file'),
  INTEGRITY_METADATA: (view, record) => failure(view, record, 'security-alert', 'the metadata of a file'),
  INTEGRITY_HASH: (view, record) => failure(view, record, 'security-alert', 'the hash of a file'),
  INTEGRITY_PCR: (view, record) => failure(view, record, 'security-alert', 'the measurement list'),
  INTEGRITY_EVM_XATTR: (view, record) => failure(view, record, 'security-alert', 'an extended attribute of EVM'),
  INTEGRITY_RULE: (view, record) => failure(view, record, 'policy-violation', 'a file by a rule'),
  INTEGRITY_STATUS: (view, record) => change(view, record, 'the state of integrity checking changed'),
  INTEGRITY_POLICY_RULE: (view, record) => change(view, record, 'a rule of the integrity policy was set'),
};

/** `op=appraise_data cause=invalid-signature comm="sh" name="/usr/bin/x" res=0`; null unless `res` says it failed. */
function failure(
  view: GroupView,
  record: AuditRecord,
  type: 'security-alert' | 'policy-violation',
  what: string,
): EventDraft | null {
  const { fields } = record;
  if (successOf(fields) !== false) return null;
  const actor = actorOfEvent(view, record);
  const target = fieldOf(fields, 'name') ?? fieldOf(fields, 'file');
  const cause = fieldOf(fields, 'cause');
  const who = actorPhrase(actor);
  return draftOf(view, record, type, 'error', {
    summary: `the kernel could not vouch for ${what}${target === null ? '' : ` (${target})`}${cause === null ? '' : `: ${cause}`}${who === null ? '' : `, used by ${who}`}`,
    object: { kind: 'file', ...present('name', target) },
    ...actorDetails(actor),
    integrity: { ...present('op', fieldOf(fields, 'op')), ...present('cause', cause) },
  });
}

function change(view: GroupView, record: AuditRecord, summary: string): EventDraft {
  const { fields } = record;
  const operation = fieldOf(fields, 'op') ?? fieldOf(fields, 'action');
  return draftOf(view, record, 'config-change', 'info', {
    summary: operation === null ? summary : `${summary}: ${operation}`,
    object: { kind: 'integrity', name: operation ?? record.name },
    ...actorDetails(actorOfEvent(view, record)),
    ...present('cause', fieldOf(fields, 'cause')),
  });
}
