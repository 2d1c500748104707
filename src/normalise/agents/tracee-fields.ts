import type { Json, JsonObject } from '../../model/json.ts';
import { asCount, asObject, asObjects, asText } from '../decode-value.ts';
import { agentActor } from './agent-actor.ts';
import type { AgentActor } from './agent-finding.ts';
import { timeOfNanoseconds, timeOfText } from './agent-time.ts';
import { inside } from './inside.ts';

/** The arguments of an event by name. */
export type TraceeArguments = ReadonlyMap<string, Json>;

/**
 * `args` is a list of `{name, type, value}`; `data` one of `{name, <type>: value}` where lists are `{value: [...]}`
 * once more (api/v1beta1/event_data.proto).
 */
export function traceeArguments(value: JsonObject): TraceeArguments {
  const found = new Map<string, Json>();
  for (const argument of asObjects(value.args)) {
    const name = asText(argument.name);
    if (name !== null && argument.value !== undefined) found.set(name, argument.value);
  }
  for (const item of asObjects(value.data)) {
    const name = asText(item.name);
    const typed = Object.entries(item).find(([key]) => key !== 'name')?.[1];
    if (name !== null && typed !== undefined) found.set(name, inside({ typed }, 'typed', 'value') ?? typed);
  }
  return found;
}

/** Nanoseconds since the epoch; `{seconds, nanos}` and RFC 3339 in v1beta1. */
export function traceeTime(value: JsonObject): number | null {
  const stamp = asObject(value.timestamp);
  if (stamp === null) return timeOfNanoseconds(value.timestamp) ?? timeOfText(asText(value.timestamp));
  const seconds = asCount(stamp.seconds);
  // A clock that starts with the boot has few seconds (`--output option:relative-time`).
  if (seconds === null || seconds < FIRST_SECOND) return null;
  return seconds * 1000 + Math.floor((asCount(stamp.nanos) ?? 0) / 1e6);
}

/** 2001: what is before is time since a boot. */
const FIRST_SECOND = 1e9;

/** Who it was, in either shape. */
export function traceeActor(value: JsonObject): AgentActor {
  const process = asObject(inside(value, 'workload', 'process'));
  if (process === null) {
    return agentActor({
      pid: value.hostProcessId ?? value.processId,
      ppid: value.hostParentProcessId ?? value.parentProcessId,
      uid: value.userId,
      comm: value.processName,
      exe: inside(value, 'executable', 'path'),
      container: value.containerId || inside(value, 'container', 'id'),
      namespace: value.podNamespace || inside(value, 'kubernetes', 'podNamespace'),
      pod: value.podName || inside(value, 'kubernetes', 'podName'),
    });
  }
  return agentActor({
    pid: process.host_pid ?? process.pid,
    uid: inside(process, 'real_user', 'id'),
    comm: inside(process, 'thread', 'name'),
    exe: inside(process, 'executable', 'path'),
    container: inside(value, 'workload', 'container', 'id'),
    namespace: inside(value, 'workload', 'k8s', 'namespace', 'name'),
    pod: inside(value, 'workload', 'k8s', 'pod', 'name'),
  });
}
