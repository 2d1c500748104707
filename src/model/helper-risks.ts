/**
 * What a program can do by a helper: `high` changes what others see or do; `medium` reaches beyond the program's own
 * data, as honest tracers and network programs have to; `low` stays with its maps, its context and what is known of the
 * current task.
 */
export type HelperRisk = 'high' | 'medium' | 'low';

/** Helpers (without `bpf_`) by risk, with what each one of a line does. */
const BY_RISK: readonly (readonly [risk: HelperRisk, does: string, helpers: string])[] = [
  // bpf_probe_write_user in kernel/trace/bpf_trace.c; the kernel itself warns when such a program is installed, and
  // lockdown=integrity forbids it (LOCKDOWN_BPF_WRITE_USER in include/linux/security.h).
  ['high', "overwrites a process's memory", 'probe_write_user'],
  // bpf_override_return, same file: only with CONFIG_BPF_KPROBE_OVERRIDE and on ALLOW_ERROR_INJECTION functions.
  ['high', 'makes a kernel function return without running', 'override_return'],
  // bpf_send_signal_common, same file.
  ['high', 'sends signals to processes', 'send_signal'],
  ['high', 'sends signals to threads', 'send_signal_thread'],
  // bpf_sys_bpf in kernel/bpf/syscall.c: bpf(2) from within a program of type syscall.
  ['high', 'calls bpf(2) itself', 'sys_bpf'],
  // bpf_sysctl_set_new_value in kernel/bpf/cgroup.c.
  ['high', 'changes what is written to a sysctl', 'sysctl_set_new_value'],
  ['medium', "reads a process's memory", 'probe_read_user probe_read_user_str copy_from_user copy_from_user_task'],
  ['medium', "reads the kernel's memory", 'probe_read probe_read_str probe_read_kernel probe_read_kernel_str'],
  ['medium', 'tells where kernel symbols are', 'kallsyms_lookup_name'],
  ['medium', 'goes on in another program', 'tail_call'],
  ['medium', 'changes what a hook returns', 'set_retval'],
  ['medium', 'changes how a program is run', 'bprm_opts_set'],
  ['medium', 'makes up key presses of a remote control', 'rc_repeat rc_keydown rc_pointer_rel'],
  [
    'medium',
    'changes packets',
    'skb_store_bytes l3_csum_replace l4_csum_replace skb_vlan_push skb_vlan_pop skb_set_tunnel_key skb_set_tunnel_opt skb_change_proto skb_change_type skb_change_tail skb_change_head skb_adjust_room skb_ecn_set_ce skb_set_tstamp csum_update csum_level set_hash set_hash_invalid xdp_adjust_head xdp_adjust_tail xdp_adjust_meta xdp_store_bytes lwt_push_encap lwt_seg6_store_bytes lwt_seg6_adjust_srh lwt_seg6_action msg_push_data msg_pop_data store_hdr_opt reserve_hdr_opt',
  ],
  [
    'medium',
    'sends packets elsewhere',
    'clone_redirect redirect redirect_map redirect_neigh redirect_peer sk_redirect_map sk_redirect_hash msg_redirect_map msg_redirect_hash sk_select_reuseport',
  ],
  [
    'medium',
    'changes sockets',
    'setsockopt bind sk_assign sock_ops_cb_flags_set sock_map_update sock_hash_update tcp_send_ack',
  ],
  [
    'low',
    'stays with its own maps, its context and the current task',
    `map_lookup_elem map_update_elem map_delete_elem map_push_elem map_pop_elem map_peek_elem map_lookup_percpu_elem for_each_map_elem
     ktime_get_ns ktime_get_boot_ns ktime_get_coarse_ns ktime_get_tai_ns jiffies64 get_prandom_u32 get_smp_processor_id get_numa_node_id
     get_current_pid_tgid get_current_uid_gid get_current_comm get_current_task get_current_task_btf get_ns_current_pid_tgid task_pt_regs
     get_current_cgroup_id get_current_ancestor_cgroup_id current_task_under_cgroup get_cgroup_classid skb_cgroup_classid skb_cgroup_id
     skb_ancestor_cgroup_id sk_cgroup_id sk_ancestor_cgroup_id skb_under_cgroup get_netns_cookie get_socket_cookie get_socket_uid
     trace_printk trace_vprintk snprintf snprintf_btf seq_printf seq_printf_btf seq_write strncmp strtol strtoul
     perf_event_read perf_event_read_value perf_prog_read_value perf_event_output skb_output xdp_output
     ringbuf_output ringbuf_reserve ringbuf_submit ringbuf_discard ringbuf_query user_ringbuf_drain
     ringbuf_reserve_dynptr ringbuf_submit_dynptr ringbuf_discard_dynptr dynptr_from_mem dynptr_read dynptr_write dynptr_data
     get_stackid get_stack get_task_stack read_branch_records get_branch_snapshot get_func_ip get_func_arg get_func_ret get_func_arg_cnt
     get_attach_cookie get_retval per_cpu_ptr this_cpu_ptr kptr_xchg find_vma loop spin_lock spin_unlock
     timer_init timer_set_callback timer_start timer_cancel btf_find_by_name_kind sys_close d_path ima_inode_hash ima_file_hash
     get_local_storage sk_storage_get sk_storage_delete inode_storage_get inode_storage_delete task_storage_get task_storage_delete
     cgrp_storage_get cgrp_storage_delete
     skb_load_bytes skb_load_bytes_relative skb_pull_data skb_get_tunnel_key skb_get_tunnel_opt skb_get_xfrm_state get_route_realm
     get_hash_recalc csum_diff fib_lookup check_mtu xdp_get_buff_len xdp_load_bytes load_hdr_opt getsockopt
     msg_apply_bytes msg_cork_bytes msg_pull_data sock_from_file sk_lookup_tcp sk_lookup_udp skc_lookup_tcp sk_release sk_fullsock
     tcp_sock get_listener_sock skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock skc_to_udp6_sock
     skc_to_unix_sock skc_to_mptcp_sock tcp_check_syncookie tcp_gen_syncookie tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6
     tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6 sysctl_get_name sysctl_get_current_value sysctl_get_new_value`,
  ],
];

/**
 * Every helper that there is (___BPF_FUNC_MAPPER in include/uapi/linux/bpf.h), without `bpf_`. The list is closed: what is
 * new since Linux 6.3 is a kfunc (Documentation/bpf/helpers.rst). So a name that is not here is one, or an internal one that is not
 * known to stand for a helper.
 */
export const HELPER_RISKS: ReadonlyMap<string, { readonly risk: HelperRisk; readonly does: string }> = new Map(
  BY_RISK.flatMap(([risk, does, helpers]) =>
    helpers
      .split(/\s+/)
      .map((helper): [string, { readonly risk: HelperRisk; readonly does: string }] => [helper, { risk, does }]),
  ),
);
