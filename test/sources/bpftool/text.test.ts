import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dumpedCalls } from '../../../src/sources/bpftool/dumped-calls.ts';
import { looksLikeBpftoolText, parseBpftoolText } from '../../../src/sources/bpftool/text.ts';

const read = (text: string) => {
  const { listings, ignored, unknown } = parseBpftoolText(text);
  return {
    ...Object.fromEntries(listings),
    ...(ignored.size > 0 ? { ignored: Object.fromEntries(ignored) } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  };
};

/** What bpftool 7.1 prints of the programs of test/fixtures/bpf/watched.bpf.c. */
const PROGRAMS = `5722: xdp  name wit_xdp  tag 9bf6d88144148dc4  gpl
	loaded_at 2026-11-23T17:46:41+0000  uid 0
	xlated 240B  jited 151B  memlock 4096B  map_ids 703,704
	pinned /sys/fs/bpf/a b/wit_xdp
	btf_id 7909
	pids loader(812), my (odd) one(9)
5724: type 99  tag 8fc2e1a1eb573aef
	loaded_at Nov 23/17:46  uid 1000
	xlated 16B  not jited  orphaned  memlock 4096B
`;

describe('parseBpftoolText', () => {
  it('reads a list of programs', () => {
    expect(read(PROGRAMS)).toEqual({
      prog: [
        {
          id: 5722,
          type: 'xdp',
          name: 'wit_xdp',
          tag: '9bf6d88144148dc4',
          gpl_compatible: true,
          loaded_at: 1_795_456_001,
          uid: 0,
          bytes_xlated: 240,
          jited: true,
          bytes_jited: 151,
          bytes_memlock: 4096,
          map_ids: [703, 704],
          pinned: ['/sys/fs/bpf/a b/wit_xdp'],
          btf_id: 7909,
          pids: [
            { pid: 812, comm: 'loader' },
            { pid: 9, comm: 'my (odd) one' },
          ],
        },
        {
          id: 5724,
          type: 99,
          tag: '8fc2e1a1eb573aef',
          gpl_compatible: false,
          uid: 1000,
          bytes_xlated: 16,
          jited: false,
          orphaned: true,
          bytes_memlock: 4096,
        },
      ],
    });
  });

  it('reads what programs have beside', () => {
    const text = `7: kprobe  name p  tag 9bf6d88144148dc4  gpl run_time_ns 9007199254740993 run_cnt 12  recursion_misses 3
	offloaded_to ifindex 4  ns_dev 4  ns_ino 4026531993
	metadata:
		note = "hello"
`;
    expect(read(text)).toEqual({
      prog: [
        {
          id: 7,
          type: 'kprobe',
          name: 'p',
          tag: '9bf6d88144148dc4',
          gpl_compatible: true,
          run_time_ns: '9007199254740993',
          run_cnt: 12,
          recursion_misses: 3,
          dev: { ifindex: 4, ns_dev: 4, ns_inode: 4_026_531_993 },
          metadata: { note: '"hello"' },
        },
      ],
    });
  });

  it('reads a list of maps', () => {
    const text = `703: array  name wit_config  flags 0x80
	key 4B  value 8B  max_entries 4  memlock 344B
	pinned /sys/fs/bpf/c
	btf_id 7909  frozen
704: prog_array  flags 0x0
	key 4B  value 4B  max_entries 2
	owner_prog_type xdp  owner jited
`;
    expect(read(text)).toEqual({
      map: [
        {
          id: 703,
          type: 'array',
          name: 'wit_config',
          flags: 128,
          bytes_key: 4,
          bytes_value: 8,
          max_entries: 4,
          bytes_memlock: 344,
          pinned: ['/sys/fs/bpf/c'],
          btf_id: 7909,
          frozen: 1,
        },
        {
          id: 704,
          type: 'prog_array',
          flags: 0,
          bytes_key: 4,
          bytes_value: 4,
          max_entries: 2,
          owner_prog_type: 'xdp',
          owner_jited: true,
          frozen: 0,
        },
      ],
    });
  });

  it.each([
    ["1: raw_tracepoint  prog 4  \n\ttp 'sched_switch'  cookie 3", { tp_name: 'sched_switch', cookie: 3 }],
    [
      '1: tracing  prog 4  \n\tprog_type lsm  attach_type lsm_mac  \n\ttarget_obj_id 1  target_btf_id 65037  ',
      { prog_type: 'lsm', attach_type: 'lsm_mac', target_obj_id: 1, target_btf_id: 65037 },
    ],
    [
      '1: cgroup  prog 4  \n\tcgroup_id 18446744073709551615  attach_type device  ',
      { cgroup_id: '18446744073709551615', attach_type: 'device' },
    ],
    ['1: iter  prog 4  target_name bpf_map  ', { target_name: 'bpf_map' }],
    ['1: iter  prog 4  \n\ttarget_name task  tid 9 ', { target_name: 'task', tid: 9 }],
    [
      '1: iter  prog 4  target_name cgroup  cgroup_id 72  order self_only  ',
      { target_name: 'cgroup', cgroup_id: 72, order: 'self_only' },
    ],
    [
      '1: netns  prog 4  \n\tnetns_ino 4026531840  attach_type flow_dissector  ',
      { netns_ino: 4_026_531_840, attach_type: 'flow_dissector' },
    ],
    [
      '1: netfilter  prog 4  \n\tinet prerouting prio -128 flags 0x1',
      { pf: 'inet', hook: 'prerouting', prio: -128, flags: 1 },
    ],
    ['1: netfilter  prog 4  \n\tpf: 12, hook 7, prio 0', { pf: 12, hook: 7, prio: 0, flags: 0 }],
    [
      '1: tcx  prog 4  \n\tifindex eth0(2)  attach_type tcx_ingress  ',
      { devname: 'eth0', ifindex: 2, attach_type: 'tcx_ingress' },
    ],
    ['1: xdp  prog 4  \n\tifindex (detached)  ', { devname: '(detached)' }],
    ['1: sockmap  prog 4  \n\tmap_id 5  attach_type sk_skb_verdict  ', { map_id: 5, attach_type: 'sk_skb_verdict' }],
    [
      '1: kprobe_multi  prog 4  \n\tkretprobe.multi  func_cnt 2  missed 1  \n\taddr             cookie           func [module]\n\tffffffff81000000 0000000000000003 vfs_read\n\tffffffffc0000000 0                nf_hook [nf_tables]  \n\tpids me(3)',
      {
        retprobe: true,
        func_cnt: 2,
        missed: 1,
        funcs: [
          { addr: '18446744071578845184', func: 'vfs_read', module: null, cookie: '3' },
          { addr: '18446744072635809792', func: 'nf_hook', module: 'nf_tables', cookie: '0' },
        ],
        pids: [{ pid: 3, comm: 'me' }],
      },
    ],
    [
      '1: uprobe_multi  prog 4  \n\tuprobe.multi  path /usr/lib/libpam.so  func_cnt 1  pid 0  \n\toffset             ref_ctr_offset     cookies\n\t0x10               0x0                0x7',
      {
        retprobe: false,
        path: '/usr/lib/libpam.so',
        func_cnt: 1,
        pid: 0,
        funcs: [{ offset: 16, ref_ctr_offset: 0, cookie: 7 }],
      },
    ],
    [
      '1: perf_event  prog 4  \n\tkprobe ffffffff81000000 vfs_read+0x10  missed 2  cookie 9  ',
      { retprobe: false, addr: '18446744071578845184', func: 'vfs_read', offset: 16, missed: 2, cookie: 9 },
    ],
    ['1: perf_event  prog 4  \n\tkretprobe do_exit  ', { retprobe: true, func: 'do_exit', offset: 0 }],
    [
      '1: perf_event  prog 4  \n\turetprobe /bin/bash+0x1338  cookie 1  ref_ctr_offset 0x20  ',
      { retprobe: true, file: '/bin/bash', offset: 4920, cookie: 1, ref_ctr_offset: 32 },
    ],
    ['1: perf_event  prog 4  \n\ttracepoint sched_switch  ', { tracepoint: 'sched_switch' }],
    ['1: perf_event  prog 4  \n\tevent software:cpu-clock  ', { event_type: 'software', event_config: 'cpu-clock' }],
    [
      '1: type 15  prog 4  \n\tpinned /sys/fs/bpf/l\n\tbpf_cookie 3',
      { type: 15, pinned: ['/sys/fs/bpf/l'], bpf_cookie: 3 },
    ],
  ])('reads the link %j', (text, members) => {
    const type = /^1: (\w+)/.exec(text)?.[1] ?? '';
    expect(read(text)).toEqual({ link: [{ id: 1, type, prog_id: 4, ...members }] });
  });

  it('knows that a struct_ops link has a map in the place of a program', () => {
    expect(read('1: struct_ops  map 5  ')).toEqual({ link: [{ id: 1, type: 'struct_ops', prog_id: 0, map_id: 5 }] });
  });

  it('reads a list of network attachments, also where it is empty', () => {
    const text = `xdp:
lo(1) generic id 5722
eth0(2) generic id 5 driver id 6

tc:
eth0(2) clsact/ingress prog.o:[cls x] id 37 act [{name id 38}{ id 39}]${' '}
eth0(2) tcx/ingress tc1 prog_id 29 link_id 8${' '}

flow_dissector:
id 7

netfilter:

	ip6 input prio -100 flags 0x1 prog_id 14
`;
    expect(read(text)).toEqual({
      net: [
        {
          xdp: [
            { devname: 'lo', ifindex: 1, mode: 'generic', id: 5722 },
            {
              devname: 'eth0',
              ifindex: 2,
              multi_attachments: [
                { mode: 'generic', id: 5 },
                { mode: 'driver', id: 6 },
              ],
            },
          ],
          tc: [
            {
              devname: 'eth0',
              ifindex: 2,
              kind: 'clsact/ingress',
              name: 'prog.o:[cls x]',
              id: 37,
              act: [{ name: 'name', id: 38 }, { id: 39 }],
            },
            { devname: 'eth0', ifindex: 2, kind: 'tcx/ingress', name: 'tc1', prog_id: 29, link_id: 8 },
          ],
          flow_dissector: [{ id: 7 }],
          netfilter: [{ pf: 'ip6', hook: 'input', prio: -100, flags: 1, id: 14 }],
        },
      ],
    });
    expect(read('xdp:\n\ntc:\n\nflow_dissector:\n\nxdp:\n')).toEqual({
      net: [{ xdp: [], tc: [], flow_dissector: [] }, { xdp: [] }],
    });
  });

  it('reads a tree of cgroups, also where it is empty', () => {
    const text = `CgroupPath
ID       AttachType      AttachFlags     Name${' '.repeat(11)}
/sys/fs/cgroup/system.slice/x y.service
    564      cgroup_device                   sd_devices     ${''}
    565      cgroup_inet_egress multi           sd_fw_egress   ${''}
    566      lsm_cgroup      unknown(8)      hook            bpf_lsm_socket_bind
    567      type 77 override
`;
    expect(read(text)).toEqual({
      cgroup: [
        {
          cgroup: '/sys/fs/cgroup/system.slice/x y.service',
          programs: [
            { id: 564, attach_type: 'cgroup_device', attach_flags: '', name: 'sd_devices' },
            { id: 565, attach_type: 'cgroup_inet_egress', attach_flags: 'multi', name: 'sd_fw_egress' },
            {
              id: 566,
              attach_type: 'lsm_cgroup',
              attach_flags: 'unknown(8)',
              name: 'hook',
              attach_btf_name: 'bpf_lsm_socket_bind',
            },
            { id: 567, attach_type: 77, attach_flags: 'override', name: '' },
          ],
        },
      ],
    });
    expect(read('CgroupPath\nID       AttachType      Name\n')).toEqual({ cgroup: [] });
  });

  it('reads a list of perf attachments', () => {
    const text = `pid 21711  fd 5: prog_id 5  kprobe  func __x64_sys_write  offset 0
pid 21767  fd 5: prog_id 8  tracepoint  sys_enter_nanosleep
pid 21800  fd 5: prog_id 9  uprobe  filename /home/yhs/a.out  offset 1159
`;
    expect(read(text)).toEqual({
      perf: [
        { pid: 21711, fd: 5, prog_id: 5, fd_type: 'kprobe', func: '__x64_sys_write', offset: 0 },
        { pid: 21767, fd: 5, prog_id: 8, fd_type: 'tracepoint', tracepoint: 'sys_enter_nanosleep' },
        { pid: 21800, fd: 5, prog_id: 9, fd_type: 'uprobe', filename: '/home/yhs/a.out', offset: 1159 },
      ],
    });
  });

  it('counts what it does not use', () => {
    const text = `1: name [vmlinux]  size 5515646B
key: 00 00 00 00  value: 01 00 00 00 00 00 00 00
Found 1 element
ID       AttachType      AttachFlags     Name
5        device          multi           x
`;
    expect(read(text)).toEqual({
      ignored: {
        'btf entry': 1,
        'map dump entry': 2,
        'cgroup show entry (it does not say of which cgroup)': 1,
      },
    });
  });

  it('names the lines that it does not know', () => {
    expect(read('what\n7: xdp  tag 9bf6d88144148dc4  gpl  news\n8: xdp  tag 9bf6d88144148dc4\n\tnews 5\n')).toEqual({
      prog: [{ id: 8, type: 'xdp', tag: '9bf6d88144148dc4', gpl_compatible: false }],
      unknown: [
        { line: 1, text: 'what' },
        { line: 2, text: '7: xdp  tag 9bf6d88144148dc4  gpl  news' },
        { line: 4, text: '\tnews 5' },
      ],
    });
  });

  it('never throws, and gives every line a place', () => {
    const piece = fc.constantFrom(
      ...PROGRAMS.split(/(?<=[ :\n])/),
      'tc:\n',
      'eth0(2)',
      ' act [{',
      'CgroupPath\n',
      'kprobe ',
      '0x',
      'pids a(',
      '__proto__ = x\n',
      '\t\t',
    );
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { unknown } = parseBpftoolText(text);
        looksLikeBpftoolText(text);
        expect(unknown.every(({ line }) => line >= 1 && line <= text.split('\n').length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('looksLikeBpftoolText', () => {
  it.each([PROGRAMS, 'xdp:\n\ntc:\n', 'CgroupPath\nID  AttachType', '   0: (85) call bpf_ktime_get_ns#5\n'])(
    '%j',
    (text) => expect(looksLikeBpftoolText(text)).toBe(true),
  );

  it.each([
    'root:x:0:0:root:/root:/bin/bash',
    '1: lo: <LOOPBACK,UP> mtu 65536',
    'key: value',
    'tc:',
    'Mon Nov 23 10:00',
  ])('not %j', (text) => expect(looksLikeBpftoolText(text)).toBe(false));
});

describe('dumpedCalls', () => {
  it('names what a program calls, each once', () => {
    const { instructions } = parseBpftoolText(`int f(void * ctx):
; now = bpf_ktime_get_ns();
   0: (85) call bpf_ktime_get_ns#269488
   1: (85) call pc+5#bpf_prog_6deef7357e7b4530_sub
   2: (85) call bpf_tail_call#12
   3: (85) call bpf_ktime_get_ns#269488
   4: (95) exit
`);
    expect(dumpedCalls(instructions)).toEqual(['bpf_ktime_get_ns', 'bpf_tail_call']);
  });

  it.each(['bpf_unspec#0', 'kernel-function#0xffff', '0xffffffff81000000', 'unknown#5', '-1'])(
    'does not know what is called when it is %s',
    (target) => expect(dumpedCalls(['(85) call bpf_x#1', `(85) call ${target}`])).toBeNull(),
  );
});
