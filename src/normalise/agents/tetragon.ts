import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { actorPhrase, type CallResult, wasDenied } from '../audit/actor.ts';
import { loadSeverity } from '../audit/program.ts';
import { asObject, asObjects, asText } from '../decode-value.ts';
import { agentActor } from './agent-actor.ts';
import { type AgentActor, type AgentFinding, type AgentReader, given } from './agent-finding.ts';
import { timeOfText } from './agent-time.ts';
import { callFinding, commandOf, mapType, outcome, programType } from './bpf-words.ts';
import { resultOfExit } from './call-result.ts';
import { inside } from './inside.ts';
import { type FunctionMeaning, functionMeaning, isBpfCall } from './tetragon-functions.ts';

/**
 * Tetragon's export: one of `process_exec`, `process_kprobe`, ... with `node_name` and `time` beside it
 * (cilium/tetragon, api/v1/tetragon/events.proto and tetragon.proto).
 */
export const TETRAGON: AgentReader = { name: nameOf, host: hostOf, time: timeOf, finding };

/** The key that says what kind of event it is, and what is in it; null when it is not one of Tetragon's. */
export function tetragonEvent(value: JsonObject): readonly [kind: string, body: JsonObject] | null {
  for (const [key, body] of Object.entries(value)) {
    if (isJsonObject(body) && /^(?:process_[a-z_]{1,32}|rate_limit_info)$/.test(key)) return [key, body];
  }
  return null;
}

function nameOf(value: JsonObject): string {
  const [kind, body] = tetragonEvent(value) ?? ['event', {}];
  const name = functionOf(body);
  return name === '' ? kind : `${kind} ${name}`;
}

function hostOf(value: JsonObject): string | null {
  return asText(value.node_name);
}

/** An export without `time` has that of what happened only where starting or ending is what happened. */
function timeOf(value: JsonObject): number | null {
  const said =
    value.time ?? inside(value, 'process_exit', 'time') ?? inside(value, 'process_exec', 'process', 'start_time');
  return timeOfText(asText(said));
}

/** The function of a kprobe, uprobe or LSM hook; of a tracepoint its event. */
function functionOf(body: JsonObject): string {
  return asText(body.function_name) ?? asText(body.event) ?? asText(body.symbol) ?? '';
}

function finding(value: JsonObject): AgentFinding | null {
  const [, body] = tetragonEvent(value) ?? [];
  if (body === undefined) return null;
  const actor = actorOf(asObject(body.process) ?? {});
  const found = meant(functionOf(body), body, actor);
  const enforced = ENFORCED.get(asText(body.action) ?? '') ?? ENFORCED.get(asText(body.return_action) ?? '');
  const policy = asText(body.policy_name);
  if (enforced === undefined) return found === null ? null : { ...found, policy, rule: asText(body.message) };
  return {
    ...found,
    type: 'policy-violation',
    severity: 'error',
    summary: `Tetragon ${enforced} ${actorPhrase(actor) ?? 'a process'} at ${functionOf(body) || 'a hook'}`,
    actor,
    policy,
    rule: asText(body.message),
  };
}

/** What Tetragon does beside telling (`KprobeAction`). */
const ENFORCED: ReadonlyMap<string, string> = new Map([
  ['KPROBE_ACTION_SIGKILL', 'killed'],
  ['KPROBE_ACTION_OVERRIDE', 'refused'],
]);

function meant(name: string, body: JsonObject, actor: AgentActor): AgentFinding | null {
  const args = asObjects(body.args);
  const exit = inside(body, 'return', 'int_arg') ?? inside(body, 'return', 'long_arg');
  const result = resultOfExit(typeof exit === 'number' ? exit : null);
  if (isBpfCall(name)) {
    const command = commandOf(argument(args, 'bpf_cmd_arg', 'int_arg', 'uint_arg', 'size_arg', 'long_arg'));
    return command === null ? null : callFinding(command, result, actor);
  }
  const meaning = functionMeaning(name);
  return meaning === null ? pinnedFile(args, actor) : ofFunction(meaning, args, result, actor);
}

function ofFunction(
  meaning: FunctionMeaning,
  args: readonly JsonObject[],
  result: CallResult,
  actor: AgentActor,
): AgentFinding {
  const { object, about } = objectOf(meaning.object, args);
  const denied = wasDenied(result);
  // A probe at the start of a function sees the call, not its end: it is told as done unless it returned an error.
  const ended: CallResult = result.success === null ? { ...result, success: true } : result;
  return {
    type: denied ? 'access-denied' : meaning.type,
    severity: denied ? 'error' : (perfSeverity(object) ?? meaning.severity ?? loadSeverity(actor)),
    summary: `${actorPhrase(actor) ?? 'a process'} ${outcome(meaning.did, meaning.toDo, ended)}${about}`,
    actor,
    object,
    ...(result.success === null ? {} : { more: { result: { ...result } } }),
  };
}

/** The first argument of one of these kinds, in order of preference. */
function argument(args: readonly JsonObject[], ...kinds: readonly string[]): Json | undefined {
  for (const kind of kinds) {
    for (const each of args) if (Object.hasOwn(each, kind)) return each[kind];
  }
  return undefined;
}

function objectOf(kind: string, args: readonly JsonObject[]): { readonly object: JsonObject; readonly about: string } {
  const program = asObject(argument(args, 'bpf_attr_arg', 'bpf_prog_arg'));
  const map = asObject(argument(args, 'bpf_map_arg'));
  const event = asObject(argument(args, 'perf_event_arg'));
  if (program !== null) {
    return described(kind, program.ProgName, programType(program.ProgType), { instructions: program.InsnCnt });
  }
  if (map !== null) {
    const sizes = { keySize: map.KeySize, valueSize: map.ValueSize, maxEntries: map.MaxEntries };
    return described(kind, map.MapName, mapType(map.MapType), sizes);
  }
  if (event !== null) return described(kind, event.KprobeFunc, asText(event.Type) ?? '', {});
  return { object: { kind }, about: '' };
}

function described(
  kind: string,
  name: Json | undefined,
  type: string,
  more: { readonly [key: string]: Json | undefined },
): { readonly object: JsonObject; readonly about: string } {
  const text = asText(name) ?? '';
  const numbers = Object.entries(more).flatMap(([key, said]) =>
    typeof said === 'number' ? [[key, said] as const] : [],
  );
  const words = [text, type === '' ? '' : `(${type})`].filter((word) => word !== '').join(' ');
  return {
    object: { kind, ...given('name', text), ...given('type', type), ...Object.fromEntries(numbers) },
    about: words === '' ? '' : `: ${words.slice(0, 128)}`,
  };
}

/** Counting cycles or page faults is what profilers do, with BPF or without. */
function perfSeverity(object: JsonObject): Severity | null {
  const type = object.kind === 'perf event' ? object.type : undefined;
  return typeof type === 'string' && /^PERF_TYPE_(?:HARDWARE|SOFTWARE|HW_CACHE|RAW|BREAKPOINT)$/.test(type)
    ? 'info'
    : null;
}

/** Tetragon's own policy for BPF also watches the files that objects are pinned to (examples/policylibrary/bpf.yaml). */
function pinnedFile(args: readonly JsonObject[], actor: AgentActor): AgentFinding | null {
  const file = asObject(argument(args, 'file_arg', 'path_arg'));
  const path = file === null ? null : asText(file.path);
  if (path === null || !/^\/sys\/fs\/bpf(?:\/|$)/.test(path)) return null;
  return {
    type: 'map-access',
    severity: 'info',
    summary: `${actorPhrase(actor) ?? 'a process'} used ${path.slice(0, 256)}`,
    actor,
    object: { kind: 'pin', ...given('name', path) },
  };
}

function actorOf(process: JsonObject): AgentActor {
  const exe = asText(process.binary) ?? '';
  return agentActor({
    pid: process.pid,
    uid: process.uid,
    auid: process.auid,
    comm: exe.slice(exe.lastIndexOf('/') + 1),
    exe,
    args: process.arguments,
    container: inside(process, 'pod', 'container', 'id') ?? process.docker,
    namespace: inside(process, 'pod', 'namespace'),
    pod: inside(process, 'pod', 'name'),
  });
}
