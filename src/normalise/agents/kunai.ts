import type { JsonObject } from '../../model/json.ts';
import { actorPhrase } from '../audit/actor.ts';
import { loadSeverity } from '../audit/program.ts';
import { asId, asObject, asText } from '../decode-value.ts';
import { agentActor } from './agent-actor.ts';
import { type AgentActor, type AgentFinding, type AgentReader, given } from './agent-finding.ts';
import { timeOfText } from './agent-time.ts';
import { programType } from './bpf-words.ts';
import { inside } from './inside.ts';

/**
 * Kunai's events: what happened in `data`, and when, where and by whom in `info` (kunai-project/kunai, events.rs). Kunai
 * takes the time at which it handles the event, which is a little later.
 */
export const KUNAI: AgentReader = {
  name: (value) => asText(inside(value, 'info', 'event', 'name')) ?? 'event',
  host: (value) => asText(inside(value, 'info', 'host', 'hostname')) ?? asText(inside(value, 'info', 'host', 'name')),
  time: (value) => timeOfText(asText(inside(value, 'info', 'utc_time'))),
  finding: (value) => {
    const name = asText(inside(value, 'info', 'event', 'name')) ?? '';
    const data = asObject(value.data);
    if (data === null) return null;
    if (name === 'bpf_prog_load') return programLoad(data, actorOf(value, data));
    // The documentation has the first name, the sources have had the second.
    const isFilter = name === 'bpf_socket_filter' || name === 'bpf_socket_filter_attached';
    return isFilter ? socketFilter(data, actorOf(value, data)) : null;
  },
};

function programLoad(data: JsonObject, actor: AgentActor): AgentFinding {
  const failed = data.loaded === false;
  const name = asText(data.name) ?? '';
  const type = programType(inside(data, 'prog_type', 'name') ?? inside(data, 'prog_type', 'id'));
  const about = [name, type === '' ? '' : `(${type})`].filter((word) => word !== '').join(' ');
  const did = failed ? 'could not load a program: it failed' : 'loaded a program';
  return {
    type: 'program-load',
    severity: failed ? 'warning' : loadSeverity(actor),
    summary: `${actorPhrase(actor) ?? 'a process'} ${did}${about === '' ? '' : `: ${about.slice(0, 128)}`}`,
    actor,
    object: {
      kind: 'program',
      ...given('id', asId(data.id)),
      ...given('name', name),
      ...given('type', type),
      ...given('tag', asText(data.tag)),
      ...given('sha256', asText(inside(data, 'bpf_prog', 'sha256'))),
    },
    more: {
      ...given('target', asText(data.attached_func)),
      ...(typeof data.loaded === 'boolean' ? { result: { success: data.loaded, exit: null, errno: null } } : {}),
    },
  };
}

/** A filter of classic BPF on a socket: what tcpdump does, and how BPFDoor waits for its packet. */
function socketFilter(data: JsonObject, actor: AgentActor): AgentFinding {
  const failed = data.attached === false;
  const socket = ['domain', 'type', 'proto'].flatMap((key) => asText(inside(data, 'socket', key)) ?? []).join(' ');
  const did = failed ? 'could not attach a socket filter: it failed' : 'attached a socket filter';
  return {
    type: 'program-attach',
    severity: 'warning',
    summary: `${actorPhrase(actor) ?? 'a process'} ${did}${socket === '' ? '' : ` (${socket.slice(0, 128)})`}`,
    actor,
    object: { kind: 'filter', type: 'socket_filter', ...given('sha256', asText(inside(data, 'filter', 'sha256'))) },
    more: {
      ...given('target', socket),
      ...(typeof data.attached === 'boolean' ? { result: { success: data.attached, exit: null, errno: null } } : {}),
    },
  };
}

/** `exe` was a path, then `{file}`, then `{path}`. */
function actorOf(value: JsonObject, data: JsonObject): AgentActor {
  const task = asObject(inside(value, 'info', 'task')) ?? {};
  const container = inside(value, 'info', 'host', 'container');
  return agentActor({
    pid: task.tgid ?? task.pid,
    ppid: inside(value, 'info', 'parent_task', 'tgid'),
    uid: task.uid,
    comm: task.name,
    exe: asText(data.exe) ?? inside(data, 'exe', 'path') ?? inside(data, 'exe', 'file'),
    args: data.command_line,
    container: asText(container) ?? inside(value, 'info', 'host', 'container', 'name'),
  });
}
