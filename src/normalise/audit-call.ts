import type { EventDraft } from '../model/event.ts';
import { actorDetails, actorOf, actorPhrase, type CallResult, resultOf, wasDenied } from './audit-actor.ts';
import { callRule } from './audit-bpf-call.ts';
import { fieldOf } from './audit-fields.ts';
import { type AuditRecord, draftOf, type GroupView, proctitleOf } from './audit-group.ts';
import { loadSeverity } from './audit-program.ts';
import { bpfCommand, isBpfSyscall, mayBeBpfSyscall } from './bpf-commands.ts';

/**
 * A SYSCALL record of bpf(2), by its command in `a0`; null when it is another call. Records of bpf(2) exist only with
 * an audit rule (`-S bpf`); without one the kernel tells of loads and unloads alone.
 */
export function callEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  if (!mayBeBpfSyscall(record.line.text)) return null;
  const { fields } = record;
  if (!isBpfSyscall(fieldOf(fields, 'arch'), fieldOf(fields, 'syscall'))) return null;
  const command = bpfCommand(fieldOf(fields, 'a0') ?? '');
  if (command === null) return null;
  const rule = callRule(command);
  const result = resultOf(fields);
  const actor = actorOf(fields, proctitleOf(view));
  const denied = wasDenied(result);
  const loaded = rule.type === 'program-load' && result.success !== false;
  const severity = denied ? rule.denied : loaded ? loadSeverity(actor) : rule.severity;
  return draftOf(view, record, denied ? 'access-denied' : rule.type, severity, {
    summary: `${actorPhrase(actor) ?? 'a process'} ${outcome(rule.did, rule.toDo, result)}`,
    ...(rule.object === null ? {} : { object: { kind: rule.object } }),
    ...actorDetails(actor),
    command: { ...command },
    result: { ...result },
  });
}

function outcome(did: string, toDo: string, result: CallResult): string {
  if (result.success === null) return `tried to ${toDo}`;
  return result.success ? did : `could not ${toDo}: ${result.errno ?? 'it failed'}`;
}
