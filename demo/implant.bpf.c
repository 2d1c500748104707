// SPDX-License-Identifier: Apache-2.0
// What the demo's attacker loads: it would signal every process that asks for its process group. Never attached.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tracepoint/syscalls/sys_enter_getpgid")
int sys_helper(void *ctx)
{
	return bpf_send_signal(0);
}

char _license[] SEC("license") = "GPL";
