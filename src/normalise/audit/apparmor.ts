import type { EventDraft } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, actorPhrase, present } from './actor.ts';
import { type AuditRecord, callsBpf, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf } from './value.ts';

/** What AppArmor says under types of its own (1501 to 1507); most kernels write it as AVC. */
export const APPARMOR_RULES: RuleTable = {
  APPARMOR_ALLOWED: apparmorEvent,
  APPARMOR_DENIED: apparmorEvent,
  APPARMOR_KILL: apparmorEvent,
  APPARMOR_STATUS: apparmorEvent,
};

/** Capabilities that stand between a process and bpf(2), as AppArmor names them. */
const BPF_CAPABILITIES: ReadonlySet<string> = new Set(['bpf', 'perfmon']);

/**
 * A record of AppArmor (`apparmor="DENIED" operation="ptrace" profile="docker-default" ...`): a denial; a
 * policy-violation where the profile only complains (`ALLOWED`); a profile that was loaded, replaced or removed
 * (`STATUS`). Null for what it says besides, such as hints.
 */
export function apparmorEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  const said = fields.get('apparmor') ?? record.name.replace('APPARMOR_', '');
  if (said === 'STATUS') return statusEvent(view, record);
  const complains = said === 'ALLOWED';
  if (!complains && said !== 'DENIED' && said !== 'KILLED' && said !== 'KILL') return null;
  const operation = fieldOf(fields, 'operation') ?? 'an operation';
  const capability = fieldOf(fields, 'capname');
  const target = fieldOf(fields, 'name') ?? fieldOf(fields, 'peer');
  const what = [operation, capability ?? '', target === null ? '' : `on ${target}`].filter((each) => each !== '');
  const actor = actorOfEvent(view, record);
  const who = actorPhrase(actor) ?? 'a process';
  return draftOf(
    view,
    record,
    complains ? 'policy-violation' : 'access-denied',
    severity(view, capability, complains),
    {
      summary: complains
        ? `AppArmor would have denied ${who} ${what.join(' ')}, but its profile only complains`
        : `AppArmor denied ${who} ${what.join(' ')}`,
      object: { kind: 'permission', name: capability ?? operation },
      ...actorDetails(actor),
      apparmor: {
        operation,
        ...present('profile', fieldOf(fields, 'profile')),
        ...present('capability', capability),
        ...present('target', target),
        ...present('requested', fieldOf(fields, 'requested_mask')),
        ...present('denied', fieldOf(fields, 'denied_mask')),
      },
    },
  );
}

function severity(view: GroupView, capability: string | null, complains: boolean): Severity {
  if (capability !== null && BPF_CAPABILITIES.has(capability)) return complains ? 'warning' : 'error';
  return callsBpf(view) ? 'warning' : 'info';
}

/** `operation="profile_replace" profile="unconfined" name="docker-default"`: what AppArmor allows may be another now. */
function statusEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const actor = actorOfEvent(view, record);
  const name = fieldOf(fields, 'name') ?? 'unknown';
  const operation = fieldOf(fields, 'operation') ?? 'profile_change';
  const removed = operation === 'profile_remove';
  return draftOf(view, record, 'config-change', removed ? 'warning' : 'info', {
    summary: `AppArmor profile ${name} was ${PROFILE_DOING.get(operation) ?? 'changed'}`,
    object: { kind: 'apparmor-profile', name },
    ...actorDetails(actor),
    apparmor: { operation },
  });
}

const PROFILE_DOING: ReadonlyMap<string, string> = new Map([
  ['profile_load', 'loaded'],
  ['profile_replace', 'replaced'],
  ['profile_remove', 'removed'],
]);
