import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { Process, Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';

const BARE: Snapshot = {
  time: 1_700_000_000_000,
  host: 'testhost',
  boot: 'boot-1',
  kernel: null,
  bpftoolVersion: null,
  problems: [],
};

const decode = (over: Partial<Snapshot>) => toInventory({ ...BARE, ...over });
const attachments = (over: Partial<Snapshot>) =>
  decode(over).inventory.attachments.map(({ key, type, target, programId }) => [key, type, target, programId]);

const HOLDER: Process = {
  pid: 30,
  comm: 'holder',
  exe: '/usr/bin/holder',
  uid: 0,
  capabilities: ['cap_bpf'],
  startTime: 5,
  programIds: [1],
  mapIds: [2],
  linkIds: [3],
};

describe('programs', () => {
  it('does not take what tracefs said for known when it is longer than a look reads', () => {
    const uprobeEvents = 'p:a/b /x:0x0000000000000001\n';
    const small = { kprobeEvents: '', uprobeEvents, dynamicEvents: '' };
    const judge = (tracing: Snapshot['tracing'] & object) => {
      const { covers, kernelHooks } = decode({ tracing }).inventory;
      return [covers, kernelHooks.length];
    };
    expect(judge(small)).toEqual([['probe-events'], 1]);
    expect(judge({ ...small, uprobeEvents: uprobeEvents.repeat(40_000) })).toEqual([[], 0]);
  });

  it('says of a struct_ops map which part of the kernel it stands for', () => {
    const map = [bpftoolMap(1, { type: 'struct_ops' }), bpftoolMap(2)];
    const { maps } = decode({ map, structOps: { '1': 'tcp_congestion_ops' } }).inventory;
    expect(maps.map(({ raw }) => raw.kernel_struct_ops)).toEqual(['tcp_congestion_ops', undefined]);
  });

  it('decodes what bpftool 7.1 prints', () => {
    const raw = bpftoolProgram(5, { map_ids: [9, 2], pinned: ['/sys/fs/bpf/x'], pids: [{ pid: 8, comm: 'loader' }] });
    const { inventory, malformed } = decode({
      prog: [raw],
      helpers: { 5: ['bpf_ktime_get_ns', '__htab_map_lookup_elem'] },
    });
    expect(malformed).toEqual([]);
    expect(inventory.programs).toEqual([
      {
        id: 5,
        type: 'xdp',
        name: 'prog_5',
        tag: 'a04f5eef06a7f555',
        uid: 1000,
        loadedAt: 1_700_000_000_000,
        bytesXlated: 16,
        bytesMemlock: 4096,
        mapIds: [2, 9],
        pinned: ['/sys/fs/bpf/x'],
        helpers: ['ktime_get_ns', 'map_lookup_elem'],
        owners: [{ pid: 8, comm: 'loader' }],
        raw,
      },
    ]);
  });

  it('takes a number for a type, an id in text, and does without the rest', () => {
    const { inventory } = decode({ prog: [{ id: '7', type: 32 }, { id: 8, type: 999 }, { id: 9 }] });
    expect(inventory.programs.map(({ id, type }) => [id, type])).toEqual([
      [7, 'netfilter'],
      [8, '999'],
      [9, ''],
    ]);
    expect(inventory.programs[0]).toMatchObject({ name: '', uid: null, loadedAt: null, helpers: null, mapIds: [] });
  });

  it('skips what has no id and says so', () => {
    const { inventory, malformed } = decode({
      prog: [{ name: 'x' }, 'text' as never, bpftoolProgram(1, { name: 'new' })],
    });
    expect(inventory.programs.map(({ name }) => name)).toEqual(['new']);
    expect(malformed).toEqual(['bpftool prog show: not an object: "text"', 'bpftool prog show: no id in {"name":"x"}']);
    expect(inventory.covers).toEqual(['programs']);
  });

  it('does not cover a listing that broke off with an error, but shows what it had', () => {
    const { inventory, malformed } = decode({ prog: [bpftoolProgram(1), { error: "can't get next program" }] });
    expect(inventory.programs).toHaveLength(1);
    expect(inventory.covers).toEqual([]);
    expect(malformed).toEqual(["bpftool prog show: can't get next program"]);
  });

  it('keeps no more of a list than a program can have, and says so', () => {
    const ids = Array.from({ length: 500_000 }, (_, index) => index + 1);
    const { inventory, malformed } = decode({
      prog: [bpftoolProgram(1, { map_ids: ids, pinned: ids.map(String) })],
      map: [],
    });
    const [program] = inventory.programs;
    expect([program?.mapIds.length, program?.pinned.length, inventory.unlisted.length]).toEqual([4096, 4096, 4096]);
    expect(JSON.stringify(inventory).length).toBeLessThan(2_000_000);
    expect(malformed).toEqual([
      'bpftool prog show: id 1 has 500000 map_ids; 4096 were read',
      'bpftool prog show: id 1 has 500000 pinned; 4096 were read',
    ]);
  });

  it('keeps names raw', () => {
    const name = 'a\u001b[31m\u202e\ud800,=|\n';
    expect(decode({ prog: [bpftoolProgram(1, { name })] }).inventory.programs[0]?.name).toBe(name);
  });
});

describe('maps', () => {
  it.each([
    ['hash', 64, 64],
    ['task_storage', 0, null],
    ['cgroup_storage', 0, null],
    ['hash', 0, 0],
    [24, 0, null],
    ['hash', undefined, null],
  ])('type %s with max_entries %s has the limit %s', (type, printed, expected) => {
    const { max_entries: _, ...rest } = bpftoolMap(1, { type });
    const map = printed === undefined ? rest : { ...rest, max_entries: printed };
    expect(decode({ map: [map] }).inventory.maps[0]?.maxEntries).toBe(expected);
  });

  it.each([
    [0, false],
    [1, true],
    [true, true],
    [null, null],
  ])('frozen %s is %s', (printed, expected) => {
    expect(decode({ map: [bpftoolMap(1, { frozen: printed })] }).inventory.maps[0]?.frozen).toBe(expected);
  });

  it('has the digest of a watched map', () => {
    expect(
      decode({ map: [bpftoolMap(1), bpftoolMap(2)], contents: { 2: 'abc' } }).inventory.maps.map((map) => map.contents),
    ).toEqual([null, 'abc']);
  });
});

describe('owners', () => {
  it('merges bpftool and /proc, by pid, with the comm of /proc', () => {
    const pids = [
      { pid: 40, comm: 'late' },
      { pid: 30, comm: 'cut' },
    ];
    const { inventory } = decode({
      prog: [bpftoolProgram(1, { pids })],
      map: [bpftoolMap(2)],
      link: [{ id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 }],
      perf: [{ pid: 30, fd: 4, prog_id: 1, fd_type: 'tracepoint', tracepoint: 'sched_switch' }],
      processes: [HOLDER],
    });
    const holder = { pid: 30, comm: 'holder' };
    expect(inventory.programs[0]?.owners).toEqual([holder, { pid: 40, comm: 'late' }]);
    expect(inventory.maps[0]?.owners).toEqual([holder]);
    expect(inventory.attachments.map(({ owners }) => owners)).toEqual([[holder], [holder]]);
    expect(inventory.capabilities).toEqual([{ ...holder, capabilities: ['cap_bpf'] }]);
  });

  it('leaves out the observer and what its tools made', () => {
    const { inventory } = decode({
      prog: [bpftoolProgram(1), bpftoolProgram(2, { pids: [{ pid: 30, comm: 'us' }] })],
      map: [bpftoolMap(2)],
      link: [{ id: 3, type: 'iter', prog_id: 1 }],
      processes: [HOLDER],
      observer: { pid: 30 },
      own: { programs: [1], maps: [2], links: [] },
    });
    expect(inventory.programs.map(({ id, owners }) => [id, owners])).toEqual([[2, []]]);
    expect([inventory.maps, inventory.attachments, inventory.processes, inventory.capabilities]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});

describe('attachments', () => {
  const link = (id: number, over: JsonObject): JsonObject => ({ id, prog_id: 5, ...over });

  it.each([
    [{ type: 'raw_tracepoint', tp_name: 'sched_switch' }, 'raw_tracepoint', 'sched_switch'],
    [
      { type: 'tracing', attach_type: 'trace_fentry', target_obj_id: 1, target_btf_id: 65037 },
      'tracing',
      'btf 1/65037 trace_fentry',
    ],
    [{ type: 'tracing', attach_type: 'fentry' }, 'tracing', 'trace_fentry'],
    [{ type: 'tracing', attach_type: 'lsm_mac', target_obj_id: 1, target_btf_id: 7 }, 'lsm', 'btf 1/7 lsm_mac'],
    [{ type: 'tracing', attach_type: 'mod_ret' }, 'modify_return', 'modify_return'],
    [{ type: 'cgroup', cgroup_id: 1, attach_type: 'post_bind6' }, 'cgroup', 'cgroup 1 cgroup_inet6_post_bind'],
    [{ type: 'cgroup', cgroup_id: 1, attach_type: 43 }, 'lsm', 'cgroup 1 lsm_cgroup'],
    [{ type: 'iter', target_name: 'bpf_map' }, 'iter', 'bpf_map'],
    [
      { type: 'netns', netns_ino: 4026531840, attach_type: 'flow_dissector' },
      'netns',
      'netns 4026531840 flow_dissector',
    ],
    [{ type: 'xdp', devname: 'eth0', ifindex: 2 }, 'xdp', 'eth0'],
    [{ type: 6 }, 'xdp', ''],
    [{ type: 'tcx', devname: '(detached)', ifindex: 0, attach_type: 'tcx_ingress' }, 'tcx', '(detached) tcx_ingress'],
    [{ type: 'netfilter', pf: 'inet', hook: 'prerouting', prio: -100 }, 'netfilter', 'inet/prerouting prio -100'],
    [{ type: 'struct_ops', prog_id: 0, map_id: 9 }, 'struct_ops', 'map 9'],
    [{ type: 'sockmap', map_id: 9, attach_type: 'sk_skb_verdict' }, 'sockmap', 'map 9 sk_skb_verdict'],
    [
      { type: 'kprobe_multi', func_cnt: 3, funcs: [{ func: 'a' }, { func: 'b' }, { func: 'c' }] },
      'kprobe_multi',
      'a, b, c',
    ],
    [
      { type: 'kprobe_multi', func_cnt: 900, funcs: [{ func: 'a' }, { func: 'b' }, { func: 'c' }] },
      'kprobe_multi',
      'a, b, c and 897 more',
    ],
    [{ type: 'kprobe_multi', func_cnt: 2, funcs: [] }, 'kprobe_multi', '2 functions'],
    [{ type: 'uprobe_multi', path: '/usr/lib/libssl.so' }, 'uprobe_multi', '/usr/lib/libssl.so'],
    [
      { type: 'perf_event', retprobe: false, addr: '18446744072485508704', func: 'vfs_read', offset: 0 },
      'kprobe',
      'vfs_read',
    ],
    [{ type: 'perf_event', retprobe: true, addr: 0, func: '', offset: 0 }, 'kretprobe', '0'],
    [{ type: 'perf_event', retprobe: false, file: '/bin/bash', offset: 4920 }, 'uprobe', '/bin/bash+0x1338'],
    [{ type: 'perf_event', tracepoint: 'sched_switch' }, 'tracepoint', 'sched_switch'],
    [{ type: 'perf_event', event_type: 'software', event_config: 'cpu-clock' }, 'perf_event', 'software:cpu-clock'],
    [{ type: 'perf_event' }, 'perf_event', ''],
    [{ type: 15 }, '15', ''],
  ] as const)('decodes the link %j', (raw, type, target) => {
    const [decoded] = decode({ link: [link(3, raw)] }).inventory.attachments;
    expect([decoded?.key, decoded?.type, decoded?.target]).toEqual(['link:3', type, target]);
    expect(decoded?.programId).toBe(raw.type === 'struct_ops' ? null : 5);
  });

  it('names the function of a trampoline where the name is known, and keeps how it is attached', () => {
    const to = (objectId: number, over: JsonObject = {}): JsonObject => ({
      ...{ type: 'tracing', prog_type: 'tracing', attach_type: 'trace_fexit' },
      ...{ target_obj_id: objectId, target_btf_id: 7, ...over },
    });
    const links = [
      to(1),
      to(1, { attach_type: 'modify_return' }),
      to(9),
      // A program that replaces a function of program 1.
      to(1, { prog_type: 'ext' }),
      { type: 'iter', target_name: 'bpf_map', target_obj_id: 1, target_btf_id: 7 },
    ];
    const snapshot = { link: links.map((each, index) => link(index + 1, each)) };
    const targets = (btfFunctions: Snapshot['btfFunctions']) =>
      decode({ ...snapshot, ...(btfFunctions && { btfFunctions }) }).inventory.attachments.map(({ target }) => target);
    expect(targets({ '1/7': 'vfs_read' })).toEqual([
      'vfs_read trace_fexit',
      'vfs_read modify_return',
      'btf 9/7 trace_fexit',
      'btf 1/7 trace_fexit',
      'bpf_map',
    ]);
    expect(targets(undefined)[0]).toBe('btf 1/7 trace_fexit');
    const lsm = link(1, to(1, { prog_type: 'lsm', attach_type: 'lsm_mac' }));
    expect(decode({ link: [lsm], btfFunctions: { '1/7': 'bpf_lsm_file_open' } }).inventory.attachments).toMatchObject([
      { type: 'lsm', target: 'bpf_lsm_file_open lsm_mac' },
    ]);
  });

  it('decodes what is attached without a link', () => {
    expect(
      attachments({
        net: [
          {
            xdp: [
              { devname: 'lo', ifindex: 1, mode: 'generic', id: 34 },
              {
                devname: 'eth0',
                ifindex: 2,
                multi_attachments: [
                  { mode: 'driver', id: 35 },
                  { mode: 'generic', id: 36 },
                ],
              },
            ],
            tc: [
              { devname: 'eth0', ifindex: 2, kind: 'clsact/ingress', name: 'x', id: 37, act: [{ name: 'y', id: 38 }] },
              {
                devname: 'eth0',
                ifindex: 2,
                kind: 'tcx/egress',
                name: 'z',
                prog_id: 39,
                prog_flags: [],
                link_flags: [],
              },
            ],
            flow_dissector: [{ id: 40 }],
            netfilter: [{ pf: 'inet', hook: 'input', prio: 0, id: 41 }],
          },
        ],
        perf: [
          { pid: 21711, fd: 5, prog_id: 42, fd_type: 'kprobe', func: '__x64_sys_write', offset: 0 },
          { pid: 21800, fd: 5, prog_id: 43, fd_type: 'uprobe', filename: '/home/a.out', offset: 1159 },
        ],
        cgroup: [
          {
            cgroup: '/sys/fs/cgroup/a',
            programs: [{ id: 44, attach_type: 'device', attach_flags: 'multi', name: 'sd' }],
          },
          { id: 45, attach_type: 'cgroup_inet_egress', name: 'shown without a path' },
        ],
      }),
    ).toEqual([
      ['xdp:lo:34', 'xdp', 'lo', 34],
      ['xdp:eth0:35', 'xdp', 'eth0', 35],
      ['xdp:eth0:36', 'xdp', 'eth0', 36],
      ['tc:eth0:clsact/ingress:37', 'tc', 'eth0 clsact/ingress', 37],
      ['tc:eth0:clsact/ingress:38', 'tc', 'eth0 clsact/ingress', 38],
      ['tcx:eth0:tcx/egress:39', 'tcx', 'eth0 tcx/egress', 39],
      ['flow_dissector:40', 'flow_dissector', 'netns', 40],
      ['netfilter:inet/input prio 0:41', 'netfilter', 'inet/input prio 0', 41],
      ['perf:21711:5', 'kprobe', '__x64_sys_write', 42],
      ['perf:21800:5', 'uprobe', '/home/a.out+0x487', 43],
      ['cgroup:/sys/fs/cgroup/a:cgroup_device:44', 'cgroup', '/sys/fs/cgroup/a cgroup_device', 44],
      ['cgroup::cgroup_inet_egress:45', 'cgroup', 'cgroup_inet_egress', 45],
    ]);
  });

  it('shows a link once, whatever other listing shows it too', () => {
    expect(
      attachments({
        link: [
          link(1, { type: 'tcx', devname: 'lo', ifindex: 1, attach_type: 'tcx_ingress' }),
          link(2, { type: 'xdp', devname: 'lo', ifindex: 1 }),
          link(3, { type: 'cgroup', cgroup_id: 77, attach_type: 'cgroup_device' }),
          link(4, { type: 'netfilter', pf: 'inet', hook: 'input', prio: 0 }),
          link(5, { type: 'netns', netns_ino: 9, attach_type: 'flow_dissector' }),
        ],
        net: [
          {
            xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 5 }],
            tc: [{ devname: 'lo', ifindex: 1, kind: 'tcx/ingress', prog_id: 5, link_id: 1 }],
            flow_dissector: [{ id: 5 }],
            netfilter: [{ pf: 'inet', hook: 'input', prio: 0, id: 5 }],
          },
        ],
        cgroup: [{ cgroup: '/a', programs: [{ id: 5, attach_type: 'device' }] }],
      }),
    ).toEqual([
      ['link:1', 'tcx', 'lo tcx_ingress', 5],
      ['link:2', 'xdp', 'lo', 5],
      // The link knows its cgroup by number only; the tree knows the path.
      ['link:3', 'cgroup', '/a cgroup_device', 5],
      ['link:4', 'netfilter', 'inet/input prio 0', 5],
      ['link:5', 'netns', 'netns 9 flow_dissector', 5],
    ]);
  });

  it('tells those of other network namespaces apart, whatever their devices are called', () => {
    const net = (id: number) => [
      {
        xdp: [{ devname: 'eth0', ifindex: 2, mode: 'generic', id }],
        tc: [],
        flow_dissector: [{ id: 9 }],
        netfilter: [{ pf: 'inet', hook: 'input', prio: 0, id: 8 }],
      },
    ];
    const { inventory } = decode({
      link: [
        link(4, { prog_id: 8, type: 'netfilter', pf: 'inet', hook: 'input', prio: 0 }),
        link(5, { prog_id: 9, type: 'netns', netns_ino: 41, attach_type: 'flow_dissector' }),
        // The name is that of device 2 where bpftool asked.
        link(6, { prog_id: 7, type: 'xdp', devname: 'wlan0', ifindex: 2 }),
      ],
      net: [{ xdp: [{ devname: 'eth0', ifindex: 2, mode: 'generic', id: 5 }], tc: [] }],
      netNamespaces: {
        list: [
          { inode: 40, name: 'blue', net: net(5) },
          { inode: 41, name: null, net: net(7) },
        ],
        unread: 0,
      },
    });
    expect(inventory.attachments.map(({ key, section, target, netns }) => [key, section, target, netns])).toEqual([
      ['link:4', 'links', 'inet/input prio 0', undefined],
      ['link:5', 'links', 'netns 41 flow_dissector', 'net:[41]'],
      ['link:6', 'links', 'netns net:[41] eth0', 'net:[41]'],
      ['xdp:eth0:5', 'net', 'eth0', undefined],
      ['netns:blue:xdp:eth0:5', 'net-namespaces', 'netns blue eth0', 'blue'],
      ['netns:blue:flow_dissector:9', 'net-namespaces', 'netns blue netns', 'blue'],
    ]);
    expect(inventory.attachments[4]?.raw).toMatchObject({ netns: 'blue', netns_ino: 40, devname: 'eth0' });
    expect(inventory.covers).toEqual(['links', 'net', 'net-namespaces']);
  });

  it('adds what is pinned in other mount namespaces, and knows all where each file system was looked into', () => {
    const mount = { namespace: 41, pid: 9, comm: 'x', path: '/m', options: [] };
    const pins = [
      { kind: 'program', id: 1, path: '/m/p' },
      { kind: 'map', id: 1, path: '/m/m' },
      { kind: 'link', id: 3, path: '/m/l' },
    ] as const;
    const seen = { list: [{ ...mount, pins }], unread: 0 };
    const look = {
      prog: [bpftoolProgram(1, { pinned: ['/sys/fs/bpf/x'] }), bpftoolProgram(2)],
      map: [bpftoolMap(1)],
      link: [{ id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 }],
      mounts: [],
    };
    const { inventory } = decode({ ...look, mountsElsewhere: seen });
    expect(inventory.programs.map(({ pinned }) => pinned)).toEqual([['/sys/fs/bpf/x', '/m/p in mnt:[41]'], []]);
    expect(inventory.maps[0]?.pinned).toEqual(['/m/m in mnt:[41]']);
    expect(inventory.attachments[0]?.raw.pinned).toEqual(['/m/l in mnt:[41]']);
    expect(inventory.covers).toContain('all-mounts');
    for (const mountsElsewhere of [
      { list: [mount], unread: 0 },
      { list: [], unread: 1 },
    ]) {
      expect(decode({ ...look, mountsElsewhere }).inventory.covers).not.toContain('all-mounts');
    }
    expect(decode(look).inventory.covers).not.toContain('all-mounts');
  });

  it('tells in which network namespace a packet socket is, and knows all where each was looked at', () => {
    const socket = (inode: number) => ({ inode, protocol: 3, ifindex: 0, uid: 0, holder: null });
    const list = [
      { inode: 40, name: 'blue', packets: [socket(6)] },
      { inode: 41, name: null, packets: [socket(7), socket(8)] },
    ];
    const { inventory } = decode({ packetSockets: [socket(5)], netNamespaces: { list, unread: 0 } });
    expect(inventory.packetSockets.map(({ inode, netns }) => [inode, netns])).toEqual([
      [5, undefined],
      [6, 'blue'],
      [7, 'net:[41]'],
      [8, 'net:[41]'],
    ]);
    expect(inventory.covers).toEqual(['packet-sockets', 'all-packet-sockets']);
    const some = [...list, { inode: 42, name: 'red' }];
    for (const part of [
      { netNamespaces: { list: some, unread: 0 }, packetSockets: [] },
      { netNamespaces: { list, unread: 1 }, packetSockets: [] },
      { netNamespaces: { list, unread: 0 } },
      { packetSockets: [] },
    ]) {
      expect(decode(part).inventory.covers).not.toContain('all-packet-sockets');
    }
  });

  it('has the filter of a packet socket only where it is one that the kernel can have', () => {
    const longest = (count: number) => Array.from({ length: count }, () => '0xffff 255 255 4294967295').join(', ');
    // The last is of a size that the pattern itself could not take.
    const filters = ['', '0x06 0 0 0', longest(4096), longest(5000), '0x06 0 0 0, ', 'x\u001b[2J', longest(5_000_000)];
    const { inventory } = decode({
      packetSockets: filters.map((filter, inode) => ({ inode, protocol: 3, ifindex: 0, uid: 0, holder: null, filter })),
    });
    expect(inventory.packetSockets.flatMap(({ inode, filter }) => (filter === undefined ? [] : inode))).toEqual([
      0, 1, 2,
    ]);
  });

  it.each([
    [
      'one was not looked at',
      {
        list: [
          { inode: 40, name: 'blue' },
          { inode: 41, name: null, net: [] },
        ],
        unread: 0,
      },
    ],
    ['that of a process is not known', { list: [], unread: 1 }],
  ])('does not take the other network namespaces for known when %s', (_, netNamespaces) => {
    const { inventory } = decode({ netNamespaces });
    expect(inventory.covers).toEqual([]);
    expect(inventory.fresh).toEqual([]);
  });

  it('shows a probe once, though perf show has a row for each descriptor of its link', () => {
    const perf: readonly JsonObject[] = [
      { pid: 30, fd: 4, prog_id: 5, fd_type: 'raw_tracepoint', tracepoint: 'sys_enter' },
      { pid: 31, fd: 4, prog_id: 5, fd_type: 'raw_tracepoint', tracepoint: 'sys_enter' },
      { pid: 30, fd: 6, prog_id: 5, fd_type: 'kprobe', func: 'vfs_read', offset: 0 },
      { pid: 30, fd: 7, prog_id: 5, fd_type: 'kprobe', func: 'vfs_write', offset: 0 },
      { pid: 30, fd: 8, prog_id: 6, fd_type: 'uretprobe', filename: '/bin/bash', offset: 16 },
    ];
    expect(
      attachments({
        link: [
          link(1, { type: 'raw_tracepoint', tp_name: 'sys_enter' }),
          link(2, { type: 'perf_event', retprobe: false, func: 'vfs_read', offset: 0 }),
          // Before bpftool 7.3 a link says no more than this.
          { id: 3, type: 'perf_event', prog_id: 6 },
        ],
        perf,
      }),
    ).toEqual([
      ['link:1', 'raw_tracepoint', 'sys_enter', 5],
      ['link:2', 'kprobe', 'vfs_read', 5],
      ['link:3', 'uretprobe', '/bin/bash+0x10', 6],
      ['perf:30:7', 'kprobe', 'vfs_write', 5],
    ]);
  });

  it('keeps what only looks like the link: another device, one more of the same', () => {
    const xdp = [
      { devname: 'lo', ifindex: 1, mode: 'generic', id: 5 },
      { devname: 'eth0', ifindex: 2, mode: 'driver', id: 5 },
    ];
    expect(attachments({ link: [link(2, { type: 'xdp', devname: 'lo', ifindex: 1 })], net: [{ xdp }] })).toEqual([
      ['link:2', 'xdp', 'lo', 5],
      ['xdp:eth0:5', 'xdp', 'eth0', 5],
    ]);
    const twice = { devname: 'lo', ifindex: 1, kind: 'clsact/egress', id: 5 };
    expect(attachments({ net: [{ tc: [twice, twice] }] }).map(([key]) => key)).toEqual([
      'tc:lo:clsact/egress:5',
      'tc:lo:clsact/egress:5#2',
    ]);
  });

  it('takes the device from net show where an old link show has none', () => {
    const net = [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 5 }] }];
    expect(attachments({ link: [link(2, { type: 6 })], net })).toEqual([['link:2', 'xdp', 'lo', 5]]);
  });

  it('names a tcx row by its link where the links were not listed', () => {
    const net = [{ tc: [{ devname: 'lo', ifindex: 1, kind: 'tcx/ingress', prog_id: 5, link_id: 8 }] }];
    expect(attachments({ net })).toEqual([['link:8', 'tcx', 'lo tcx/ingress', 5]]);
  });
});

describe('covers', () => {
  it('names the sections that were looked at, empty ones included, and no others', () => {
    expect(decode({}).inventory.covers).toEqual([]);
    const { inventory } = decode({
      prog: [],
      cgroup: [],
      helpers: {},
      settings: {},
      processes: [],
      audit: { enabled: 1, lost: null, backlog: null },
    });
    expect(inventory.covers).toEqual([
      'programs',
      'cgroups',
      'helpers',
      'processes',
      'settings',
      'audit',
      'all-processes',
    ]);
  });
});

describe('hostile snapshots', () => {
  it('never throw, whatever the elements are', () => {
    const element = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'id',
          'type',
          'name',
          'pids',
          'map_ids',
          'prog_id',
          'xdp',
          'tc',
          'kind',
          'programs',
          'pid',
          'fd',
          'funcs',
          'error',
          'link_id',
          '__proto__',
        ),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    );
    const elements = fc.array(element, { maxLength: 5 }) as fc.Arbitrary<readonly JsonObject[]>;
    const snapshots = fc.record({
      prog: elements,
      map: elements,
      link: elements,
      net: elements,
      perf: elements,
      cgroup: elements,
    });
    fc.assert(
      fc.property(snapshots, (listings) => {
        const { inventory } = decode(listings);
        const keys = inventory.attachments.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});
