import type { EventDraft } from '../../model/event.ts';
import { actorDetails, actorOfEvent, actorPhrase, present } from './actor.ts';
import { type AuditRecord, callsBpf, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf } from './value.ts';

/** Denials of the smaller security modules. */
export const LSM_RULES: RuleTable = { LANDLOCK_ACCESS: landlockEvent };

/** Landlock (6.15): `domain=195ba459b blockers=fs.refer path="/usr/bin" dev="vda2" ino=351`; always a denial. */
function landlockEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const blockers = fieldOf(fields, 'blockers') ?? 'access';
  const target = fieldOf(fields, 'path');
  return denial(view, record, `Landlock denied`, `${blockers}${target === null ? '' : ` on ${target}`}`, blockers, {
    landlock: {
      blockers: blockers.split(','),
      ...present('domain', fieldOf(fields, 'domain')),
      ...present('target', target),
    },
  });
}

/** Smack: `lsm=SMACK fn=smack_inode_permission action=denied subject="_" object="x" requested=w pid=...`. */
export function smackEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  if (fields.get('action') !== 'denied') return null;
  const requested = fieldOf(fields, 'requested') ?? 'access';
  return denial(view, record, 'Smack denied', requested, requested, {
    smack: {
      ...present('subject', fieldOf(fields, 'subject')),
      ...present('object', fieldOf(fields, 'object')),
      ...present('target', fieldOf(fields, 'path') ?? fieldOf(fields, 'name')),
    },
  });
}

function denial(
  view: GroupView,
  record: AuditRecord,
  verb: string,
  what: string,
  permission: string,
  details: EventDraft['details'],
): EventDraft {
  const actor = actorOfEvent(view, record);
  return draftOf(view, record, 'access-denied', callsBpf(view) ? 'warning' : 'info', {
    summary: `${verb} ${actorPhrase(actor) ?? 'a process'} ${what}`,
    object: { kind: 'permission', name: permission },
    ...actorDetails(actor),
    ...details,
  });
}
