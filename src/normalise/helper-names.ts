/**
 * How the functions of map types end that the verifier puts in place of map helpers (bpf_patch_call_imm to ops in
 * kernel/bpf/verifier.c), and what stands before that.
 */
const MAP_FUNCTIONS: readonly (readonly [ends: readonly string[], before: RegExp, helper: string])[] = [
  [['lookup', 'lookup_elem'], /(?:map|htab|array|trie|storage|queue|stack|bloom|hash)_/, 'map_lookup_elem'],
  [['update_elem'], /(?:map|htab|array|trie|storage)_/, 'map_update_elem'],
  [['delete_elem'], /(?:map|htab|array|trie|storage)_/, 'map_delete_elem'],
  [['push_elem'], /(?:map|queue|stack|bloom)_/, 'map_push_elem'],
  [['pop_elem'], /(?:map|queue|stack)_/, 'map_pop_elem'],
  [['peek_elem'], /(?:map|queue|stack|bloom)_/, 'map_peek_elem'],
];

/**
 * The kernel's own symbol for a helper, where it is not `bpf_` and the helper's name: several helpers have one function for
 * each program type (`*_func_proto` tables in net/core/filter.c and kernel/trace/bpf_trace.c).
 */
const ALIASES: readonly (readonly [pattern: RegExp, helper: string])[] = [
  [/_(lookup)_percpu_elem$/, 'map_lookup_percpu_elem'],
  [/^for_each_(?:hash|array|map)_elem$/, 'for_each_map_elem'],
  [/^(?:dev_map|dev_hash_map|dev_map_hash|cpu_map|xsk_map)_redirect$|^xdp_redirect_map$/, 'redirect_map'],
  [/^xdp_redirect$/, 'redirect'],
  [
    /^perf_event_output_(?:tp|raw_tp)$|^(?:skb|xdp|sk_msg|sockopt)_event_output$|^event_output_data$/,
    'perf_event_output',
  ],
  [/^get_stackid_(?:tp|raw_tp|pe)$/, 'get_stackid'],
  [/^get_stack_(?:tp|raw_tp|pe|sleepable)$/, 'get_stack'],
  [/^get_task_stack_sleepable$/, 'get_task_stack'],
  [/^probe_read_compat$/, 'probe_read'],
  [/^probe_read_compat_str$/, 'probe_read_str'],
  [/^get_attach_cookie_(?:trace|tracing|pe|kprobe_multi|uprobe_multi)$/, 'get_attach_cookie'],
  [/^get_func_ip_(?:tracing|kprobe|kprobe_multi|uprobe_multi)$/, 'get_func_ip'],
  [/^get_socket_cookie_(?:sock|sock_addr|sock_ops)$|^get_socket_ptr_cookie$/, 'get_socket_cookie'],
  [/^get_netns_cookie_\w+$/, 'get_netns_cookie'],
  [/^(?:sk|unlocked_sk|sock_addr|sock_ops|locked_sk)_setsockopt$/, 'setsockopt'],
  [/^(?:sk|unlocked_sk|sock_addr|sock_ops|locked_sk)_getsockopt$/, 'getsockopt'],
  [/^(?:flow_dissector|sk_reuseport)_load_bytes$/, 'skb_load_bytes'],
  [/^sk_reuseport_load_bytes_relative$/, 'skb_load_bytes_relative'],
  [/^(?:skb|xdp)_fib_lookup$/, 'fib_lookup'],
  [/^(?:skb|xdp)_check_mtu$/, 'check_mtu'],
  [/^(?:tc|xdp|sock_addr)_sk_lookup_tcp$/, 'sk_lookup_tcp'],
  [/^(?:tc|xdp|sock_addr)_sk_lookup_udp$/, 'sk_lookup_udp'],
  [/^(?:tc|xdp|sock_addr)_skc_lookup_tcp$/, 'skc_lookup_tcp'],
  [/^sk_skb_(pull_data|change_tail|change_head|adjust_room)$/, 'skb_$1'],
  [/^user_rnd_u32$/, 'get_prandom_u32'],
];

/**
 * The helper's name as in `BPF_FUNC_NAME` (include/uapi/linux/bpf.h), without `bpf_`, from the symbol that
 * `bpftool prog dump xlated` printed after `call`: `bpf_map_lookup_elem` and `__htab_map_lookup_elem` are both
 * `map_lookup_elem`. A symbol that is not known keeps its name, so that a check sees it.
 */
export function canonicalHelper(symbol: string): string {
  const name = symbol.replace(/^_+/, '').replace(/^bpf_/, '');
  for (const [ends, before, helper] of MAP_FUNCTIONS) {
    if (ends.some((end) => name.endsWith(end) && before.test(name.slice(0, -end.length)))) return helper;
  }
  for (const [pattern, helper] of ALIASES) {
    const match = pattern.exec(name);
    if (match !== null) return helper.replace('$1', match[1] ?? '');
  }
  return name;
}

/** Canonical names of a program's helpers, sorted, each once; null when they are not known. */
export function canonicalHelpers(symbols: readonly string[] | null | undefined): readonly string[] | null {
  return symbols ? [...new Set(symbols.map(canonicalHelper))].sort() : null;
}
