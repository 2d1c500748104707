import type { EventDraft } from '../../model/event.ts';
import { isBpfSyscall } from '../bpf-commands.ts';
import { actorDetails, actorOfEvent, actorPhrase } from './actor.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, numberOf } from './value.ts';

/** System calls that a process was not allowed by its seccomp filter. */
export const SECCOMP_RULES: RuleTable = { SECCOMP: seccompEvent };

/** SIGSYS: what a filter kills with (signal(7)). */
const SIGSYS = 31;

/** Actions in `code` (`SECCOMP_RET_*`, include/uapi/linux/seccomp.h), as numbers and as `ausearch -i` writes them. */
const ACTIONS: ReadonlyMap<string, 'killed' | 'trapped' | 'refused'> = new Map([
  ['0x0', 'killed'],
  ['0x80000000', 'killed'],
  ['0x30000', 'trapped'],
  ['0x50000', 'refused'],
  ['kill', 'killed'],
  ['kill-thread', 'killed'],
  ['kill-process', 'killed'],
  ['trap', 'trapped'],
  ['errno', 'refused'],
]);

/**
 * A call that the filter refused is access-denied; one for which the process was killed or signalled is a
 * policy-violation. An error when the call was bpf(2), else a warning. Null where the filter only had it logged.
 */
function seccompEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  const { fields } = record;
  const code = (fields.get('code') ?? '').toLowerCase();
  const killed = numberOf(fields, 'sig') === SIGSYS || fields.get('sig') === 'SIGSYS';
  const action = ACTIONS.get(code.replace(/^0x0+(?=.)/, '0x')) ?? (killed ? 'killed' : null);
  if (action === null) return null;
  const arch = fieldOf(fields, 'arch');
  const call = fieldOf(fields, 'syscall');
  const isBpf = isBpfSyscall(arch, call);
  const name = isBpf ? 'bpf(2)' : `system call ${call ?? 'unknown'}${arch === null ? '' : ` (arch ${arch})`}`;
  const actor = actorOfEvent(view, record);
  const who = actorPhrase(actor) ?? 'a process';
  return draftOf(
    view,
    record,
    action === 'refused' ? 'access-denied' : 'policy-violation',
    isBpf ? 'error' : 'warning',
    {
      summary: action === 'refused' ? `seccomp refused ${who} ${name}` : `seccomp ${action} ${who} for ${name}`,
      object: { kind: 'syscall', name: isBpf ? 'bpf' : (call ?? 'unknown') },
      ...actorDetails(actor),
      seccomp: { action, code: fields.get('code') ?? null, syscall: call, arch },
    },
  );
}
