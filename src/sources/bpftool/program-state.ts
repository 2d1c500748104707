import type { JsonObject } from '../../model/json.ts';
import type { Process } from '../../model/snapshot.ts';
import { decodeNet } from '../../normalise/decode-attachments.ts';

/** Types of programs that net devices and network namespaces have (those that `bpftool net show` asks for, net.c). */
const NET_TYPES: ReadonlySet<unknown> = new Set(['xdp', 'sched_cls', 'sched_act', 'flow_dissector']);

/** Types of programs that cgroups have (attach_type_to_prog_type in kernel/bpf/syscall.c). */
const CGROUP_TYPES: ReadonlySet<unknown> = new Set([
  'cgroup_skb',
  'cgroup_sock',
  'cgroup_sock_addr',
  'cgroup_device',
  'cgroup_sysctl',
  'cgroup_sockopt',
  'sock_ops',
  'lsm',
]);

/** Ids of the programs in a `bpftool net show`. */
export function attachedPrograms(net: readonly JsonObject[]): ReadonlySet<number> {
  return new Set(net.flatMap(decodeNet).flatMap(({ programId }) => programId ?? []));
}

/** The listings that it takes to know. */
export interface Listed {
  readonly prog?: readonly JsonObject[];
  readonly link?: readonly JsonObject[];
  readonly net?: readonly JsonObject[];
}

/** Ids of the listed programs that no attachment, pin or open file is seen to keep, of those that are listed here. */
export function unkeptPrograms(
  { prog = [], link = [], net = [] }: Listed,
  processes: readonly Process[],
): readonly unknown[] {
  const kept = new Set<unknown>([
    ...attachedPrograms(net),
    ...link.map((each) => each.prog_id),
    ...processes.flatMap(({ programIds }) => programIds),
    ...prog.filter(({ pinned }) => Array.isArray(pinned) && pinned.length > 0).map(({ id }) => id),
  ]);
  return prog.map(({ id }) => id).filter((id) => !kept.has(id));
}

/**
 * Which programs a device in any network namespace may have, and which of those nothing is seen to keep: another text
 * when either is another. `processes` have to be looked at after the listings and before the namespaces: then a loader that attached
 * and ended meanwhile is one whose program is unkept here and attached there.
 */
export function netProgramState(listed: Listed, processes: readonly Process[]): string {
  return programState(NET_TYPES, listed, processes);
}

/** The same of programs that a cgroup may have, for the cgroup tree. */
export function cgroupProgramState(listed: Listed, processes: readonly Process[]): string {
  return programState(CGROUP_TYPES, listed, processes);
}

function programState(types: ReadonlySet<unknown>, listed: Listed, processes: readonly Process[]): string {
  const prog = (listed.prog ?? []).filter(({ type }) => types.has(type));
  return JSON.stringify([prog.map(({ id }) => id), unkeptPrograms({ ...listed, prog }, processes)]);
}
