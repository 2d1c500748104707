import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { toInventory } from '../../../src/normalise/inventory.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { savedBpftoolSource } from '../../../src/sources/saved-bpftool.ts';
import { CORPUS, collect } from '../helpers.ts';

/** From the text that bpftool printed to what is known of the host by it. */
async function read(text: string | Uint8Array) {
  const source = savedBpftoolSource('s', [memoryInput('f', Buffer.from(text))], () => 5);
  const observations = await collect(source);
  const snapshots = observations.flatMap((each): Snapshot[] => (each.kind === 'snapshot' ? [each.snapshot] : []));
  const unread = observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable.reason] : []));
  const [snapshot] = snapshots;
  const decoded = snapshot === undefined ? null : toInventory(snapshot);
  const inventory: Partial<Inventory> = decoded?.inventory ?? {};
  return {
    snapshot,
    unread,
    inventory,
    malformed: decoded?.malformed ?? [],
    problems: snapshot?.problems.map(({ message }) => message) ?? [],
    records: source.facts()[0]?.records ?? {},
    where: inventory.attachments?.map(({ type, target, programId }) => [type, target, programId]),
  };
}

const PROG = '"id":7,"type":"xdp","tag":"9bf6d88144148dc4","gpl_compatible":true';

describe('prog show', () => {
  it.each([
    [
      'run_time_ns past 2^53',
      `[{${PROG},"run_time_ns":9007199254740993,"run_cnt":3,"recursion_misses":1}]`,
      { run_time_ns: '9007199254740993' },
    ],
    [
      'dev',
      `[{${PROG},"dev":{"ifindex":2,"ns_dev":4,"ns_inode":4026531993,"ifname":"eth0"}}]`,
      { dev: { ifindex: 2, ns_dev: 4, ns_inode: 4_026_531_993, ifname: 'eth0' } },
    ],
    ['orphaned (7.4)', `[{${PROG},"orphaned":true}]`, { orphaned: true }],
    ['metadata', `[{${PROG},"metadata":{"a":"b"}}]`, { metadata: { a: 'b' } }],
    ['a field that is not known', `[{${PROG},"verified_insns":12}]`, { verified_insns: 12 }],
  ])('keeps %s as it is', async (_name, text, raw) => {
    const { inventory, unread } = await read(text);
    expect(unread).toEqual([]);
    expect(inventory.programs?.[0]?.raw).toMatchObject(raw);
  });

  it.each([
    ['a name and no name', `[{${PROG},"name":"x"}]`, { name: 'x' }],
    [
      'no name',
      `[{${PROG}}]`,
      { name: '', uid: null, loadedAt: null, bytesMemlock: null, mapIds: [], pinned: [], owners: [] },
    ],
    ['a type by number', '[{"id":7,"type":99,"tag":"9bf6d88144148dc4","gpl_compatible":false}]', { type: '99' }],
    ['a load time', `[{${PROG},"loaded_at":1774948458,"uid":1000}]`, { uid: 1000, loadedAt: 1_774_948_458_000 }],
    [
      'sizes',
      `[{${PROG},"bytes_xlated":240,"jited":true,"bytes_jited":151,"bytes_memlock":4096,"btf_id":3}]`,
      { bytesXlated: 240, bytesMemlock: 4096 },
    ],
    ['a size that wrapped (before 6.8)', `[{${PROG},"bytes_memlock":-1048576}]`, { bytesMemlock: null }],
    [
      'maps and pins',
      `[{${PROG},"map_ids":[4,3],"pinned":["/sys/fs/bpf/p"]}]`,
      { mapIds: [3, 4], pinned: ['/sys/fs/bpf/p'] },
    ],
    ['holders', `[{${PROG},"pids":[{"pid":1,"comm":"systemd"}]}]`, { owners: [{ pid: 1, comm: 'systemd' }] }],
    ['one object alone (show id 7)', `{${PROG}}`, { id: 7 }],
    ['pretty', `{\n    "id": 7,\n    "type": "xdp",\n    "tag": "9bf6d88144148dc4"\n}`, { id: 7, type: 'xdp' }],
  ])('knows %s', async (_name, text, program) => {
    expect((await read(text)).inventory.programs?.[0]).toMatchObject(program);
  });
});

describe('map show', () => {
  const MAP = '"id":3,"type":"prog_array","flags":128,"bytes_key":4,"bytes_value":4,"max_entries":2';
  it.each([
    [
      'frozen as a number',
      `[{${MAP},"bytes_memlock":4096,"frozen":1,"btf_id":2}]`,
      { frozen: true, flags: 128, bytesMemlock: 4096 },
    ],
    [
      'owner and device',
      `[{${MAP},"owner_prog_type":"xdp","owner_jited":true,"dev":{"ifindex":2}}]`,
      { raw: expect.objectContaining({ owner_jited: true }) },
    ],
    ['a type by number', '[{"id":3,"type":77,"bytes_key":4,"bytes_value":4,"max_entries":2}]', { type: '77' }],
  ])('knows %s', async (_name, text, map) => {
    expect((await read(text)).inventory.maps?.[0]).toMatchObject(map);
  });

  it.each([
    ['plain', '[{"key":["0x01"],"value":["0x02"]}]'],
    ['with BTF', '[{"key":["0x01"],"value":["0x02"],"formatted":{"key":1,"value":2}}]'],
    ['per CPU', '[{"key":["0x01"],"values":[{"cpu":0,"value":["0x02"]}]}]'],
    ['of maps (7.3)', '[{"key":["0x01"],"value":["0x02"],"inner_map_id":568}]'],
    ['with a lookup that failed', '[{"key":["0x01"],"value":{"error":"can\'t lookup element"}}]'],
  ])('counts a dump %s', async (_name, text) => {
    expect(await read(text)).toMatchObject({ unread: [], records: { 'map dump entry': 1 } });
  });
});

describe('link show', () => {
  it.each([
    ['raw_tracepoint', '"tp_name":"sys_enter","cookie":1', 'raw_tracepoint', 'sys_enter'],
    ['tracing', '"prog_type":"tracing","attach_type":"fentry"', 'tracing', 'trace_fentry'],
    [
      'tracing',
      '"prog_type":"lsm","attach_type":"lsm_mac","target_obj_id":1,"target_btf_id":65037',
      'lsm',
      'btf 1/65037 lsm_mac',
    ],
    [
      'cgroup',
      '"cgroup_id":9007199254740993,"attach_type":"device"',
      'cgroup',
      'cgroup 9007199254740993 cgroup_device',
    ],
    ['iter', '"target_name":"bpf_map_elem","map_id":4', 'iter', 'bpf_map_elem'],
    ['iter', '"target_name":"cgroup","cgroup_id":72,"order":"self_only"', 'iter', 'cgroup'],
    ['netns', '"netns_ino":4026531840,"attach_type":"sk_lookup"', 'netns', 'netns 4026531840 sk_lookup'],
    ['netfilter', '"pf":2,"hook":0,"prio":-128,"flags":0', 'netfilter', '2/0 prio -128'],
    ['xdp', '"devname":"(unknown)","ifindex":9', 'xdp', '(unknown)'],
    ['netkit', '"devname":"nk0","ifindex":9,"attach_type":"netkit_peer"', 'netkit', 'nk0 netkit_peer'],
    ['struct_ops', '"map_id":8', 'struct_ops', 'map 8'],
    ['sockmap', '"map_id":8,"attach_type":"sk_skb_verdict"', 'sockmap', 'map 8 sk_skb_verdict'],
    [
      'kprobe_multi',
      '"retprobe":true,"func_cnt":1,"missed":0,"funcs":[{"addr":18446744071607382208,"func":"f","module":null,"cookie":3}]',
      'kprobe_multi',
      'f',
    ],
    ['kprobe_multi', '"retprobe":false,"func_cnt":40', 'kprobe_multi', '40 functions'],
    [
      'uprobe_multi',
      '"retprobe":false,"path":"/lib/libpam.so","func_cnt":1,"pid":0,"funcs":[{"offset":1,"ref_ctr_offset":0,"cookie":0}]',
      'uprobe_multi',
      '/lib/libpam.so',
    ],
    [
      'perf_event',
      '"retprobe":true,"file":"/bin/bash","offset":16,"bpf_cookie":0,"ref_ctr_offset":50500538',
      'uretprobe',
      '/bin/bash+0x10',
    ],
    [
      'perf_event',
      '"event_type":"hw-cache","event_config":"LLC-load-misses"',
      'perf_event',
      'hw-cache:LLC-load-misses',
    ],
  ])('%s {%s}', async (type, fields, expectedType, target) => {
    const { where, unread } = await read(`[{"id":5,"type":"${type}","prog_id":7,${fields}}]`);
    expect(unread).toEqual([]);
    expect(where).toEqual([[expectedType, target, 7]]);
  });

  it('repairs a list of functions that was left open (kptr_restrict)', async () => {
    const open =
      '[{"id":5,"type":"kprobe_multi","prog_id":7,"func_cnt":2,"funcs":["pids":[{"pid":3,"comm":"x"}]},{"id":6,"type":"xdp","prog_id":8}]';
    const { where, problems, inventory, unread } = await read(open);
    expect(where).toEqual([
      ['kprobe_multi', '2 functions', 7],
      ['xdp', '', 8],
    ]);
    expect(inventory.attachments?.[0]?.owners).toEqual([{ pid: 3, comm: 'x' }]);
    expect(problems[0]).toMatch(/put right: /);
    expect(unread).toEqual([]);
  });

  it('knows a link that says its program is 0, and one of a type that only has a number', async () => {
    const text = '[{"id":5,"type":"struct_ops","prog_id":0,"map_id":3},{"id":6,"type":15,"prog_id":9}]';
    expect((await read(text)).where).toEqual([
      ['struct_ops', 'map 3', null],
      ['15', '', 9],
    ]);
  });
});

describe('net show', () => {
  const net = (parts: string) => `[{"xdp":[],"tc":[],"flow_dissector":[]${parts}}]`;
  it.each([
    [
      'several programs on a device',
      '[{"xdp":[{"devname":"e","ifindex":2,"multi_attachments":[{"mode":"generic","id":5},{"mode":"offload","id":6}]}],"tc":[]}]',
      [
        ['xdp', 'e', 5],
        ['xdp', 'e', 6],
      ],
    ],
    [
      'classic filters and actions',
      '[{"xdp":[],"tc":[{"devname":"e","ifindex":2,"kind":"root","name":"x","id":5,"act":[{"name":"a","id":6}]}]}]',
      [
        ['tc', 'e root', 5],
        ['tc', 'e root', 6],
      ],
    ],
    [
      'netkit (7.3)',
      '[{"xdp":[],"tc":[{"devname":"n","ifindex":2,"kind":"netkit/peer","name":"x","prog_id":5,"prog_flags":[],"link_id":8,"link_flags":[]}]}]',
      [['netkit', 'n netkit/peer', 5]],
    ],
    [
      'netfilter (7.3)',
      net(',"netfilter":[{"pf":2,"hook":0,"prio":-128,"flags":0,"id":5}]'),
      [['netfilter', '2/0 prio -128', 5]],
    ],
    [
      'a flow dissector, which is not JSON',
      '[{"xdp":[],"tc":[],"flow_dissector":["id":5]}]',
      [['flow_dissector', 'netns', 5]],
    ],
    ['a dump that failed, which ends in `,null`', `${net('')},null`, []],
    [
      'another namespace',
      '[{"netns":"blue","xdp":[{"devname":"e","ifindex":2,"mode":"generic","id":5}],"tc":[]}]',
      [['xdp', 'netns blue e', 5]],
    ],
  ])('knows %s', async (_name, text, where) => {
    const result = await read(text);
    expect(result.unread).toEqual([]);
    expect(result.where).toEqual(where);
    expect(result.inventory.covers).toEqual(['net']);
  });
});

describe('cgroup tree and show, perf show', () => {
  it.each([
    [
      'a tree',
      '[{"cgroup":"/a","programs":[{"id":5,"attach_type":"egress","attach_flags":"multi","name":"x"}]}]',
      [['cgroup', '/a cgroup_inet_egress', 5]],
    ],
    [
      'a tree with effective',
      '[{"cgroup":"/a","programs":[{"id":5,"attach_type":"cgroup_device","name":"x"}]}]',
      [['cgroup', '/a cgroup_device', 5]],
    ],
    [
      'an LSM hook (7.0)',
      '[{"cgroup":"/a","programs":[{"id":5,"attach_type":"lsm_cgroup","attach_flags":"","name":"x","attach_btf_name":"bpf_lsm_x"}]}]',
      [['lsm', '/a lsm_cgroup', 5]],
    ],
    [
      'an attach type by number',
      '[{"cgroup":"/a","programs":[{"id":5,"attach_type":99,"attach_flags":"unknown(8)","name":"x"}]}]',
      [['cgroup', '/a 99', 5]],
    ],
    [
      'probes',
      '[{"pid":1,"fd":5,"prog_id":5,"fd_type":"uretprobe","filename":"/lib/libssl.so","offset":16}]',
      [['uretprobe', '/lib/libssl.so+0x10', 5]],
    ],
    [
      'a probe by address',
      '[{"pid":1,"fd":5,"prog_id":5,"fd_type":"kprobe","addr":18446744071607382208}]',
      [['kprobe', '18446744071607382208', 5]],
    ],
    [
      'a tracepoint',
      '[{"pid":1,"fd":5,"prog_id":5,"fd_type":"tracepoint","tracepoint":"sched_switch"}]',
      [['tracepoint', 'sched_switch', 5]],
    ],
  ])('know %s', async (_name, text, where) => {
    expect(await read(text)).toMatchObject({ unread: [], where });
  });

  it('does not take one cgroup of a batch for all', async () => {
    const text =
      '[{"command":["cgroup","show","/sys/fs/cgroup/a"],"output":[{"id":5,"attach_type":"device","attach_flags":"","name":"x"}]},{"command":["cgroup","show","/sys/fs/cgroup/b"],"output":}]';
    const { where, inventory, malformed } = await read(text);
    expect(where).toEqual([['cgroup', '/sys/fs/cgroup/a cgroup_device', 5]]);
    expect(inventory.covers).toEqual([]);
    expect(malformed).toContain('bpftool cgroup show: only /sys/fs/cgroup/a was asked for, not all cgroups');
  });
});

describe('other output', () => {
  it.each([
    ['struct_ops entry', '[{"id":5,"name":"x","kernel_struct_ops":"tcp_congestion_ops"}]'],
    ['struct_ops entry', '[{"bpf_map_info":{"id":5},"bpf_struct_ops_tcp_congestion_ops":{"next":(nil)}}]'],
    ['btf entry', '[{"id":5,"size":99,"prog_ids":[1],"map_ids":[],"kernel":false,"name":"x"}]'],
    ['token entry', '[{"token_info":"/sys/fs/bpf/t","allowed_cmds":["any"]}]'],
    ['feature probe', '{"system_config":{"unprivileged_bpf_disabled":2},"syscall_config":{"have_bpf_syscall":true}}'],
    ['program dump line', '[{"proto":"int f(void)","src":"return 0;","disasm":"(95) exit","opcodes":{"code":"0x95"}}]'],
    ['btf dump', '{"types":[{"id":1,"kind":"INT","name":"int"}]}'],
    ['test run', '{"retval":0,"duration":12}'],
    [
      'cgroup show entry (it does not say of which cgroup)',
      '[{"id":5,"attach_type":"device","attach_flags":"","name":"x"}]',
    ],
  ])('counts a %s', async (kind, text) => {
    expect(await read(text)).toMatchObject({ unread: [], records: { [kind]: 1 } });
  });

  it('takes the helpers of programs that were dumped from a batch, and from several at once', async () => {
    const batch =
      '[{"command":["prog","dump","xlated","id","9"],"output":[{"disasm":"(85) call bpf_ktime_get_ns#5"}]}]';
    expect((await read(batch)).snapshot?.helpers).toEqual({ 9: ['bpf_ktime_get_ns'] });
    const several = `[{${PROG},"insns":[{"disasm":"(85) call bpf_unspec#0"}]},{"id":8,"insns":[{"disasm":"(95) exit"}]}]`;
    expect((await read(several)).snapshot?.helpers).toEqual({ 7: null, 8: [] });
  });
});

describe('what is not JSON', () => {
  it.each([
    ['a trailing comma', `[{${PROG},}]`],
    ['an escaped apostrophe (before 7.2)', `[{${PROG},"name":"it\\'s"}]`],
    ['raw control bytes', `[{${PROG},"name":"a\u001b[31m\u0001"}]`],
    ['an unquoted pointer (before 7.3)', `[{${PROG},"next":(nil)}]`],
    ['a comma that is missing', `[{${PROG}}{"id":8,"type":"xdp","tag":"9bf6d88144148dc4"}]`],
  ])('repairs %s and says so', async (_name, text) => {
    const { inventory, problems, unread } = await read(text);
    expect(inventory.programs?.[0]?.id).toBe(7);
    expect(unread).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('is not JSON as it stands; put right: ')]);
  });

  it('reads what is whole of a list that was cut, and says that it was', async () => {
    const { inventory, unread } = await read(`[{${PROG}},{"id":8,"type":"xd`);
    expect(inventory.programs?.map(({ id }) => id)).toEqual([7]);
    expect(unread).toEqual([expect.stringContaining('the text ends inside')]);
  });

  it('takes the last of several lists of one kind, and says so', async () => {
    const { inventory, problems } = await read(`[{${PROG}}]\n[{"id":8,"type":"xdp","tag":"9bf6d88144148dc4"}]`);
    expect(inventory.programs?.map(({ id }) => id)).toEqual([8]);
    expect(problems).toEqual(['f: holds several prog listings; only the last one counts']);
  });

  it('does not cover a list that broke off with an error', async () => {
    const { inventory, malformed } = await read(
      `[{${PROG}},{"error":"can't get next program: Operation not permitted"}]`,
    );
    expect(inventory.covers).toEqual([]);
    expect(malformed).toEqual(["bpftool prog show: can't get next program: Operation not permitted"]);
  });

  it('keeps bytes that are not UTF-8', async () => {
    const text = Buffer.concat([Buffer.from(`[{${PROG},"name":"a`), Buffer.of(0xff), Buffer.from('"}]')]);
    expect((await read(text)).inventory.programs?.[0]?.name).toBe('a\udcff');
  });
});

describe('attach types before 7.0', () => {
  it.each([
    ['ingress', 'cgroup_inet_ingress'],
    ['egress', 'cgroup_inet_egress'],
    ['sock_create', 'cgroup_inet_sock_create'],
    ['sock_ops', 'cgroup_sock_ops'],
    ['device', 'cgroup_device'],
    ['bind4', 'cgroup_inet4_bind'],
    ['connect4', 'cgroup_inet4_connect'],
    ['post_bind4', 'cgroup_inet4_post_bind'],
    ['getpeername4', 'cgroup_inet4_getpeername'],
    ['getsockname4', 'cgroup_inet4_getsockname'],
    ['sendmsg4', 'cgroup_udp4_sendmsg'],
    ['recvmsg4', 'cgroup_udp4_recvmsg'],
    ['sysctl', 'cgroup_sysctl'],
    ['getsockopt', 'cgroup_getsockopt'],
    ['setsockopt', 'cgroup_setsockopt'],
  ])('%s is %s', async (old, name) => {
    const text = `[{"cgroup":"/a","programs":[{"id":5,"attach_type":"${old}","attach_flags":"","name":"x"}]}]`;
    expect((await read(text)).where).toEqual([['cgroup', `/a ${name}`, 5]]);
  });
});

const corpus = join(CORPUS, 'bpftool');
describe.skipIf(!existsSync(corpus))('public samples', () => {
  const sample = (name: string) => read(readFileSync(join(corpus, name)));

  it.each([
    ['RedHatInsights_insights-core__test_ebpf_link.json', [['lsm', 'btf 1/65037 lsm_mac', 463]]],
    ['libbpf_bpftool__commit_25df69b0628f_1.json', [['tracepoint', 'sched_switch', 162]]],
    [
      'libbpf_bpftool__commit_4263cc05cc04_0.json',
      [['kprobe_multi', 'bpf_fentry_test1, bpf_fentry_test2, bpf_fentry_test3', 47532]],
    ],
    [
      'libbpf_bpftool__commit_a2480613ab11_0.json',
      [
        ['iter', 'bpf_map', 2],
        ['iter', 'bpf_prog', 3],
        ['iter', 'cgroup', 12],
      ],
    ],
    ['libbpf_bpftool__commit_d712a3ea4ca5_0.json', [['netkit', 'nk1 netkit/primary', 29]]],
  ])('%s', async (name, where) => {
    const result = await sample(name);
    expect(result.unread).toEqual([]);
    expect(result.where).toEqual(where);
  });

  it('reads programs, a dump and perf events', async () => {
    const programs = await sample('RedHatInsights_insights-core__test_ebpf_prog.json');
    expect(programs.inventory.programs?.map(({ id, mapIds }) => [id, mapIds])).toEqual([
      [463, [156]],
      [564, []],
    ]);
    expect(await sample('libbpf_bpftool__commit_e5526824be7d_1.json')).toMatchObject({
      records: { 'map dump entry': 1 },
      unread: [],
    });
    expect((await sample('libbpf_bpftool__commit_7561b06a0074_0.json')).where).toHaveLength(8);
  });

  it('keeps what is whole of those that are not JSON, and says at which place they are not', async () => {
    // The man page goes on with a backslash, a commit message leaves out with dots, another joins with `[...]`.
    const perf = await sample('libbpf_bpftool__bpftool-perf_8c1ae55b_0.json');
    expect(perf.where).toHaveLength(4);
    expect(perf.unread).toHaveLength(3);
    const dots = await sample('libbpf_bpftool__commit_13758846d51d_0.json');
    expect(dots.unread.length).toBeGreaterThan(0);
    const joined = await sample('libbpf_bpftool__commit_b76b36e5934f_0.json');
    expect(joined.where).toEqual([
      ['cgroup', 'cgroup 1 cgroup_inet6_post_bind', 1977],
      ['tcx', 'enp5s0 tcx_ingress', 2053],
      ['tcx', 'enp5s0 tcx_egress', 2080],
    ]);
    expect(joined.unread.length).toBeGreaterThan(0);
  });
});
