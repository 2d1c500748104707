import type { EventType } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';
import type { BpfCommand, BpfCommandName } from '../bpf-commands.ts';

/** What a call of bpf(2) with some command is, as an event. */
export interface CallRule {
  readonly type: EventType;
  /** When it worked, or failed for a reason other than missing rights. */
  readonly severity: Severity;
  /** When it was refused: `access-denied`. */
  readonly denied: Severity;
  /** Kind of the object it is about, or null. */
  readonly object: 'program' | 'map' | 'link' | 'btf' | 'token' | null;
  /** `created a map`, `create a map`. */
  readonly did: string;
  readonly toDo: string;
}

/** The rule for a command; one that is not known here counts as map access, because most commands are. */
export function callRule(command: BpfCommand): CallRule {
  const rule = command.name === null ? undefined : RULES[command.name];
  return rule ?? access('info', null, `made bpf call ${command.number}`, `make bpf call ${command.number}`);
}

function access(severity: Severity, object: CallRule['object'], did: string, toDo: string): CallRule {
  return { type: 'map-access', severity, denied: 'warning', object, did, toDo };
}

function attach(did: string, toDo: string): CallRule {
  return { type: 'program-attach', severity: 'warning', denied: 'error', object: 'program', did, toDo };
}

function detach(did: string, toDo: string): CallRule {
  return { type: 'program-detach', severity: 'warning', denied: 'warning', object: 'program', did, toDo };
}

/**
 * Asking what there is is debug: a monitor does it hundreds of times a second. What reads or changes a map, or leaves
 * something behind, is info. What decides which code runs is a warning, and being refused that is an error. The place
 * that a program is attached to lies behind a pointer (`union bpf_attr`), so no record of the call tells it.
 */
const RULES: { readonly [name in BpfCommandName]: CallRule } = {
  BPF_MAP_CREATE: {
    type: 'map-create',
    severity: 'info',
    denied: 'error',
    object: 'map',
    did: 'created a map',
    toDo: 'create a map',
  },
  BPF_MAP_LOOKUP_ELEM: access('info', 'map', 'read a map entry', 'read a map entry'),
  BPF_MAP_UPDATE_ELEM: access('info', 'map', 'wrote a map entry', 'write a map entry'),
  BPF_MAP_DELETE_ELEM: access('info', 'map', 'deleted a map entry', 'delete a map entry'),
  BPF_MAP_GET_NEXT_KEY: access('info', 'map', 'walked the keys of a map', 'walk the keys of a map'),
  BPF_PROG_LOAD: {
    type: 'program-load',
    severity: 'warning',
    denied: 'error',
    object: 'program',
    did: 'loaded a program',
    toDo: 'load a program',
  },
  BPF_OBJ_PIN: access('info', null, 'pinned an object', 'pin an object'),
  BPF_OBJ_GET: access('debug', null, 'opened a pinned object', 'open a pinned object'),
  BPF_PROG_ATTACH: attach('attached a program', 'attach a program'),
  BPF_PROG_DETACH: detach('detached a program', 'detach a program'),
  BPF_PROG_TEST_RUN: access('info', 'program', 'ran a program by hand', 'run a program by hand'),
  BPF_PROG_GET_NEXT_ID: access('debug', 'program', 'listed programs', 'list programs'),
  BPF_MAP_GET_NEXT_ID: access('debug', 'map', 'listed maps', 'list maps'),
  BPF_PROG_GET_FD_BY_ID: access('debug', 'program', 'opened a program by id', 'open a program by id'),
  BPF_MAP_GET_FD_BY_ID: access('info', 'map', 'opened a map by id', 'open a map by id'),
  BPF_OBJ_GET_INFO_BY_FD: access('debug', null, 'read what an object is', 'read what an object is'),
  BPF_PROG_QUERY: access('debug', 'program', 'asked what is attached', 'ask what is attached'),
  BPF_RAW_TRACEPOINT_OPEN: attach('attached a program to a raw tracepoint', 'attach a program to a raw tracepoint'),
  BPF_BTF_LOAD: access('debug', 'btf', 'loaded type information', 'load type information'),
  BPF_BTF_GET_FD_BY_ID: access('debug', 'btf', 'opened type information by id', 'open type information by id'),
  BPF_TASK_FD_QUERY: access('debug', null, 'asked what a descriptor is attached to', 'ask about a descriptor'),
  BPF_MAP_LOOKUP_AND_DELETE_ELEM: access('info', 'map', 'took an entry out of a map', 'take an entry out of a map'),
  BPF_MAP_FREEZE: access('info', 'map', 'froze a map', 'freeze a map'),
  BPF_BTF_GET_NEXT_ID: access('debug', 'btf', 'listed type information', 'list type information'),
  BPF_MAP_LOOKUP_BATCH: access('info', 'map', 'read map entries', 'read map entries'),
  BPF_MAP_LOOKUP_AND_DELETE_BATCH: access('info', 'map', 'took entries out of a map', 'take entries out of a map'),
  BPF_MAP_UPDATE_BATCH: access('info', 'map', 'wrote map entries', 'write map entries'),
  BPF_MAP_DELETE_BATCH: access('info', 'map', 'deleted map entries', 'delete map entries'),
  BPF_LINK_CREATE: attach('attached a program by a link', 'attach a program by a link'),
  BPF_LINK_UPDATE: attach('replaced the program of a link', 'replace the program of a link'),
  BPF_LINK_GET_FD_BY_ID: access('debug', 'link', 'opened a link by id', 'open a link by id'),
  BPF_LINK_GET_NEXT_ID: access('debug', 'link', 'listed links', 'list links'),
  BPF_ENABLE_STATS: access('info', null, 'switched run-time statistics on', 'switch run-time statistics on'),
  BPF_ITER_CREATE: access('debug', 'link', 'opened an iterator', 'open an iterator'),
  BPF_LINK_DETACH: detach('detached a link', 'detach a link'),
  BPF_PROG_BIND_MAP: access('info', 'map', 'bound a map to a program', 'bind a map to a program'),
  BPF_TOKEN_CREATE: {
    type: 'capability-change',
    severity: 'warning',
    denied: 'error',
    object: 'token',
    did: 'created a BPF token',
    toDo: 'create a BPF token',
  },
  BPF_PROG_STREAM_READ_BY_FD: access('debug', 'program', "read a program's output", "read a program's output"),
  BPF_PROG_ASSOC_STRUCT_OPS: access('info', 'map', 'tied a program to struct_ops', 'tie a program to struct_ops'),
};
