import type { EventDraft } from '../../model/event.ts';
import { actorDetails, actorOfEvent, actorPhrase, actorPrefix, present, resultOf } from './actor.ts';
import { type AuditRecord, draftOf, type GroupView } from './group.ts';
import type { RuleTable } from './rule.ts';
import { fieldOf, numberOf } from './value.ts';

/** What else changes a kernel: its modules, its packet filter, calls that no rule sees, its start. */
export const SYSTEM_RULES: RuleTable = {
  KERN_MODULE: moduleEvent,
  NETFILTER_CFG: netfilterEvent,
  URINGOP: uringEvent,
  SYSTEM_BOOT: startEvent,
  KERNEL: kernelEvent,
};

/** delete_module(2) by architecture and by name: the one call with a KERN_MODULE record that takes a module away. */
const DELETE_MODULE: ReadonlySet<string> = new Set([
  'c000003e 176',
  'x86_64 176',
  '40000003 129',
  'i386 129',
  'c00000b7 106',
  'aarch64 106',
  'c00000f3 106',
  '40000028 129',
  '80000016 129',
  'c0000015 129',
]);

/** `name="bpfilter"` with the SYSCALL of init_module, finit_module or delete_module: one record for all three. */
function moduleEvent(view: GroupView, record: AuditRecord): EventDraft {
  const name = fieldOf(record.fields, 'name') ?? 'without a name';
  const actor = actorOfEvent(view, record);
  const call = view.syscall?.fields ?? null;
  const number = call === null ? null : fieldOf(call, 'syscall');
  const arch = call === null ? null : fieldOf(call, 'arch');
  const removed = number === 'delete_module' || DELETE_MODULE.has(`${arch} ${number}`);
  const done = removed ? 'removed' : call === null ? 'loaded or removed' : 'loaded';
  const result = call === null ? null : resultOf(call);
  const failed = result?.success === false ? ` (failed: ${result.errno ?? 'it did not say why'})` : '';
  const who = actorPhrase(actor);
  return draftOf(view, record, 'config-change', 'warning', {
    summary: `kernel module ${name} was ${done}${who === null ? '' : ` by ${who}`}${failed}`,
    object: { kind: 'module', name },
    ...actorDetails(actor),
    ...present('result', result === null ? null : { ...result }),
  });
}

/** `table=filter family=2 entries=7 op=xt_replace`: entries 7 is how many rules there are. */
function netfilterEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const table = fieldOf(fields, 'table') ?? 'unknown';
  const operation = fieldOf(fields, 'op');
  const actor = actorOfEvent(view, record);
  return draftOf(view, record, 'config-change', 'info', {
    summary: `${actorPrefix(actor)}packet filter table ${table} was changed${operation === null ? '' : ` (${operation})`}`,
    object: { kind: 'netfilter', name: table },
    ...actorDetails(actor),
    ...present('op', operation),
    ...present('family', numberOf(fields, 'family')),
    ...present('entries', numberOf(fields, 'entries')),
  });
}

/** URINGOP: what a process does through io_uring passes by every rule for system calls, so that it is kept. */
function uringEvent(view: GroupView, record: AuditRecord): EventDraft {
  const { fields } = record;
  const operation = fieldOf(fields, 'uring_op') ?? 'unknown';
  const actor = actorOfEvent(view, record);
  return draftOf(view, record, 'security-alert', 'info', {
    summary: `${actorPhrase(actor) ?? 'a process'} did ${operation} through io_uring, which rules for system calls do not see`,
    object: { kind: 'io_uring', name: operation },
    ...actorDetails(actor),
    result: { ...resultOf(fields) },
  });
}

function kernelEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  return isKernelStart(record) ? startEvent(view, record) : null;
}

/** `state=initialized audit_enabled=0 res=1`, and only `initialized` before 4.16: the kernel has just been started. */
export function isKernelStart(record: AuditRecord): boolean {
  return record.line.text.includes('initialized');
}

/** The host was started: program ids and audit serials begin again. */
function startEvent(view: GroupView, record: AuditRecord): EventDraft {
  return draftOf(view, record, 'config-change', 'info', {
    summary: record.name === 'KERNEL' ? `the kernel of ${view.host} was started` : `${view.host} was started`,
    object: { kind: 'host', name: view.host },
    ...actorDetails(actorOfEvent(view, record)),
  });
}
