import type { EventDraft } from '../model/event.ts';
import { actorDetails, actorOf, actorPhrase, present } from './audit-actor.ts';
import { fieldOf, numberOf } from './audit-fields.ts';
import { type AuditRecord, draftOf, type GroupView, proctitleOf } from './audit-group.ts';

/** Permissions whose refusal means that somebody wanted to bring code into the kernel. */
const GRAVE = new Set(['prog_load', 'map_create', 'bpf', 'perfmon']);

/**
 * An SELinux denial about BPF: class `bpf`, or the capabilities bpf and perfmon of class `capability2`; null for any
 * other AVC and for one that was granted. With `permissive=1` nothing was refused: a policy-violation. A denial is not
 * a failed call: the kernel may go on to find another right (CAP_SYS_ADMIN instead of CAP_BPF).
 */
export function avcEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  if (fields.get('seresult') !== 'denied') return null;
  const permissions = (fields.get('seperms') ?? '').split(',').filter((each) => each !== '');
  const objectClass = fieldOf(fields, 'tclass');
  const capability = objectClass === 'capability2' && permissions.some((each) => each === 'bpf' || each === 'perfmon');
  if (objectClass !== 'bpf' && !capability) return null;

  const permissive = numberOf(fields, 'permissive') === 1;
  // The AVC names the process itself; SYSCALL says more about it when there is one.
  const actor = {
    ...actorOf(fields, proctitleOf(view)),
    ...(view.syscall === null ? {} : actorOf(view.syscall.fields, null)),
  };
  const wanted = permissions.join(', ');
  const who = actorPhrase(actor) ?? 'a process';
  return draftOf(
    view,
    record,
    permissive ? 'policy-violation' : 'access-denied',
    permissions.some((each) => GRAVE.has(each)) ? 'error' : 'warning',
    {
      summary: permissive
        ? `SELinux would have denied ${who} ${wanted} (${objectClass}), but is permissive`
        : `SELinux denied ${who} ${wanted} (${objectClass})`,
      object: { kind: 'permission', name: wanted },
      ...actorDetails(actor),
      selinux: {
        class: objectClass,
        permissions,
        permissive,
        ...present('scontext', fieldOf(fields, 'scontext')),
        ...present('tcontext', fieldOf(fields, 'tcontext')),
      },
    },
  );
}
