/**
 * Helpers that change what other programs see or do, with what each one does. Reading helpers (copy_from_user_task,
 * probe_read_user, kallsyms_lookup_name) are left to the allow list of the helper check: tracers need them daily.
 */
export const DANGEROUS_HELPERS: readonly (readonly [helper: string, does: string])[] = [
  // bpf_probe_write_user in kernel/trace/bpf_trace.c; the kernel itself warns when such a program is installed, and
  // lockdown=integrity forbids it (LOCKDOWN_BPF_WRITE_USER in include/linux/security.h).
  ['probe_write_user', "overwrites a process's memory"],
  // bpf_override_return, same file: only with CONFIG_BPF_KPROBE_OVERRIDE and on ALLOW_ERROR_INJECTION functions.
  ['override_return', 'makes a kernel function return without running'],
  // bpf_send_signal_common, same file.
  ['send_signal', 'sends signals to processes'],
  ['send_signal_thread', 'sends signals to threads'],
  // bpf_sys_bpf in kernel/bpf/syscall.c: bpf(2) from within a program of type syscall.
  ['sys_bpf', 'calls bpf(2) itself'],
  // bpf_sysctl_set_new_value in kernel/bpf/cgroup.c.
  ['sysctl_set_new_value', 'changes what is written to a sysctl'],
];
