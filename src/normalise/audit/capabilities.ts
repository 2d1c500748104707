import type { EventDraft } from '../../model/event.ts';
import { actorDetails, actorOfEvent, actorPhrase } from './actor.ts';
import type { AuditFields } from './fields.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf } from './value.ts';

/** Capabilities that a process was given or gave itself. */
export const CAPABILITY_RULES: RuleTable = { BPRM_FCAPS: fileCapabilitiesEvent, CAPSET: capsetEvent };

/** What opens the door to BPF, by bit (include/uapi/linux/capability.h): the last three give programs to the kernel. */
const WATCHED: readonly (readonly [bit: bigint, name: string])[] = [
  [12n, 'net_admin'],
  [21n, 'sys_admin'],
  [38n, 'perfmon'],
  [39n, 'bpf'],
];

/** What a file gives is grave when it lets a process load any program; CAP_NET_ADMIN alone does not. */
const GRAVE: ReadonlySet<string> = new Set(['sys_admin', 'perfmon', 'bpf']);

/**
 * BPRM_FCAPS: a file with capabilities, or with the set-user-id bit of root, was run. An error when the process gained
 * sys_admin, perfmon or bpf by it, else info. The new set is `pe`, `new_pe` before Linux 3.19 (kernel/auditsc.c).
 */
function fileCapabilitiesEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  const before = watchedIn(fields, 'old_pe');
  const after = watchedIn(fields, 'pe') ?? watchedIn(fields, 'new_pe');
  if (before === null || after === null) return null;
  const gained = after.filter((name) => !before.includes(name));
  const actor = actorOfEvent(view, record);
  const who = actorPhrase(actor) ?? 'a process';
  return draftOf(view, record, 'capability-change', gained.some((each) => GRAVE.has(each)) ? 'error' : 'info', {
    summary:
      gained.length === 0
        ? `${who} ran a file that changes its capabilities`
        : `${who} gained ${gained.join(', ')} from the file that it ran`,
    object: { kind: 'capabilities', name: gained.join(',') },
    ...actorDetails(actor),
    gained,
  });
}

/**
 * CAPSET: a process set its capabilities with capset(2). The record has the new sets only, so that what it had before is
 * not known: a warning whenever net_admin, sys_admin, perfmon or bpf are among them. Null when it holds none of these.
 */
function capsetEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const effective = watchedIn(record.fields, 'cap_pe') ?? [];
  const permitted = watchedIn(record.fields, 'cap_pp') ?? [];
  const held = WATCHED.map(([, name]) => name).filter((name) => effective.includes(name) || permitted.includes(name));
  if (held.length === 0) return null;
  const actor = actorOfEvent(view, record);
  return draftOf(view, record, 'capability-change', 'warning', {
    summary: `${actorPhrase(actor) ?? 'a process'} set its capabilities and holds ${held.join(', ')}`,
    object: { kind: 'capabilities', name: held.join(',') },
    ...actorDetails(actor),
    effective,
    permitted,
  });
}

/** Which of the watched capabilities a field holds: a mask in hexadecimal, or names in `ausearch -i`; null without one. */
function watchedIn(fields: AuditFields, name: string): readonly string[] | null {
  const value = fieldOf(fields, name);
  if (value === null) return fields.get(name) === '(none)' ? [] : null;
  if (/^[0-9a-f]{1,16}$/i.test(value)) {
    const mask = BigInt(`0x${value}`);
    return WATCHED.filter(([bit]) => ((mask >> bit) & 1n) === 1n).map(([, each]) => each);
  }
  const names = value.split(',');
  return WATCHED.map(([, each]) => each).filter((each) => names.includes(each));
}
