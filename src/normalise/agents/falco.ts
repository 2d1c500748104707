import type { JsonObject } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { actorPhrase, type CallResult, wasDenied } from '../audit/actor.ts';
import { callRule } from '../audit/bpf-call.ts';
import { exitOfName } from '../audit/errno.ts';
import { asObject, asText } from '../decode-value.ts';
import { agentActor } from './agent-actor.ts';
import type { AgentActor, AgentFinding, AgentReader } from './agent-finding.ts';
import { timeOfNanoseconds, timeOfText } from './agent-time.ts';
import { commandOf, outcome } from './bpf-words.ts';
import { resultOfExit, UNKNOWN_RESULT } from './call-result.ts';

/**
 * Falco's alerts (`json_output: true`): `rule`, `priority`, `time`, `hostname` and, by name, the fields that the rule
 * prints (falcosecurity/falco, userspace/engine/formats.cpp).
 */
export const FALCO: AgentReader = {
  name: (value) => asText(value.rule) ?? 'alert',
  host: (value) => asText(value.hostname) ?? asText(fieldsOf(value)['evt.hostname']),
  time: (value) => {
    return timeOfText(asText(value.time)) ?? timeOfNanoseconds(fieldsOf(value)['evt.time']);
  },
  finding,
};

/** The rule of falcosecurity/rules for loads. It fires before it is known whether the load works. */
const LOAD_RULE = 'BPF Program Not Profiled';

function fieldsOf(value: JsonObject): JsonObject {
  return asObject(value.output_fields) ?? {};
}

function finding(value: JsonObject): AgentFinding | null {
  const fields = fieldsOf(value);
  const rule = asText(value.rule) ?? '';
  const actor = actorOf(fields);
  const severity = PRIORITIES.get((asText(value.priority) ?? '').toLowerCase()) ?? 'warning';
  const isCall = fields['evt.type'] === 'bpf';
  if (!isCall && rule !== LOAD_RULE) return alert(value, rule, severity, actor);
  const command = commandOf(commandText(fields, rule)) ?? commandOf('BPF_PROG_LOAD');
  if (command === null) return null;
  const call = callRule(command);
  const result = resultOfFields(fields);
  return {
    type: wasDenied(result) ? 'access-denied' : call.type,
    severity,
    summary: `${actorPhrase(actor) ?? 'a process'} ${outcome(call.did, call.toDo, result)}`,
    actor,
    ...(call.object === null ? {} : { object: { kind: call.object } }),
    more: { command: { ...command }, result: { ...result } },
    rule,
  };
}

/** A rule that is about BPF by its name, whatever event it looks at. */
function alert(value: JsonObject, rule: string, severity: Severity, actor: AgentActor): AgentFinding | null {
  if (!/\be?bpf\b/i.test(rule)) return null;
  const output = asText(value.output) ?? rule;
  return { type: 'security-alert', severity, summary: `Falco: ${output.slice(0, 512)}`, actor, rule };
}

/** `evt.arg.cmd`, or the same within `evt.args` (`cmd=5(BPF_PROG_LOAD) `). */
function commandText(fields: JsonObject, rule: string): string | null {
  const named = asText(fields['evt.arg.cmd']) ?? asText(fields['evt.arg[cmd]']) ?? asText(fields['evt.rawarg.cmd']);
  const among = /\bcmd=(\S{1,64})/.exec(asText(fields['evt.args']) ?? '')?.[1];
  return named ?? among ?? (rule === LOAD_RULE ? 'BPF_PROG_LOAD' : null);
}

/** `evt.res` is `SUCCESS` or the name of an error, `evt.rawres` what the call returned. */
function resultOfFields(fields: JsonObject): CallResult {
  const raw = fields['evt.rawres'];
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return resultOfExit(raw);
  const said = asText(fields['evt.res']) ?? '';
  if (said === 'SUCCESS') return { success: true, exit: null, errno: null };
  const failed = exitOfName(said);
  return failed === null ? UNKNOWN_RESULT : { success: false, ...failed };
}

/** Falco's priorities are those of syslog. */
const PRIORITIES: ReadonlyMap<string, Severity> = new Map([
  ['emergency', 'critical'],
  ['alert', 'critical'],
  ['critical', 'critical'],
  ['error', 'error'],
  ['warning', 'warning'],
  ['notice', 'info'],
  ['informational', 'info'],
  ['info', 'info'],
  ['debug', 'debug'],
]);

function actorOf(fields: JsonObject): AgentActor {
  return agentActor({
    pid: fields['proc.pid'],
    ppid: fields['proc.ppid'],
    uid: fields['user.uid'],
    user: fields['user.name'],
    auid: fields['user.loginuid'],
    comm: fields['proc.name'],
    exe: fields['proc.exepath'] ?? fields['proc.exe'],
    args: fields['proc.cmdline'],
    container: fields['container.id'] === 'host' ? undefined : fields['container.id'],
    namespace: fields['k8s.ns.name'],
    pod: fields['k8s.pod.name'],
  });
}
