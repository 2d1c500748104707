import { describe, expect, it } from 'vitest';
import { BUILTIN_CHECKS, LAB_CHECKS } from '../../src/checks/builtin.ts';
import { PROFILES, profileNamed } from '../../src/checks/profiles.ts';
import { runChecks } from '../../src/checks/run.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { PacketSocket, Process, Snapshot, SocketHolder } from '../../src/model/snapshot.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { bpftoolMap, bpftoolProgram, snapshotAt } from '../helpers/observations.ts';
import { memoryStore } from '../store/fixture.ts';

/*
 * Each check against a snapshot made to break it and one that is mended: constructed here, as bpftool, /proc and
 * auditctl say it. Against real objects on this kernel: test/live/checks.test.ts.
 */

const T = 1_700_000_000_000;

const process = (over: Partial<Process> = {}): Process => ({
  pid: 7,
  comm: 'agent',
  exe: '/usr/bin/agent',
  uid: 0,
  capabilities: ['cap_bpf'],
  startTime: 1,
  programIds: [],
  mapIds: [],
  linkIds: [],
  ...over,
});
const settings = (name: string, value: string | null): Partial<Snapshot> => ({ settings: { [name]: value } });
const persisted = (name: string, value: string) => [{ name, value, file: '/etc/sysctl.d/9.conf', line: 2 }];
const mount = (over: object) => ({ mounts: [{ path: '/sys/fs/bpf', options: ['rw'], mode: 0o700, ...over }] });
const program = (over: Parameters<typeof bpftoolProgram>[1], more: Partial<Snapshot> = {}): Partial<Snapshot> => ({
  prog: [bpftoolProgram(1, over)],
  ...more,
});
/** The same look again. */
const twice = (look: Partial<Snapshot>): readonly Partial<Snapshot>[] => [look, look];
/** The same for five seconds. */
const fiveSeconds = (look: Partial<Snapshot>): readonly Partial<Snapshot>[] =>
  [T, T + 2000, T + 5000].map((time) => ({ ...look, time }));

/** A program that is no trial of a loader's any more. */
const LONG_AGO = { loaded_at: T / 1000 - 60 };

const packetSocket = (inode: number, holder: SocketHolder | null) => ({
  inode,
  protocol: 3,
  ifindex: 0,
  uid: 0,
  holder,
});
/** A known reader of raw frames, of the host. */
const TCPDUMP = {
  ...{ pid: 3, comm: 'x', exe: '/usr/bin/tcpdump', exeUid: 0, exeMode: 0o755, exeIsHosts: true },
} as const satisfies SocketHolder;
/** A look that found these packet sockets in our own network namespace, and no other one. */
const listening = (...packetSockets: PacketSocket[]): Partial<Snapshot> => ({
  processes: [],
  packetSockets,
  netNamespaces: { list: [], unread: 0 },
});
/** A look that found no BPF file system that others alone see. */
const NONE_ELSEWHERE = { mounts: [], mountsElsewhere: { list: [], unread: 0 } };
const elsewhere = (over: object): Partial<Snapshot> => {
  const one = { namespace: 41, pid: 9, comm: 'x', path: '/sys/fs/bpf', options: ['rw'], pins: [], ...over };
  return { mounts: [], mountsElsewhere: { list: [one], unread: 0 } };
};
const KEPT = { processes: [process({ programIds: [1] })], link: [], net: [], perf: [], ...NONE_ELSEWHERE };
const UNKEPT = { ...KEPT, processes: [] };
const BPF_RULE = '-a always,exit -F arch=b64 -S execve,bpf -F key=x';
const UNPRIVILEGED = 'kernel.unprivileged_bpf_disabled';
const HARDEN = 'net.core.bpf_jit_harden';

interface Case {
  readonly bad: readonly Partial<Snapshot>[];
  /** What of its violations is told, one after the other. */
  readonly says: readonly string[];
  readonly good: Partial<Snapshot>;
  /** A look that leaves it open, and why. */
  readonly open?: readonly [Partial<Snapshot>, why: string];
  /** A look at a host that it says nothing about. */
  readonly none?: Partial<Snapshot>;
}

const CASES: { readonly [id: string]: Case } = {
  'check-root-programs': {
    bad: [program({ uid: 0 })],
    says: ['prog_1 (program 1) was loaded by root'],
    good: program({ uid: 998 }),
  },
  'check-map-limits': {
    bad: [{ map: [bpftoolMap(2, { type: 'sk_storage', max_entries: 0 }), bpftoolMap(3)] }],
    says: ['map_2 (map 2) has no limit on its entries: it grows with each socket'],
    good: { map: [bpftoolMap(2), bpftoolMap(3, { type: 'ringbuf', max_entries: 4096 })] },
  },
  'check-capabilities': {
    bad: [{ processes: [process({ capabilities: ['cap_bpf', 'cap_sys_ptrace'] })] }],
    says: ['agent (process 7) holds cap_sys_ptrace'],
    good: { processes: [process({ capabilities: ['cap_bpf', 'cap_perfmon', 'cap_net_admin'] })] },
  },
  'check-audit-enabled': {
    bad: [{ audit: { enabled: 0, lost: 0, backlog: 0 } }],
    says: ['kernel audit is not enabled'],
    good: { audit: { enabled: 1, lost: 0, backlog: 0 } },
  },
  'check-frozen-config': {
    bad: [{ map: [bpftoolMap(2, { name: 'flow_config', frozen: 0 })] }],
    says: ['flow_config (map 2) is not frozen'],
    good: { map: [bpftoolMap(2, { name: 'flow_config', frozen: 1 }), bpftoolMap(3, { frozen: 0 })] },
  },
  'check-helper-whitelist': {
    bad: [program({}, { helpers: { 1: ['bpf_map_lookup_elem', 'bpf_send_signal'] } })],
    says: ['prog_1 (program 1) calls send_signal'],
    good: program({}, { helpers: { 1: ['bpf_map_lookup_elem'] } }),
    open: [program({}, { helpers: { 1: null } }), 'calls helpers that could not be read'],
  },
  'check-unlisted-objects': {
    bad: [
      { link: [], processes: [process({ programIds: [9] })] },
      { link: [], processes: [process({ programIds: [9] })] },
    ],
    says: ['program 9 is not listed, and an open file of agent (pid 7) shows it'],
    good: { link: [], prog: [bpftoolProgram(9)], processes: [process({ programIds: [9] })] },
    open: [{ link: [], processes: [process({ mapIds: [9] })] }, 'one look alone does not tell'],
  },
  'check-opaque-programs': {
    bad: [
      {
        prog: [
          bpftoolProgram(1, { type: 'kprobe', gpl_compatible: false, ...LONG_AGO }),
          bpftoolProgram(2, { type: 'tracepoint', ...LONG_AGO }),
          bpftoolProgram(3, { type: 'lsm', gpl_compatible: false, btf_id: 5, ...LONG_AGO }),
        ],
      },
    ],
    says: [
      'prog_1 (program 1) is of type kprobe and has neither a licence compatible with the GPL nor BTF',
      'prog_2 (program 2) is of type tracepoint and has no BTF',
      'prog_3 (program 3) is of type lsm and has no licence compatible with the GPL',
    ],
    good: { prog: [bpftoolProgram(1, { type: 'kprobe', btf_id: 5 }), bpftoolProgram(2, { type: 'cgroup_skb' })] },
    open: [
      { prog: [bpftoolProgram(1, { type: 'kprobe', gpl_compatible: null, btf_id: 5, ...LONG_AGO })] },
      'has a licence that is not known',
    ],
    none: { prog: [] },
  },
  'check-dangerous-helpers': {
    bad: [program({}, { helpers: { 1: ['bpf_probe_write_user', 'bpf_map_lookup_elem'] } })],
    says: ["prog_1 (program 1) calls probe_write_user, which overwrites a process's memory"],
    good: program({}, { helpers: { 1: ['bpf_map_lookup_elem'] } }),
    open: [program({}, { helpers: { 1: null } }), 'calls helpers that could not be read'],
    none: { helpers: {} },
  },
  'check-loader-provenance': {
    bad: [
      {
        processes: [
          process({ exe: '/memfd:x (deleted)' }),
          process({ pid: 8, exe: '/usr/bin/a (deleted)' }),
          process({ pid: 9, exe: '/dev/shm/a' }),
          process({ pid: 10, exeUid: 0, exeMode: 0o757 }),
          process({ pid: 11, exeUid: 1000, exeMode: 0o755 }),
        ],
      },
    ],
    says: [
      'agent (process 7) runs from memory: /memfd:x (deleted)',
      'agent (process 8) runs a file that was deleted: /usr/bin/a (deleted)',
      'agent (process 9) runs from a folder that everybody can write to: /dev/shm/a',
      'agent (process 10) runs a file that everybody can write to: /usr/bin/agent',
      'agent (process 11) runs as root a file of user 1000: /usr/bin/agent',
    ],
    good: {
      processes: [
        process(),
        process({ pid: 8, exeUid: 0, exeMode: 0o755 }),
        process({ pid: 9, uid: 1000, exeUid: 1000, exeMode: 0o755 }),
      ],
    },
    open: [{ processes: [process({ exe: null })] }, 'runs a file that could not be told'],
    none: { processes: [] },
  },
  'check-sensitive-targets': {
    bad: [
      program(
        {},
        {
          link: [
            { id: 3, type: 'perf_event', prog_id: 1, event_type: 'tracepoint', tracepoint: 'sys_exit_getdents64' },
          ],
          perf: [],
        },
      ),
    ],
    says: ['prog_1 (program 1) is attached to sys_exit_getdents64: files and processes can be hidden there'],
    good: program(
      {},
      {
        link: [
          { id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 },
          // Sees addresses alone.
          { id: 4, type: 'cgroup', prog_id: 1, cgroup_id: 9, attach_type: 'cgroup_udp4_recvmsg' },
        ],
        perf: [],
      },
    ),
    open: [
      program({}, { link: [{ id: 3, type: 'tracing', prog_id: 1, target_obj_id: 1, target_btf_id: 4711 }], perf: [] }),
      'a function whose name is not known: btf 1/4711',
    ],
    none: { link: [], perf: [] },
  },
  'check-powerful-programs': {
    bad: [program({ type: 'lsm', name: 'deny_kill' }, { processes: [] })],
    says: ['deny_kill (program 1) is of type lsm'],
    good: program({ type: 'lsm' }, { processes: [process({ pid: 1, comm: 'systemd', programIds: [1] })] }),
    open: [program({ type: 'lsm' }), 'not looked at: processes'],
    none: { processes: [] },
  },
  'check-ownerless-programs': {
    bad: [program({ type: 'kprobe' }, UNKEPT), program({ type: 'kprobe' }, { ...UNKEPT, time: T + 5000 })],
    says: ['prog_1 (program 1) is kept by nothing that is seen'],
    good: program({}, KEPT),
    open: [program({ type: 'cgroup_skb' }, UNKEPT), 'cgroups were not listed'],
    none: UNKEPT,
  },
  'check-odd-pins': {
    bad: [
      program(
        { pinned: ['/sys/fs/bpf/.x'] },
        { link: [{ id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1, pinned: ['/sys/fs/bpf/.y'] }] },
      ),
    ],
    says: [
      '/sys/fs/bpf/.x (program 1) is pinned under a hidden name',
      '/sys/fs/bpf/.y (link 3) is pinned under a hidden name',
    ],
    good: program({ pinned: ['/sys/fs/bpf/x'] }, { link: [] }),
    none: program({}, { link: [] }),
  },
  'check-odd-names': {
    bad: [
      program(
        { pinned: ['/sys/fs/bpf/a\udcff'] },
        {
          processes: [process({ exe: '/tmp/\udc80agent', comm: 'a\udcfe', programIds: [1] })],
          persisted: [{ name: UNPRIVILEGED, value: '0', file: '/etc/sysctl.d/\udcff.conf', line: 1 }],
        },
      ),
    ],
    says: [
      'a\\xfe (process 7) is not UTF-8 (comm)',
      '/tmp/\\x80agent (process 7) is not UTF-8 (executable)',
      '/sys/fs/bpf/a\\xff (program 1) is not UTF-8 (pin)',
      '/etc/sysctl.d/\\xff.conf is not UTF-8 (file)',
    ],
    good: program({ pinned: ['/sys/fs/bpf/\u00e9'] }, { processes: [process({ exe: '/opt/\u{1f600}/agent' })] }),
  },
  'check-function-hooks': {
    bad: fiveSeconds({
      ...{ link: [], perf: [] },
      tracing: {
        ...{ kprobeEvents: '', dynamicEvents: '' },
        enabledFunctions: [
          'vfs_read (1)     D  \n\tdirect-->bpf_trampoline_6442515981+0x0/0xf2',
          'do_exit (1) R    \ttramp: 0xffffffffc0402000 (kprobe_ftrace_handler+0x0/0x1e0)',
          'm_show (1) R I   \ttramp: 0xffffffffc0402000 (hook+0x0/0x40 [rootkit])',
          'tcp4_seq_show (1) R I \ttramp: 0xffffffffc0402000 (0xffffffffc0500000)',
          'schedule (1)     \ttramp: 0xffffffffc0402000 (function_trace_call+0x0/0x40)',
          'x_show (1) R I   \ttramp: 0xffffffffc0402000 (klp_ftrace_handler+0x0/0x240)',
          '',
        ].join('\n'),
      },
    }),
    says: [
      'do_exit calls kprobe_ftrace_handler, and no listed BPF program is attached there, but a module may have a probe of its own',
      'm_show calls hook [rootkit] (which may replace it)',
      'tcp4_seq_show calls 0xffffffffc0500000 (which may replace it), which has no name: its module may hide',
      'vfs_read calls bpf_trampoline_6442515981, and no listed BPF program is attached there',
    ],
    good: {
      ...{ perf: [] },
      tracing: { enabledFunctions: 'vfs_read (1)     D  \n\tdirect-->bpf_trampoline_6442515981+0x0/0xf2\n' },
      link: [
        {
          ...{ id: 3, type: 'tracing', prog_id: 1, prog_type: 'tracing', attach_type: 'trace_fentry' },
          ...{ target_obj_id: 1, target_btf_id: 65_037 },
        },
      ],
    },
    none: { link: [], perf: [], tracing: { enabledFunctions: '' } },
  },
  'check-probe-events': {
    bad: fiveSeconds({
      ...{ link: [], perf: [] },
      tracing: {
        dynamicEvents: '',
        kprobeEvents: 'r:probe/read vfs_read\n',
        uprobeEvents: 'p:probes/shell /bin/bash:0x0000000000031000\n',
      },
    }),
    says: [
      'p:probes/shell is on /bin/bash:0x31000, and no listed BPF program is attached to it',
      'r:probe/read is on vfs_read, and no listed BPF program is attached to it',
    ],
    good: {
      link: [],
      perf: [{ pid: 7, fd: 5, prog_id: 2, fd_type: 'uprobe', filename: '/bin/bash', offset: 200_704 }],
      tracing: { kprobeEvents: '', dynamicEvents: '', uprobeEvents: 'p:probes/shell /bin/bash:0x0000000000031000\n' },
    },
    none: { link: [], perf: [], tracing: { kprobeEvents: '', uprobeEvents: '', dynamicEvents: '' } },
  },
  'check-packet-sockets': {
    bad: twice({
      processes: [],
      packetSockets: [
        packetSocket(5, null),
        packetSocket(6, { pid: 3, comm: 'x', exe: '/dev/shm/kdmtmpflush (deleted)' }),
        packetSocket(7, { pid: 4, comm: 'tcpdump', exe: '/tmp/tcpdump' }),
        packetSocket(8, { ...TCPDUMP, pid: 5, exeIsHosts: false }),
        packetSocket(9, { ...TCPDUMP, pid: 6, exeMode: 0o775 }),
        packetSocket(10, { ...TCPDUMP, pid: 7, exeUid: 1000, exeMode: null }),
        {
          ...packetSocket(14, { ...TCPDUMP, pid: 8 }),
          filter: '0x28 0 0 12, 0x15 0 1 29269, 0x15 0 1 21139, 0x06 0 0 0',
        },
        { ...packetSocket(15, { pid: 9, comm: 'y', exe: '/y' }), filter: '0x28 0 0 12, 0x06 0 0 29269' },
        { ...packetSocket(16, { pid: 10, comm: 'z', exe: '/z' }), filter: '' },
        { ...packetSocket(17, { pid: 11, comm: 'z', exe: '/z' }), filter: '0x15 "] 29269' },
      ],
      netNamespaces: {
        list: [
          { inode: 40, name: 'blue', packets: [packetSocket(11, null)] },
          {
            inode: 41,
            name: null,
            packets: [packetSocket(12, TCPDUMP), packetSocket(13, { ...TCPDUMP, exe: '/x' })],
          },
        ],
        unread: 0,
      },
    }),
    says: [
      'socket 5 reads raw frames and is open in no process that is seen',
      'x (process 3) reads raw frames and runs a file that was deleted: /dev/shm/kdmtmpflush (deleted)',
      'tcpdump (process 4) reads raw frames',
      'x (process 5) reads raw frames, and its /usr/bin/tcpdump is not the file that the host has there',
      'x (process 6) reads raw frames, and others than root can change its /usr/bin/tcpdump',
      'x (process 7) reads raw frames, and others than root can change its /usr/bin/tcpdump',
      'x (process 8) reads raw frames by a filter that compares with 0x7255,0x5293, as that of the BPFDoor backdoor does',
      'y (process 9) reads raw frames by a filter of 2 instructions',
      'z (process 10) reads raw frames',
      'z (process 11) reads raw frames',
      'socket 11 reads raw frames in network namespace blue and is open in no process that is seen',
      'x (process 3) reads raw frames in network namespace net:[41]',
    ],
    good: listening(packetSocket(5, TCPDUMP), { ...packetSocket(6, TCPDUMP), filter: '0x06 0 0 0' }),
    open: [
      listening(packetSocket(5, { pid: 3, comm: 'x', exe: '/usr/bin/tcpdump' })),
      'whether its /usr/bin/tcpdump is the file of the host and of root is not known',
    ],
    none: listening(),
  },
  'check-anonymous-programs': {
    bad: [program({ name: '' })],
    says: ['program 1 has neither a name nor type information'],
    good: program({ name: '', btf_id: 4 }),
    none: {},
  },
  'check-rodata-frozen': {
    bad: [{ map: [bpftoolMap(2, { name: 'x.rodata', frozen: 0 }), bpftoolMap(3, { flags: 0x81, frozen: 0 })] }],
    says: [
      'x.rodata (map 2) holds constants and is not frozen',
      'map_3 (map 3) is read-only to programs and is not frozen',
    ],
    good: { map: [bpftoolMap(2, { name: 'x.rodata', frozen: 1 }), bpftoolMap(3, { flags: 0x80, frozen: 1 })] },
    none: { map: [bpftoolMap(2)] },
  },
  'check-map-memory': {
    bad: [{ map: [1, 2, 3, 4, 5].map((id) => bpftoolMap(id, { bytes_memlock: id === 1 ? 2 ** 29 : 2 ** 27 + 1 })) }],
    says: [
      'all maps together take 1073741828 bytes, and 1073741824 is the most',
      'map_1 (map 1) takes 536870912 bytes, and 268435456 is the most for one map',
    ],
    good: { map: [bpftoolMap(2)] },
    none: {},
  },
  'check-map-entries': {
    bad: [
      { map: [bpftoolMap(2), bpftoolMap(3, { type: 'lpm_trie' }), bpftoolMap(4)], entries: { 2: 58, 3: 64, 4: 57 } },
    ],
    says: ['map_2 (map 2) has 58 of 64 entries', 'map_3 (map 3) has 64 of 64 entries'],
    good: { map: [bpftoolMap(2), bpftoolMap(3, { type: 'lru_hash' })], entries: { 2: 57 } },
    open: [{ map: [bpftoolMap(2)], entries: {} }, 'has entries that were not counted, of 64 at most'],
    none: { map: [bpftoolMap(2, { type: 'array' })], entries: {} },
  },
  'check-audit-records-bpf': {
    bad: [
      {
        auditRules: [
          '-a always,exit -F arch=b64 -S execve -F key=bpf',
          '-a always,exclude -F msgtype=BPF',
          '-a never,task',
        ],
      },
    ],
    says: [
      'kernel audit has no rule that records every load by bpf(2)',
      'kernel audit drops BPF records: -a always,exclude -F msgtype=BPF',
      'kernel audit records no system call of any process: -a never,task',
    ],
    good: { auditRules: [BPF_RULE] },
  },
  'check-audit-lost': {
    bad: [{ audit: { enabled: 1, lost: 12, backlog: 0 } }],
    says: ['kernel audit has lost 12 records since the kernel started'],
    good: { audit: { enabled: 1, lost: 0, backlog: 0 } },
    none: { audit: { enabled: 0, lost: 0, backlog: 0 } },
  },
  'check-unprivileged-bpf': {
    bad: [settings(UNPRIVILEGED, '0')],
    says: [`${UNPRIVILEGED} lets users without privileges load programs`],
    good: settings(UNPRIVILEGED, '2'),
    open: [settings(UNPRIVILEGED, null), 'could not be read'],
    none: { settings: {} },
  },
  'check-jit-harden': {
    bad: [settings(HARDEN, '0')],
    says: [`${HARDEN} is 0, below 1`],
    good: settings(HARDEN, '1'),
    open: [settings(HARDEN, null), 'could not be read'],
    none: { settings: { [HARDEN]: '0', 'net.core.bpf_jit_enable': '0' } },
  },
  'check-jit-debug': {
    bad: [settings('net.core.bpf_jit_enable', '2')],
    says: ['net.core.bpf_jit_enable is 2: compiled programs are written to the kernel log'],
    good: settings('net.core.bpf_jit_enable', '1'),
    open: [settings('net.core.bpf_jit_enable', null), 'could not be read'],
    none: { settings: {} },
  },
  'check-kptr-restrict': {
    bad: [settings('kernel.kptr_restrict', '0')],
    says: ['kernel.kptr_restrict is 0: /proc/kallsyms may show addresses to users'],
    good: settings('kernel.kptr_restrict', '1'),
    none: { settings: {} },
  },
  'check-lockdown': {
    bad: [settings('lockdown', 'none')],
    says: ['lockdown is none: root may change the running kernel'],
    good: settings('lockdown', 'integrity'),
    none: { settings: {} },
  },
  'check-bpf-stats': {
    bad: [settings('kernel.bpf_stats_enabled', '1')],
    says: ['kernel.bpf_stats_enabled is on: the kernel measures each run of a program'],
    good: settings('kernel.bpf_stats_enabled', '0'),
    none: { settings: {} },
  },
  'check-settings-persist': {
    bad: [{ ...settings(UNPRIVILEGED, '2'), persisted: persisted(UNPRIVILEGED, '0') }],
    says: [`${UNPRIVILEGED} is 2 and will be 0 after the next boot`],
    good: { ...settings(UNPRIVILEGED, '2'), persisted: persisted(UNPRIVILEGED, '2') },
    none: { ...settings(UNPRIVILEGED, '2'), persisted: [] },
  },
  'check-bpffs-permissions': {
    bad: [mount({ mode: 0o1777 })],
    says: ['/sys/fs/bpf may be written to by others than root (mode 1777)'],
    good: mount({ mode: 0o755 }),
    open: [mount({ mode: null }), 'has permissions that could not be read'],
    none: { mounts: [] },
  },
  'check-bpffs-mounts': {
    bad: [{ mounts: [...(mount({ path: '/run/x' }).mounts ?? []), ...(mount({ isCovered: true }).mounts ?? [])] }],
    says: [
      '/run/x is a BPF file system beside /sys/fs/bpf',
      '/sys/fs/bpf is a BPF file system that another one is mounted over: what is pinned in it is not seen',
    ],
    good: { ...NONE_ELSEWHERE, ...mount({}) },
    open: [{ ...NONE_ELSEWHERE, ...elsewhere({ pins: undefined }) }, 'not looked at: all-mounts'],
    none: NONE_ELSEWHERE,
  },
  'check-bpf-tokens': {
    bad: [mount({ options: ['rw', 'delegate_cmds=any'] })],
    says: ['/sys/fs/bpf delegates rights to use BPF'],
    good: { ...NONE_ELSEWHERE, ...mount({}) },
    none: NONE_ELSEWHERE,
  },
  'stig-unprivileged-bpf': {
    bad: [
      { ...settings(UNPRIVILEGED, '2'), persisted: [] },
      { ...settings(UNPRIVILEGED, '1'), persisted: persisted(UNPRIVILEGED, '0') },
    ],
    says: [`${UNPRIVILEGED} is set to 0 by /etc/sysctl.d/9.conf:2, not 1`],
    good: { ...settings(UNPRIVILEGED, '1'), persisted: persisted(UNPRIVILEGED, '1') },
    none: { settings: {}, persisted: [] },
  },
  'stig-jit-harden': {
    bad: [{ ...settings(HARDEN, '1'), persisted: [] }],
    says: [`${HARDEN} is 1, not 2`, `${HARDEN} is set by no file of sysctl.d`],
    good: { ...settings(HARDEN, '2'), persisted: persisted(HARDEN, '2') },
    none: { settings: {}, persisted: [] },
  },
};

/** The inventory after these looks in a row. */
function inventoryOf(looks: readonly Partial<Snapshot>[]): Inventory {
  const normaliser = new Normaliser();
  const seen = looks.map((look) => normaliser.push(snapshotAt(look.time ?? T, look)).inventory);
  const last = seen.at(-1);
  if (last === undefined || last === null) throw new Error('nothing was looked at');
  return last;
}

async function judged(id: string, looks: readonly Partial<Snapshot>[]): Promise<CheckResult> {
  const check = BUILTIN_CHECKS.find((each) => each.id === id);
  if (check === undefined) throw new Error(`there is no ${id}`);
  const store = await memoryStore();
  const inventory = inventoryOf(looks);
  store.setInventory(inventory);
  const [result] = runChecks(
    [check],
    (sql) => store.rows(sql),
    inventory.covers,
    T,
    () => 0,
  ).results;
  if (result === undefined) throw new Error('it was not run');
  return result;
}

const told = ({ violations }: CheckResult) =>
  violations.map(({ objectKind, objectId, objectName, message }) => {
    const object =
      objectId === null
        ? objectName
        : objectName === ''
          ? `${objectKind} ${objectId}`
          : `${objectName} (${objectKind} ${objectId})`;
    return `${object} ${message}`;
  });

describe('the checks that come with the program', () => {
  it('have a bad and a good case each', () => {
    expect(BUILTIN_CHECKS.map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(['check-function-hooks', 'check-probe-events'])(
    '%s says of what may be about to change that too few looks saw it',
    async (id) => {
      const { bad } = CASES[id] ?? { bad: [] };
      const { undecided } = await judged(id, bad.slice(0, 1));
      expect(undecided.length).toBeGreaterThan(1);
      for (const { message } of undecided) expect(message).toMatch(/; too few looks to tell$/);
    },
  );

  it.each(Object.entries(CASES))('%s fails where it should, and passes when that is mended', async (id, each) => {
    const bad = await judged(id, each.bad);
    expect([bad.status, told(bad)]).toEqual(['failed', each.says]);
    const good = await judged(id, [each.good]);
    expect([good.status, good.reason, told(good)]).toEqual(['passed', null, []]);
    if (each.open !== undefined) {
      const open = await judged(id, [each.open[0]]);
      expect([open.status, open.reason]).toEqual(['inconclusive', expect.stringContaining(each.open[1])]);
    }
    if (each.none !== undefined) expect((await judged(id, [{ prog: [], ...each.none }])).status).toBe('not-applicable');
  });

  it('leave it open whether a program is kept that may only come or go', async () => {
    const { status, reason } = await judged('check-ownerless-programs', [
      program({ type: 'kprobe' }, UNKEPT),
      program({ type: 'kprobe' }, { ...UNKEPT, time: T + 4999 }),
    ]);
    expect([status, reason]).toEqual([
      'inconclusive',
      expect.stringContaining('was kept by nothing that was seen: a look some seconds later will tell'),
    ]);
  });

  it('tell a BPF file system that others alone see, and what may be done and is pinned in it', async () => {
    const pins = [{ kind: 'program', id: 1, path: '/m/p' }];
    const status = async (id: string, look: Partial<Snapshot>) => (await judged(id, [look])).status;
    const says = async (id: string, look: Partial<Snapshot>) => told(await judged(id, [look]));
    expect(await says('check-bpffs-mounts', elsewhere({ path: '/m', pins }))).toEqual([
      '/m in mnt:[41] is a BPF file system that only others see, such as x (process 9), with one object pinned in it',
    ]);
    expect(await says('check-bpffs-mounts', elsewhere({ path: '/m' }))).toHaveLength(1);
    expect(await status('check-bpffs-mounts', elsewhere({}))).toBe('passed');
    expect(await status('check-bpffs-mounts', elsewhere({ pins: undefined }))).toBe('inconclusive');
    expect(await status('check-bpffs-mounts', mount({}))).toBe('inconclusive');
    expect(await says('check-bpf-tokens', elsewhere({ options: ['delegate_cmds=any'] }))).toEqual([
      '/sys/fs/bpf in mnt:[41] delegates rights to use BPF',
    ]);
    const twice = (look: Partial<Snapshot>) =>
      [0, 5000].map((ms) => program({ type: 'kprobe' }, { ...UNKEPT, ...look, time: T + ms }));
    const ownerless = async (look: Partial<Snapshot>) => (await judged('check-ownerless-programs', twice(look))).status;
    expect(await ownerless(elsewhere({}))).toBe('failed');
    expect(await ownerless(elsewhere({ pins }))).toBe('passed');
    expect(await ownerless(elsewhere({ pins: undefined }))).toBe('inconclusive');
    expect(await ownerless({ mountsElsewhere: { list: [], unread: 1 } })).toBe('inconclusive');
    const hidden = program({}, { ...elsewhere({ pins: [{ ...pins[0], path: '/m/.d/p' }] }), map: [], link: [] });
    expect(await says('check-odd-pins', hidden)).toHaveLength(1);
  });

  it('call no program ownerless that may be attached in a network namespace that was not looked at', async () => {
    const blue = { inode: 40, name: 'blue' };
    const xdp = [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 1 }], tc: [] }];
    const status = async (...looks: readonly Partial<Snapshot>[]) => {
      const settled = looks.map((look, index) => ({ ...look, time: T + 5000 * index }));
      return (await judged('check-ownerless-programs', settled)).status;
    };
    const twice = (type: string, netNamespaces?: Snapshot['netNamespaces']) => {
      const look = program({ type }, { ...UNKEPT, ...(netNamespaces && { netNamespaces }) });
      return status(look, look);
    };
    const seen = { list: [{ ...blue, net: [] }], unread: 0 };
    const unseen = { list: [blue], unread: 0 };
    expect(await twice('xdp', { list: [{ ...blue, net: xdp }], unread: 0 })).toBe('passed');
    expect(await twice('xdp', seen)).toBe('failed');
    for (const type of ['xdp', 'sched_cls', 'sched_act', 'flow_dissector']) {
      expect(await twice(type, unseen)).toBe('inconclusive');
      expect(await twice(type, { list: [], unread: 1 })).toBe('inconclusive');
      expect(await twice(type)).toBe('inconclusive');
    }
    expect(await twice('kprobe', unseen)).toBe('failed');
    // It was looked at before the program was there.
    const before = { prog: [], ...UNKEPT, netNamespaces: seen };
    const after = program({}, { ...UNKEPT, netNamespaces: unseen });
    expect(await status(before, after, after)).toBe('inconclusive');
  });

  it.each(BUILTIN_CHECKS.map(({ id, needs }) => [id, needs] as const))(
    '%s passes nothing where what it needs was not looked at',
    async (id, needs) => {
      const check = BUILTIN_CHECKS.find((each) => each.id === id);
      const store = await memoryStore();
      for (const missing of needs) {
        const covers = [...needs.filter((section) => section !== missing), 'cgroups' as const];
        const { results } = runChecks(
          check === undefined ? [] : [check],
          (sql) => store.rows(sql),
          covers,
          T,
          () => 0,
        );
        expect(results.map(({ status }) => status).filter((status) => status !== 'failed')).toEqual(
          results.some(({ status }) => status === 'failed') ? [] : ['inconclusive'],
        );
      }
    },
  );

  it.each([
    ['-a always,exit -S all -F path=/usr/bin/su -F perm=x -F auid>=1000 -F key=x', 'failed'],
    ['-a always,exit -F arch=b64 -S bpf -F exit=-EPERM', 'failed'],
    ['-a always,exit -F arch=b32 -S bpf', 'failed'],
    ['-a never,exit -F arch=b64 -S bpf|-a always,exit -F arch=b64 -S bpf', 'failed'],
    ['-a always,exit -F arch=b64 -S bpf|-a never,exit -F arch=b64 -S bpf', 'passed'],
    ['-a always,exit -S all -F key=everything', 'passed'],
    ['-a always,exit -F arch=b64 -S bpf -F a0=0x5 -F key=loads', 'passed'],
    ['-a always,exit -F arch=b64 -S bpf -F a0=0x2', 'failed'],
  ])('tell whether every load by bpf(2) is recorded: %s', async (rules, status) => {
    expect((await judged('check-audit-records-bpf', [{ auditRules: rules.split('|') }])).status).toBe(status);
  });

  it.each<readonly [string, object]>([
    ['kprobe_multi', { funcs: ['a', 'b', 'c', 'vfs_read'].map((func) => ({ func, addr: 1 })), func_cnt: 4 }],
    ['perf_event', { func: '__x64_sys_bpf', addr: 1, retprobe: true }],
    ['perf_event', { func: '__x64_sys_read', addr: 1, retprobe: true }],
    ['raw_tracepoint', { tp_name: 'sys_exit_getdents' }],
  ])('find a sensitive target of %s: %j', async (type, link) => {
    const look = program({}, { link: [{ id: 3, type, prog_id: 1, ...link }], perf: [] });
    expect((await judged('check-sensitive-targets', [look])).status).toBe('failed');
  });

  it('leave open what was not looked at well enough', async () => {
    const partly = {
      problems: [{ section: 'processes' as const, message: 'the open files of 80 processes may not be read' }],
    };
    for (const id of ['check-capabilities', 'check-loader-provenance', 'check-odd-names']) {
      const fine = program({}, { processes: [] });
      expect((await judged(id, [fine])).status).not.toBe('inconclusive');
      expect((await judged(id, [{ ...fine, ...partly }])).status).toBe('inconclusive');
    }
    const unkept = [0, 5000].map((ms) => program({ type: 'kprobe' }, { ...UNKEPT, ...partly, time: T + ms }));
    expect((await judged('check-ownerless-programs', unkept)).status).toBe('inconclusive');
    for (const sockets of [
      { ...listening(packetSocket(5, null)), ...partly },
      { ...listening(packetSocket(5, TCPDUMP)), ...partly },
      listening(packetSocket(5, { ...TCPDUMP, exe: null })),
      listening(packetSocket(5, { ...TCPDUMP, exeIsHosts: null })),
      listening(packetSocket(5, { ...TCPDUMP, exeUid: null })),
      // Captures of before looked into our own network namespace alone.
      { processes: [], packetSockets: [packetSocket(5, TCPDUMP)] },
      { ...listening(packetSocket(5, TCPDUMP)), netNamespaces: { list: [{ inode: 40, name: 'blue' }], unread: 0 } },
      { ...listening(), netNamespaces: { list: [{ inode: 40, name: 'blue' }], unread: 0 } },
    ]) {
      expect((await judged('check-packet-sockets', [sockets])).status).toBe('inconclusive');
    }
    expect((await judged('check-map-memory', [{ map: [bpftoolMap(2, { bytes_memlock: -8 })] }])).status).toBe(
      'inconclusive',
    );
    const unread = { settings: { [HARDEN]: null }, persisted: persisted(HARDEN, '0') };
    expect((await judged('check-settings-persist', [unread])).status).toBe('inconclusive');
    const audit = { enabled: 1, lost: null, backlog: null };
    expect((await judged('check-audit-lost', [{ audit }])).status).toBe('inconclusive');
    expect((await judged('check-audit-records-bpf', [{}])).status).toBe('inconclusive');
    expect((await judged('stig-jit-harden', [settings(HARDEN, '2')])).status).toBe('inconclusive');
  });

  describe('of sensitive targets tell a trampoline by the name of its function', () => {
    const attached = (attachType: string, name: string | null, over: JsonObject = {}) =>
      program(
        { type: attachType === 'lsm_mac' ? 'lsm' : 'tracing' },
        {
          ...{ perf: [], ...(name !== null && { btfFunctions: { '1/7': name } }) },
          link: [
            {
              ...{ id: 3, type: 'tracing', prog_id: 1, prog_type: 'tracing', attach_type: attachType },
              ...{ target_obj_id: 1, target_btf_id: 7, ...over },
            },
          ],
        },
      );
    const verdict = async (look: Partial<Snapshot>) => {
      const { status, violations, undecided } = await judged('check-sensitive-targets', [look]);
      return [status, ...[...violations, ...undecided].map(({ message }) => message)];
    };

    it.each([
      ['trace_fentry', '__x64_sys_getdents64', 'files and processes can be hidden there'],
      ['trace_fexit', '__x64_sys_read', 'what files say can be changed there'],
      ['trace_fexit', 'vfs_read', 'what files say can be changed there'],
      ['trace_fexit', '__x64_sys_bpf', 'what bpf(2) answers can be changed there'],
      ['trace_fentry', 'security_bpf', 'who calls bpf(2) is seen there, and can be refused'],
      ['modify_return', 'security_bpf_prog', 'who calls bpf(2) is seen there, and can be refused'],
      ['modify_return', 'security_task_kill', 'processes can be kept from being ended there'],
      ['lsm_mac', 'bpf_lsm_bpf', 'bpf(2) can be refused there'],
      ['lsm_mac', 'bpf_lsm_ptrace_access_check', 'processes can be kept from being looked into there'],
    ])('%s of %s is one', async (attachType, name, reason) => {
      expect(await verdict(attached(attachType, name))).toEqual(['failed', `is attached to ${name}: ${reason}`]);
    });

    it.each([
      ['trace_fentry', 'do_sys_openat2'],
      ['trace_fentry', 'security_task_kill'],
      ['modify_return', '__hid_bpf_tail_call'],
      // What systemd's RestrictFileSystems= is on.
      ['lsm_mac', 'bpf_lsm_file_open'],
      ['lsm_mac', 'bpf_lsm_socket_recvmsg'],
      ['lsm_mac', 'bpf_lsm_bprm_check_security'],
    ])('%s of %s is none', async (attachType, name) => {
      expect(await verdict(attached(attachType, name))).toEqual(['passed']);
    });

    it.each([
      ['trace_fentry', {}, 'btf 1/7 trace_fentry'],
      ['lsm_mac', {}, 'btf 1/7 lsm_mac'],
      // As bpftool before 7.3 says it.
      ['trace_fexit', { target_obj_id: null, target_btf_id: null }, 'trace_fexit'],
      ['lsm_mac', { target_obj_id: null, target_btf_id: null }, 'lsm_mac'],
      ['lsm_cgroup', { type: 'cgroup', cgroup_id: 9 }, 'cgroup 9 lsm_cgroup'],
    ])('%s of a function without a name is left open: %j', async (attachType, over, target) => {
      expect(await verdict(attached(attachType, null, over))).toEqual([
        'inconclusive',
        `is attached to a function whose name is not known: ${target}`,
      ]);
    });

    it('has the hook of LSM programs of a cgroup from the tree of those', async () => {
      const tree = (hook: string) => {
        const entry = { id: 1, attach_type: 'lsm_cgroup', name: 'x', attach_btf_name: hook };
        return program({ type: 'lsm' }, { link: [], perf: [], cgroup: [{ cgroup: '/a', programs: [entry] }] });
      };
      expect(await verdict(tree('bpf_lsm_socket_bind'))).toEqual(['passed']);
      expect(await verdict(tree('bpf_lsm_bpf'))).toEqual([
        'failed',
        'is attached to bpf_lsm_bpf: bpf(2) can be refused there',
      ]);
    });
  });

  it('leave out what the kernel and systemd load themselves', async () => {
    const hid = program(
      { type: 'tracing', name: 'hid_tail_call', tag: '7cc47bbf07148bfe' },
      {
        processes: [],
        link: [
          { id: 1, type: 'tracing', prog_id: 1, attach_type: 'modify_return', target_obj_id: 1, target_btf_id: 2 },
        ],
      },
    );
    expect((await judged('check-powerful-programs', [hid])).status).toBe('passed');
    const copied = {
      ...hid,
      prog: hid.prog?.map((each) => ({ ...each, id: 99 })),
      link: hid.link?.map((each) => ({ ...each, prog_id: 99 })),
    };
    expect((await judged('check-powerful-programs', [copied as Partial<Snapshot>])).status).toBe('failed');
    const nsresourced = (cgroup: string) => {
      const exe = '/usr/lib/systemd/systemd-nsresourced';
      return program({ type: 'lsm' }, { processes: [process({ exe, cgroup, programIds: [1] })] });
    };
    const unit = '/system.slice/systemd-nsresourced.service';
    expect((await judged('check-powerful-programs', [nsresourced(unit)])).status).toBe('passed');
    const inside = `/system.slice/docker-${'a'.repeat(64)}.scope`;
    expect((await judged('check-powerful-programs', [nsresourced(inside)])).status).toBe('failed');
    const firewall = program({ type: 'cgroup_skb', name: '' }, { processes: [process({ pid: 1, programIds: [1] })] });
    expect((await judged('check-anonymous-programs', [firewall])).status).toBe('passed');
    expect((await judged('check-bpffs-permissions', [mount({ options: ['uid=1000', 'mode=700'] })])).status).toBe(
      'failed',
    );
  });

  it('fail no hidden object away by a listing that fails later', async () => {
    const hidden = { link: [], processes: [process({ programIds: [9] })] };
    const broken = { ...hidden, prog: [{ error: "can't get prog by id (9): Permission denied" }] };
    expect((await judged('check-unlisted-objects', [{ link: [] }, broken])).reason).toContain(
      'did not list its programs',
    );
    const gap = await judged('check-unlisted-objects', [hidden, broken, hidden]);
    expect([gap.status, told(gap).length]).toEqual(['failed', 1]);
  });

  it('leave open who has a socket open that may have been handed on meanwhile', async () => {
    const [nobody, somebody] = [listening(packetSocket(5, null)), listening(packetSocket(5, TCPDUMP))];
    const statuses = [];
    for (const looks of [[nobody], [nobody, nobody], [nobody, somebody, nobody]]) {
      statuses.push((await judged('check-packet-sockets', looks)).status);
    }
    expect(statuses).toEqual(['inconclusive', 'failed', 'inconclusive']);
  });

  it('tell of a symbol that no program accounts for from the third reading on', async () => {
    const symbol = (tag: string, at = 'c0') => `${at} bpf_prog_${tag}_x`;
    const reading = (subprograms: number, ...unlisted: string[]) => ({ link: [], symbols: { unlisted, subprograms } });
    const [a, b, c] = ['a', 'b', 'c'].map((digit) => symbol(digit.repeat(16)));
    const alone = reading(0, a ?? '');
    const name = 'bpf_prog_aaaaaaaaaaaaaaaa_x';
    const two = await judged('check-unlisted-objects', [alone, alone]);
    expect([two.status, two.reason?.includes(name)]).toEqual(['inconclusive', true]);
    const three = await judged('check-unlisted-objects', [alone, { link: [] }, alone, alone]);
    expect([three.status, told(three)]).toEqual([
      'failed',
      [`${name} is in /proc/kallsyms, and no program with this tag is listed`],
    ]);
    const among = reading(2, a ?? '', b ?? '', c ?? '');
    expect(told(await judged('check-unlisted-objects', [among, among, among]))).toEqual([
      ' has 3 functions of programs in /proc/kallsyms of which 2 are of listed ones: ' +
        'bpf_prog_aaaaaaaaaaaaaaaa_x, bpf_prog_bbbbbbbbbbbbbbbb_x, bpf_prog_cccccccccccccccc_x',
    ]);
    const explained = reading(3, a ?? '', b ?? '', c ?? '');
    expect((await judged('check-unlisted-objects', [explained, explained, explained])).status).toBe('passed');
  });

  it('say why, what to do and where that comes from', () => {
    for (const { id, description, rationale, remedy, references } of BUILTIN_CHECKS) {
      expect([id, description.length > 10, rationale.length > 40, remedy.length > 10, references.length > 0]).toEqual([
        id,
        true,
        true,
        true,
        true,
      ]);
    }
  });
});

describe('profiles', () => {
  it('are of checks that are there, each once, and the lab is exactly the lab', () => {
    for (const { checks } of PROFILES) {
      const ids = checks.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(BUILTIN_CHECKS.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    }
    expect(profileNamed('lab').checks).toEqual(LAB_CHECKS);
    expect(profileNamed('stig-rhel9').checks.map(({ id }) => id)).toEqual([
      'check-audit-enabled',
      'stig-unprivileged-bpf',
      'stig-jit-harden',
    ]);
    expect(() => profileNamed('none')).toThrow('there is no profile none: there are default, lab, strict, stig-rhel9');
  });

  it('set bounds, and give back those that they do not name', async () => {
    const store = await memoryStore();
    const bounds = () => store.rows('SELECT name, value FROM parameter ORDER BY name');
    const before = bounds();
    store.setBounds(profileNamed('strict'));
    expect(bounds()).toContainEqual({ name: 'jit_harden_least', value: 2 });
    store.setBounds({ parameters: {} });
    expect(bounds()).toEqual(before);
  });

  it('set what helpers are allowed, and give back those that were', async () => {
    const store = await memoryStore();
    const allowed = () => store.rows('SELECT name FROM allowed_helper').map(({ name }) => name);
    const before = allowed();
    store.setBounds({ parameters: {}, helpers: ['tail_call', 'tail_call'] });
    expect(allowed()).toEqual(['tail_call']);
    store.setBounds({ parameters: {}, helpers: [] });
    expect(allowed()).toEqual([]);
    store.setBounds({ parameters: {} });
    expect(allowed()).toEqual(before);
  });
});
