import type { EventDraft } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import { bpfCommand } from '../bpf-commands.ts';
import { isKnownLoader } from '../known-loaders.ts';
import { isSecurityAgent } from '../security-agents.ts';
import { type Actor, actorDetails, actorOfEvent, actorPhrase, type CallResult, resultOf, wasDenied } from './actor.ts';
import { type CallRule, callRule } from './bpf-call.ts';
import { type AuditRecord, callsBpf, draftOf, type GroupView } from './group.ts';
import { loadSeverity } from './program.ts';
import { fieldOf } from './value.ts';

/**
 * A SYSCALL record of bpf(2), by its command in `a0`; null when it is another call. Records of bpf(2) exist only with
 * an audit rule (`-S bpf`); without one the kernel tells of loads and unloads alone.
 */
export function callEvent(view: GroupView, record: AuditRecord): EventDraft | null {
  if (!callsBpf(view)) return null;
  const { fields } = record;
  const command = bpfCommand(fieldOf(fields, 'a0') ?? '');
  if (command === null) return null;
  const rule = callRule(command);
  const result = resultOf(fields);
  const actor = actorOfEvent(view, record);
  const denied = wasDenied(result);
  return draftOf(
    view,
    record,
    denied ? 'access-denied' : rule.type,
    denied ? rule.denied : severity(rule, result, actor),
    {
      summary: `${actorPhrase(actor) ?? 'a process'} ${outcome(rule.did, rule.toDo, result)}`,
      ...(rule.object === null ? {} : { object: { kind: rule.object } }),
      ...actorDetails(actor),
      command: { ...command },
      result: { ...result },
    },
  );
}

/**
 * As the rule says, but: who loads decides about a load; systemd and container runtimes attach and detach what they
 * load, which is info; and a security agent that detaches a program sees less from then on, which is an error.
 */
function severity(rule: CallRule, result: CallResult, actor: Actor): Severity {
  if (result.success === false) return rule.severity;
  if (rule.type === 'program-load') return loadSeverity(actor);
  if (rule.type === 'program-detach' && isSecurityAgent(actor)) return 'error';
  const places = rule.type === 'program-attach' || rule.type === 'program-detach';
  return places && isKnownLoader(actor) ? 'info' : rule.severity;
}

function outcome(did: string, toDo: string, result: CallResult): string {
  if (result.success === null) return `tried to ${toDo}`;
  return result.success ? did : `could not ${toDo}: ${result.errno ?? 'it failed'}`;
}
