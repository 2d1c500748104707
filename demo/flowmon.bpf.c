// SPDX-License-Identifier: Apache-2.0
// What the demo's host runs on a calm day: counts packets by protocol, up to a configured limit.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} flow_config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} flow_counts SEC(".maps");

SEC("xdp")
int flow_count(struct xdp_md *ctx)
{
	__u32 zero = 0, length = ctx->data_end - ctx->data;
	__u64 one = 1, *limit = bpf_map_lookup_elem(&flow_config, &zero);
	__u64 *seen = bpf_map_lookup_elem(&flow_counts, &length);

	if (!seen)
		bpf_map_update_elem(&flow_counts, &length, &one, BPF_NOEXIST);
	else if (limit && *seen < *limit)
		__sync_fetch_and_add(seen, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
