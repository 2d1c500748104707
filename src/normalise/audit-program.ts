import type { EventDraft } from '../model/event.ts';
import type { Json } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import { type Actor, actorDetails, actorOf, actorPhrase, resultOf } from './audit-actor.ts';
import { fieldOf, numberOf } from './audit-fields.ts';
import { type AuditRecord, draftOf, type GroupView, proctitleOf } from './audit-group.ts';
import { bpfCommand, isBpfSyscall } from './bpf-commands.ts';

/**
 * A BPF record (`prog-id=60 op=LOAD`): a program was loaded or is gone. Order of fields is not relied on, and the
 * name of `op` in patches before it was merged, `event`, is understood. A SYSCALL of the same event says who. Null
 * when it is neither a load nor an unload.
 */
export function programEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const operation = fieldOf(record.fields, 'op') ?? fieldOf(record.fields, 'event');
  if (operation === 'LOAD') return loadEvent(view, record);
  if (operation === 'UNLOAD') return unloadEvent(view, record);
  return null;
}

function loadEvent(view: GroupView, record: AuditRecord): EventDraft {
  const actor = actorOfGroup(view, record);
  const id = numberOf(record.fields, 'prog-id');
  const who = actorPhrase(actor);
  const program = id === null ? 'a program' : `program ${id}`;
  return draftOf(view, record, 'program-load', loadSeverity(actor), {
    summary: `${program} was loaded${who === null ? '' : ` by ${who}`}`,
    object: { kind: 'program', ...(id === null ? {} : { id }) },
    ...actorDetails(actor),
    ...callDetails(view),
  });
}

/**
 * The kernel may have cleared the id before it was logged (5.14 to 5.16: `prog-id=0`): such an unload can be paired
 * with no load, which deserves a look. The actor closed the last descriptor; it need not be who loaded.
 */
function unloadEvent(view: GroupView, record: AuditRecord): EventDraft {
  const actor = actorOfGroup(view, record);
  const id = numberOf(record.fields, 'prog-id');
  const known = id !== null && id !== 0;
  const who = actorPhrase(actor);
  const program = known ? `program ${id}` : 'a program whose id was no longer known';
  return draftOf(view, record, 'program-unload', known ? 'info' : 'warning', {
    summary: who === null ? `${program} was unloaded` : `${program} was unloaded: ${who} let go of it`,
    object: { kind: 'program', ...(known ? { id } : {}) },
    ...actorDetails(actor),
    ...callDetails(view),
  });
}

/** Without a SYSCALL record the BPF record itself may name the process, as patches before the merge did. */
function actorOfGroup(view: GroupView, record: AuditRecord): Actor {
  return actorOf((view.syscall ?? record).fields, proctitleOf(view));
}

/** The bpf command and how it ended, when the event has a SYSCALL of bpf(2); an unload often has one of close(2). */
function callDetails(view: GroupView): { readonly [key: string]: Json } {
  const fields = view.syscall?.fields;
  if (fields === undefined || !isBpfSyscall(fieldOf(fields, 'arch'), fieldOf(fields, 'syscall'))) return {};
  const command = bpfCommand(fieldOf(fields, 'a0') ?? '');
  return { ...(command === null ? {} : { command: { ...command } }), result: { ...resultOf(fields) } };
}

/**
 * systemd loads programs for its units on any host: info. A loader that is not root, or a person's own from outside
 * /usr, is an error. Anyone else, or no one known, is a warning.
 */
export function loadSeverity(actor: Actor): Severity {
  if (actor.uid !== undefined && actor.uid !== 0) return 'error';
  if (actor.exe === undefined) return 'warning';
  if (actor.auid !== undefined && !SYSTEM_PATH.test(actor.exe)) return 'error';
  return SYSTEMD.test(actor.exe) && actor.uid === 0 ? 'info' : 'warning';
}

/** /bin, /sbin and /lib are links into /usr where they are not older than that. */
const SYSTEM_PATH = /^\/(?:usr|bin|sbin|lib|lib64)\//;

const SYSTEMD = /^(?:\/usr)?\/lib\/systemd\/systemd(?:-[a-z]+)*$/;
