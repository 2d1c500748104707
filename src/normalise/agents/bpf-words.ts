import type { Json } from '../../model/json.ts';
import type { CallResult } from '../audit/actor.ts';
import { actorPhrase, wasDenied } from '../audit/actor.ts';
import { callRule } from '../audit/bpf-call.ts';
import { loadSeverity } from '../audit/program.ts';
import { type BpfCommand, bpfCommand } from '../bpf-commands.ts';
import { mapTypeName, programTypeName } from '../bpf-names.ts';
import { asCount, asText } from '../decode-value.ts';
import type { AgentActor, AgentFinding } from './agent-finding.ts';

/** A command of bpf(2) as agents write it: a number, its digits, `BPF_PROG_LOAD`, `5(BPF_PROG_LOAD)`; else null. */
export function commandOf(said: Json | undefined): BpfCommand | null {
  const number = asCount(said);
  if (number !== null) return bpfCommand(number.toString(16));
  const text = asText(said) ?? '';
  const name = /\bBPF_[A-Z0-9_]{1,48}/.exec(text)?.[0];
  const digits = /^\d{1,9}/.exec(text)?.[0];
  if (name !== undefined) return bpfCommand(name);
  return digits === undefined ? null : bpfCommand(Number(digits).toString(16));
}

/** bpftool's name of a program type: from `BPF_PROG_TYPE_KPROBE`, `kprobe` or 2. Empty when there is none. */
export function programType(said: Json | undefined): string {
  return typeof said === 'string' ? lower(said, 'BPF_PROG_TYPE_') : programTypeName(said);
}

/** bpftool's name of a map type: from `BPF_MAP_TYPE_HASH`, `hash` or 1. Empty when there is none. */
export function mapType(said: Json | undefined): string {
  return typeof said === 'string' ? lower(said, 'BPF_MAP_TYPE_') : mapTypeName(said);
}

function lower(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length).toLowerCase() : text;
}

/**
 * A call of bpf(2) that an agent saw, by its command: the rules are those of a SYSCALL audit record. Where nobody says
 * how it ended, it was tried.
 */
export function callFinding(command: BpfCommand, result: CallResult, actor: AgentActor): AgentFinding {
  const rule = callRule(command);
  const denied = wasDenied(result);
  const loads = rule.type === 'program-load' && result.success !== false;
  const who = actorPhrase(actor) ?? 'a process';
  return {
    type: denied ? 'access-denied' : rule.type,
    severity: denied ? rule.denied : loads ? loadSeverity(actor) : rule.severity,
    summary: `${who} ${outcome(rule.did, rule.toDo, result)}`,
    actor,
    ...(rule.object === null ? {} : { object: { kind: rule.object } }),
    more: { command: { ...command }, result: { ...result } },
  };
}

/** `loaded a program`, `could not load a program: EPERM`, `tried to load a program`. */
export function outcome(did: string, toDo: string, result: CallResult): string {
  if (result.success === null) return `tried to ${toDo}`;
  return result.success ? did : `could not ${toDo}: ${result.errno ?? 'it failed'}`;
}
