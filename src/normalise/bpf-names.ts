import type { Json } from '../model/json.ts';
import { asCount, asText } from './decode-value.ts';

/**
 * Names by number, as libbpf and bpftool spell them: enum bpf_prog_type, bpf_map_type and bpf_link_type in
 * include/uapi/linux/bpf.h (up to 6.18). A bpftool older than its kernel prints the number alone.
 */
const PROGRAM_TYPES: readonly string[] = [
  'unspec',
  'socket_filter',
  'kprobe',
  'sched_cls',
  'sched_act',
  'tracepoint',
  'xdp',
  'perf_event',
  'cgroup_skb',
  'cgroup_sock',
  'lwt_in',
  'lwt_out',
  'lwt_xmit',
  'sock_ops',
  'sk_skb',
  'cgroup_device',
  'sk_msg',
  'raw_tracepoint',
  'cgroup_sock_addr',
  'lwt_seg6local',
  'lirc_mode2',
  'sk_reuseport',
  'flow_dissector',
  'cgroup_sysctl',
  'raw_tracepoint_writable',
  'cgroup_sockopt',
  'tracing',
  'struct_ops',
  'ext',
  'lsm',
  'sk_lookup',
  'syscall',
  'netfilter',
];

const MAP_TYPES: readonly string[] = [
  'unspec',
  'hash',
  'array',
  'prog_array',
  'perf_event_array',
  'percpu_hash',
  'percpu_array',
  'stack_trace',
  'cgroup_array',
  'lru_hash',
  'lru_percpu_hash',
  'lpm_trie',
  'array_of_maps',
  'hash_of_maps',
  'devmap',
  'sockmap',
  'cpumap',
  'xskmap',
  'sockhash',
  'cgroup_storage',
  'reuseport_sockarray',
  'percpu_cgroup_storage',
  'queue',
  'stack',
  'sk_storage',
  'devmap_hash',
  'struct_ops',
  'ringbuf',
  'inode_storage',
  'task_storage',
  'bloom_filter',
  'user_ringbuf',
  'cgrp_storage',
  'arena',
];

const LINK_TYPES: readonly string[] = [
  'unspec',
  'raw_tracepoint',
  'tracing',
  'cgroup',
  'iter',
  'netns',
  'xdp',
  'perf_event',
  'kprobe_multi',
  'struct_ops',
  'netfilter',
  'tcx',
  'uprobe_multi',
  'netkit',
  'sockmap',
];

/** Name of a program type from bpftool's `type`; a number without a name stays digits. Empty when it is missing. */
export function programTypeName(type: Json | undefined): string {
  return nameOf(PROGRAM_TYPES, type);
}

/** Name of a map type from bpftool's `type`. */
export function mapTypeName(type: Json | undefined): string {
  return nameOf(MAP_TYPES, type);
}

/** Name of a link type from bpftool's `type`. */
export function linkTypeName(type: Json | undefined): string {
  return nameOf(LINK_TYPES, type);
}

/** The name at a number's place in a list; a name, or a number without one, as it is. */
export function nameOf(names: readonly string[], type: Json | undefined): string {
  const number = asCount(type);
  return (number === null ? null : names[number]) ?? asText(type) ?? '';
}
