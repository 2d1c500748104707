import type { Json, JsonObject } from '../../model/json.ts';
import { actorPhrase } from '../audit/actor.ts';
import { asObject, asText } from '../decode-value.ts';
import { agentActor } from './agent-actor.ts';
import type { AgentActor, AgentFinding, AgentReader } from './agent-finding.ts';
import { timeOfNanoseconds, timeOfText } from './agent-time.ts';
import { callFinding, commandOf } from './bpf-words.ts';
import { inside } from './inside.ts';

/**
 * Inspektor Gadget's records (`-o json`). They do not name their gadget, so their fields tell it. About the process,
 * newer versions write `proc`, older ones and `--fields` write it flat. A `timestamp` is RFC 3339, nanoseconds since
 * the epoch, or nanoseconds since the boot: the last kind says nothing of the date, and such a record has no time.
 */
export const INSPEKTOR_GADGET: AgentReader = {
  name: gadgetOf,
  host: (value) => asText(inside(value, 'k8s', 'node')) ?? asText(value.node) ?? asText(value.nodeName),
  time: (value) => timeOfText(asText(value.timestamp)) ?? timeOfNanoseconds(value.timestamp),
  finding: (value) => {
    const gadget = gadgetOf(value);
    if (gadget === 'trace_capabilities') return refusedCapability(value, actorOf(value));
    if (gadget === 'audit_seccomp') return seccomp(value, actorOf(value));
    return gadget === 'traceloop' ? tracedCall(value, actorOf(value)) : null;
  },
};

function gadgetOf(value: JsonObject): string {
  if (value.args !== undefined && value.args_count !== undefined) return 'trace_exec';
  if (value.cap !== undefined || value.capName !== undefined) return 'trace_capabilities';
  if (value.code !== undefined && value.syscall !== undefined) return 'audit_seccomp';
  if (value.syscall !== undefined && value.parameters !== undefined) return 'traceloop';
  if (value.progID !== undefined || value.progid !== undefined) return 'bpfstats';
  return 'record';
}

function callOf(value: JsonObject): string {
  return (asText(value.syscall) ?? '').toLowerCase().replace(/^sys_/, '');
}

/** A check that the process failed. Another right may still have let it go on, as CAP_SYS_ADMIN does for CAP_BPF. */
function refusedCapability(value: JsonObject, actor: AgentActor): AgentFinding | null {
  const name = (asText(value.capName) ?? asText(value.cap) ?? '').toUpperCase();
  const capability = name === '39' ? 'CAP_BPF' : name === '38' ? 'CAP_PERFMON' : name;
  const isRefused = value.capable === false || asText(value.verdict)?.toLowerCase() === 'deny';
  const isBpf = capability === 'CAP_BPF' || capability === 'CAP_PERFMON' || callOf(value) === 'bpf';
  if (!isRefused || !isBpf) return null;
  return {
    type: 'access-denied',
    severity: 'error',
    summary: `${actorPhrase(actor) ?? 'a process'} does not have ${capability || 'a capability'}, which was asked for`,
    actor,
    object: { kind: 'capability', name: capability.toLowerCase() },
  };
}

/** A filter's answer to bpf(2): `SECCOMP_RET_KILL_THREAD`, `SECCOMP_RET_ERRNO`, `SECCOMP_RET_LOG`, ... */
function seccomp(value: JsonObject, actor: AgentActor): AgentFinding | null {
  if (callOf(value) !== 'bpf') return null;
  const code = (asText(value.code) ?? '').toUpperCase();
  const refused = code.includes('ERRNO');
  const stopped = /KILL|TRAP/.test(code);
  const did = stopped ? 'stopped' : refused ? 'refused' : 'logged';
  return {
    type: refused ? 'access-denied' : 'policy-violation',
    severity: refused || stopped ? 'error' : 'warning',
    summary: `seccomp ${did} ${actorPhrase(actor) ?? 'a process'} for bpf(2)`,
    actor,
    object: { kind: 'syscall', name: 'bpf' },
    more: { seccomp: { code: code.slice(0, 64) } },
  };
}

/** `parameters` is `cmd=5, uattr=..., size=148`, `ret` what the call returned, -1 for any error. */
function tracedCall(value: JsonObject, actor: AgentActor): AgentFinding | null {
  const command =
    callOf(value) === 'bpf' ? commandOf(/\bcmd=(\d{1,9})/.exec(asText(value.parameters) ?? '')?.[1]) : null;
  if (command === null) return null;
  const returned = /^-?\d{1,15}/.exec(asText(value.ret) ?? '')?.[0];
  const success = returned === undefined ? null : !returned.startsWith('-');
  return callFinding(command, { success, exit: null, errno: null }, actor);
}

function actorOf(value: JsonObject): AgentActor {
  const process = asObject(value.proc);
  const of = (flat: string, ...path: readonly string[]): Json | undefined => {
    return process === null ? value[flat] : inside(process, ...path);
  };
  return agentActor({
    pid: of('pid', 'pid'),
    ppid: of('ppid', 'parent', 'pid'),
    uid: of('uid', 'creds', 'uid'),
    auid: value.loginuid,
    comm: of('comm', 'comm'),
    exe: value.exepath,
    args: value.args,
    container: inside(value, 'runtime', 'containerId') ?? inside(value, 'runtime', 'containerName'),
    namespace: inside(value, 'k8s', 'namespace'),
    pod: inside(value, 'k8s', 'podName') ?? inside(value, 'k8s', 'pod'),
  });
}
