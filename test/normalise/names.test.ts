import { describe, expect, it } from 'vitest';
import { attachTypeName } from '../../src/normalise/attach-type-names.ts';
import { linkTypeName, mapTypeName, programTypeName } from '../../src/normalise/bpf-names.ts';
import { dangerOf } from '../../src/normalise/dangerous-helpers.ts';
import { canonicalHelper, canonicalHelpers } from '../../src/normalise/helper-names.ts';
import { settingFile } from '../../src/normalise/kernel-settings.ts';

describe('names by number', () => {
  it.each([
    [programTypeName(29), 'lsm'],
    [programTypeName('lsm'), 'lsm'],
    [programTypeName(32), 'netfilter'],
    [programTypeName(33), '33'],
    [programTypeName(undefined), ''],
    [mapTypeName(27), 'ringbuf'],
    [mapTypeName(33), 'arena'],
    [linkTypeName(14), 'sockmap'],
    [attachTypeName(57), 'trace_uprobe_session'],
    [attachTypeName('sendmsg4'), 'cgroup_udp4_sendmsg'],
    [attachTypeName('tcx_ingress'), 'tcx_ingress'],
    [attachTypeName('constructor'), 'constructor'],
  ])('%s', (name, expected) => expect(name).toBe(expected));
});

describe('canonicalHelper', () => {
  it.each([
    // Plain helpers, and those whose name begins like a map function.
    ['bpf_ktime_get_ns', 'ktime_get_ns'],
    ['bpf_map_lookup_elem', 'map_lookup_elem'],
    ['bpf_ringbuf_output', 'ringbuf_output'],
    ['bpf_probe_write_user', 'probe_write_user'],
    ['bpf_sk_storage_get', 'sk_storage_get'],
    ['bpf_sock_map_update', 'sock_map_update'],
    ['bpf_sk_redirect_map', 'sk_redirect_map'],
    ['bpf_xdp_load_bytes', 'xdp_load_bytes'],
    ['bpf_tail_call', 'tail_call'],
    // The functions of a map's type.
    ['__htab_map_lookup_elem', 'map_lookup_elem'],
    ['htab_map_update_elem', 'map_update_elem'],
    ['htab_lru_map_delete_elem', 'map_delete_elem'],
    ['array_map_update_elem', 'map_update_elem'],
    ['trie_lookup_elem', 'map_lookup_elem'],
    ['cgroup_storage_lookup_elem', 'map_lookup_elem'],
    ['sock_map_lookup', 'map_lookup_elem'],
    ['dev_map_lookup_elem', 'map_lookup_elem'],
    ['queue_stack_map_push_elem', 'map_push_elem'],
    ['stack_map_pop_elem', 'map_pop_elem'],
    ['bloom_map_peek_elem', 'map_peek_elem'],
    ['percpu_array_map_lookup_percpu_elem', 'map_lookup_percpu_elem'],
    ['bpf_for_each_hash_elem', 'for_each_map_elem'],
    ['dev_hash_map_redirect', 'redirect_map'],
    // One helper, a function for each program type.
    ['bpf_perf_event_output_raw_tp', 'perf_event_output'],
    ['bpf_get_stackid_tp', 'get_stackid'],
    ['bpf_get_attach_cookie_kprobe_multi', 'get_attach_cookie'],
    ['bpf_get_socket_ptr_cookie', 'get_socket_cookie'],
    ['bpf_unlocked_sk_setsockopt', 'setsockopt'],
    ['bpf_xdp_sk_lookup_udp', 'sk_lookup_udp'],
    ['sk_skb_change_tail', 'skb_change_tail'],
    ['bpf_user_rnd_u32', 'get_prandom_u32'],
    // Not known: kept, so that a check sees it.
    ['scx_bpf_dispatch', 'scx_bpf_dispatch'],
  ])('%s is %s', (symbol, helper) => expect(canonicalHelper(symbol)).toBe(helper));

  it('sorts, and keeps what is not known apart from none', () => {
    expect(canonicalHelpers(['htab_map_update_elem', 'bpf_map_update_elem', 'bpf_ktime_get_ns'])).toEqual([
      'ktime_get_ns',
      'map_update_elem',
    ]);
    expect([canonicalHelpers([]), canonicalHelpers(null), canonicalHelpers(undefined)]).toEqual([[], null, null]);
  });
});

describe('dangerOf', () => {
  it('knows the helpers that act on others, and leaves those that read', () => {
    expect(dangerOf('probe_write_user')).toContain('memory');
    expect([dangerOf('probe_read_user'), dangerOf('map_lookup_elem'), dangerOf('constructor')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('settingFile', () => {
  it.each([
    ['net.core.bpf_jit_harden', '/proc/sys/net/core/bpf_jit_harden'],
    ['lockdown', '/sys/kernel/security/lockdown'],
  ])('%s', (name, file) => expect(settingFile(name)).toBe(file));
});
