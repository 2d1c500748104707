import type { EventDraft } from '../../model/event.ts';
import type { Json } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { bpfCommand } from '../bpf-commands.ts';
import { isKnownLoader, isRoot, isSystemPath } from '../known-loaders.ts';
import { type Actor, actorDetails, actorOfEvent, actorPhrase, resultOf } from './actor.ts';
import { type AuditRecord, callsBpf, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, numberOf } from './value.ts';

/** Programs that were loaded and that are gone: all that the kernel tells of without a rule. */
export const PROGRAM_RULES: RuleTable = { BPF: programEvent };

/**
 * A BPF record (`prog-id=60 op=LOAD`): a program was loaded or is gone. Order of fields is not relied on, and the
 * name of `op` in patches before it was merged, `event`, is understood. A SYSCALL of the same event says who. Null
 * when it is neither a load nor an unload.
 */
function programEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const operation = fieldOf(record.fields, 'op') ?? fieldOf(record.fields, 'event');
  if (operation === 'LOAD') return loadEvent(view, record);
  if (operation === 'UNLOAD') return unloadEvent(view, record);
  return null;
}

function loadEvent(view: GroupView, record: AuditRecord): EventDraft {
  const actor = actorOfEvent(view, record);
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
  const actor = actorOfEvent(view, record);
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

/** The bpf command and how it ended, when the event has a SYSCALL of bpf(2); an unload often has one of close(2). */
function callDetails(view: GroupView): { readonly [key: string]: Json } {
  const fields = view.syscall?.fields;
  if (fields === undefined || !callsBpf(view)) return {};
  const command = bpfCommand(fieldOf(fields, 'a0') ?? '');
  return { ...(command === null ? {} : { command: { ...command } }), result: { ...resultOf(fields) } };
}

/**
 * Systemd and container runtimes load programs on any host: info. A loader that is not root, or a person's own from
 * outside /usr, is an error. Anyone else, or no one known, is a warning.
 */
export function loadSeverity(actor: Actor): Severity {
  if (isKnownLoader(actor)) return 'info';
  if (!isRoot(actor) && (actor.uid !== undefined || actor.user !== undefined)) return 'error';
  const loggedIn = actor.auid !== undefined || actor.loginUser !== undefined;
  return loggedIn && actor.exe !== undefined && !isSystemPath(actor.exe) ? 'error' : 'warning';
}
