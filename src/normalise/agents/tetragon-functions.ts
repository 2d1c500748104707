import type { EventType } from '../../model/event.ts';
import type { Severity } from '../../model/severity.ts';

/** What it means that a kernel function was called. */
export interface FunctionMeaning {
  readonly type: EventType;
  /** Null where who did it decides. */
  readonly severity: Severity | null;
  readonly object: 'program' | 'map' | 'link' | 'token' | 'perf event';
  readonly did: string;
  readonly toDo: string;
}

function meaning(
  type: EventType,
  severity: Severity | null,
  object: FunctionMeaning['object'],
  did: string,
  toDo: string,
): FunctionMeaning {
  return { type, severity, object, did, toDo };
}

const LOAD = meaning('program-load', null, 'program', 'loaded a program', 'load a program');
const CREATE = meaning('map-create', 'info', 'map', 'created a map', 'create a map');
const ATTACH = meaning('program-attach', 'warning', 'program', 'attached a program', 'attach a program');
const DETACH = meaning('program-detach', 'warning', 'program', 'detached a program', 'detach a program');
const LINK = meaning('program-attach', 'warning', 'link', 'attached a program by a link', 'attach a program by a link');
const UNLINK = meaning('program-detach', 'warning', 'link', 'let go of a link', 'let go of a link');

/** By the name of the function without `security_`, which is that of the LSM hook too (include/linux/lsm_hook_defs.h). */
const FUNCTIONS: ReadonlyMap<string, FunctionMeaning> = new Map([
  // The verifier; the hooks around it were renamed in 6.9.
  ['bpf_check', LOAD],
  ['bpf_prog_load', LOAD],
  ['bpf_prog_alloc', LOAD],
  ['bpf_prog_free', meaning('program-unload', 'info', 'program', 'let go of a program', 'let go of a program')],
  ['bpf_prog', meaning('map-access', 'debug', 'program', 'took a descriptor of a program', 'take one of a program')],
  ['bpf_map_alloc', CREATE],
  ['bpf_map_create', CREATE],
  ['map_create', CREATE],
  ['bpf_map_free', meaning('map-delete', 'info', 'map', 'let go of a map', 'let go of a map')],
  ['bpf_map', meaning('map-access', 'debug', 'map', 'took a descriptor of a map', 'take one of a map')],
  ['bpf_token_create', meaning('capability-change', 'warning', 'token', 'created a BPF token', 'create a BPF token')],
  // The first step of attaching to a kprobe, uprobe or tracepoint.
  ['perf_event_alloc', meaning('program-attach', 'warning', 'perf event', 'opened a perf event', 'open a perf event')],
  ['perf_event_set_bpf_prog', ATTACH],
]);

/** The meaning of a function by its name, or null when it is not about BPF. */
export function functionMeaning(name: string): FunctionMeaning | null {
  const bare = name.replace(/^(?:bpf_lsm_|security_|__)/, '');
  const known = FUNCTIONS.get(bare);
  if (known !== undefined) return known;
  if (/^bpf_\w*link_(?:free|put|release|detach|dealloc)/.test(bare)) return UNLINK;
  if (/^bpf_\w*link_(?:prime|settle|create|attach|update)/.test(bare)) return LINK;
  if (!/bpf|xdp|tcx/.test(bare)) return null;
  if (/detach/.test(bare)) return DETACH;
  return /attach/.test(bare) ? ATTACH : null;
}

/** bpf(2) itself and its hook: the first argument is the command. */
export function isBpfCall(name: string): boolean {
  return /^(?:__[a-z0-9]{1,8}_)?(?:__)?(?:se_|do_)?sys_bpf$|^sys_(?:enter|exit)_bpf$|^(?:security_|bpf_lsm_)?bpf$/.test(
    name,
  );
}
