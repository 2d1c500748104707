import type { EventDraft } from '../../model/event.ts';
import { isAtLeast } from '../../model/severity.ts';
import { present } from './actor.ts';
import { callEvent } from './call.ts';
import type { GroupView } from './group.ts';
import { ruleFor } from './rules.ts';

export interface AuditMapping {
  readonly events: readonly EventDraft[];
  /** Names of the records that say nothing about BPF or the security of the host. */
  readonly unmapped: readonly string[];
}

/** Records that only add to others of their event: where that has a meaning, they are part of it. */
const COMPANIONS: ReadonlySet<string> = new Set([
  ...['SYSCALL', 'PROCTITLE', 'CWD', 'PATH', 'EXECVE', 'SOCKADDR', 'SOCKETCALL', 'OBJ_PID', 'AVC_PATH', 'EOE'],
  ...['FD_PAIR', 'MMAP', 'OPENAT2', 'KERNEL_OTHER', 'LANDLOCK_DOMAIN', 'MAC_TASK_CONTEXTS', 'MAC_OBJ_CONTEXTS'],
]);

/**
 * The events in the records of one audit event, by the rules of {@link ruleFor}, and the system call where that is
 * bpf(2). A load with its SYSCALL is one program-load, and a refused call that an AVC explains is one access-denied, as
 * severe as the worse of both; an AVC beside a call that worked is a denial, and the call is an event, too.
 */
export function auditEvents(view: GroupView): AuditMapping {
  const events: EventDraft[] = [];
  const unmapped: string[] = [];
  for (const record of view.records) {
    if (COMPANIONS.has(record.name)) continue;
    const event = ruleFor(record.name)?.(view, record) ?? null;
    if (event === null) unmapped.push(record.name);
    else events.push(event);
  }
  const call = view.syscall === null ? null : callEvent(view, view.syscall);
  if (call !== null) {
    const told = events.findIndex((event) => event.type === call.type);
    const event = events[told];
    if (event === undefined) events.push(call);
    else events[told] = withCall(event, call);
  }
  if (events.length === 0) {
    for (const record of view.records) if (COMPANIONS.has(record.name)) unmapped.push(record.name);
  }
  return { events, unmapped };
}

/** An event that tells the same as the call, with what the call knows beside. */
function withCall(event: EventDraft, call: EventDraft): EventDraft {
  const severity = isAtLeast(event.severity, call.severity) ? event.severity : call.severity;
  if (event.details.command !== undefined) return severity === event.severity ? event : { ...event, severity };
  const { command, result } = call.details;
  const details = { ...event.details, ...present('command', command ?? null), ...present('result', result ?? null) };
  return { ...event, severity, details };
}
