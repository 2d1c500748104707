import type { EventDraft } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { actorDetails, actorOfEvent, actorPhrase, present } from './actor.ts';
import { apparmorEvent } from './apparmor.ts';
import { type AuditRecord, callsBpf, draftOf, type GroupView } from './group.ts';
import { smackEvent } from './lsm.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf } from './value.ts';

/** Decisions of SELinux, in the kernel and in user space; other security modules use the kernel's type, too. */
export const AVC_RULES: RuleTable = { AVC: avcEvent, USER_AVC: avcEvent };

/** Permissions whose refusal means that somebody wanted to bring code into the kernel. */
const GRAVE: ReadonlySet<string> = new Set(['prog_load', 'map_create', 'bpf', 'perfmon']);

/** Classes of SELinux that guard what programs can be attached to and what they may read of the kernel. */
const KINDRED: ReadonlySet<string> = new Set(['perf_event', 'lockdown']);

/**
 * A denial; null for an AVC that was granted or is a notice. Whoever wanted to use BPF itself (class `bpf`, or the
 * capabilities bpf and perfmon of class `capability2`) makes an error of it for what brings in code, else a warning.
 * What else has to do with BPF is a warning, the rest of them is info. With `permissive=1` nothing was refused: a
 * policy-violation. A denial is not a failed call: the kernel may go on to find another right (CAP_SYS_ADMIN instead
 * of CAP_BPF).
 */
function avcEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  if (fields.get('apparmor') !== undefined) return apparmorEvent(view, record);
  if (fields.get('lsm') === 'SMACK') return smackEvent(view, record);
  if (fields.get('seresult') !== 'denied') return null;
  const permissions = (fields.get('seperms') ?? '').split(',').filter((each) => each !== '');
  const objectClass = fieldOf(fields, 'tclass');
  const permissive = fields.get('permissive') === '1';
  const actor = actorOfEvent(view, record);
  const wanted = permissions.join(', ');
  const target = fieldOf(fields, 'path') ?? fieldOf(fields, 'name');
  const what = [wanted, objectClass === null ? '' : `(${objectClass})`, target === null ? '' : `on ${target}`]
    .filter((part) => part !== '')
    .join(' ');
  const who = actorPhrase(actor) ?? 'a process';
  return draftOf(
    view,
    record,
    permissive ? 'policy-violation' : 'access-denied',
    severityOf(view, record, objectClass, permissions, permissive),
    {
      summary: permissive
        ? `SELinux would have denied ${who} ${what}, but is permissive`
        : `SELinux denied ${who} ${what}`,
      object: { kind: 'permission', name: wanted },
      ...actorDetails(actor),
      selinux: {
        class: objectClass,
        permissions,
        permissive,
        ...present('scontext', fieldOf(fields, 'scontext')),
        ...present('tcontext', fieldOf(fields, 'tcontext')),
        ...present('target', target),
      },
    },
  );
}

function severityOf(
  view: GroupView,
  record: AuditRecord,
  objectClass: string | null,
  permissions: readonly string[],
  permissive: boolean,
): Severity {
  const grave = permissions.some((each) => GRAVE.has(each));
  if (objectClass === 'bpf' || (objectClass === 'capability2' && grave)) {
    return grave && !permissive ? 'error' : 'warning';
  }
  const { fields } = record;
  // `bpf_t` is the type of the file system that programs are pinned in.
  const pinned = fields.get('tcontext')?.includes(':bpf_t') === true || onBpffs(fieldOf(fields, 'path'));
  const kindred = objectClass !== null && KINDRED.has(objectClass);
  return kindred || pinned || callsBpf(view) ? 'warning' : 'info';
}

function onBpffs(path: string | null): boolean {
  return path?.startsWith('/sys/fs/bpf') === true;
}
