import { describe, expect, it } from 'vitest';
import { BUILTIN_CHECKS, LAB_CHECKS } from '../../src/checks/builtin.ts';
import { PROFILES, profileNamed } from '../../src/checks/profiles.ts';
import { runChecks } from '../../src/checks/run.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Process, Snapshot } from '../../src/model/snapshot.ts';
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
const packetSocket = (inode: number, holder: { pid: number; comm: string; exe: string | null } | null) => ({
  inode,
  protocol: 3,
  ifindex: 0,
  uid: 0,
  holder,
});
const KEPT = { processes: [process({ programIds: [1] })], link: [], net: [], perf: [] };
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
  'check-unlisted-objects': {
    bad: [
      { link: [], processes: [process({ programIds: [9] })] },
      { link: [], processes: [process({ programIds: [9] })] },
    ],
    says: ['program 9 is not listed, and an open file of agent (pid 7) shows it'],
    good: { link: [], prog: [bpftoolProgram(9)], processes: [process({ programIds: [9] })] },
    open: [{ link: [], processes: [process({ mapIds: [9] })] }, 'another look will tell'],
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
        ],
      },
    ],
    says: [
      'agent (process 7) runs from memory: /memfd:x (deleted)',
      'agent (process 8) runs a file that was deleted: /usr/bin/a (deleted)',
      'agent (process 9) runs from a folder that everybody can write to: /dev/shm/a',
    ],
    good: { processes: [process()] },
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
    good: program({}, { link: [{ id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 }], perf: [] }),
    none: { link: [], perf: [] },
  },
  'check-powerful-programs': {
    bad: [program({ type: 'lsm', name: 'deny_kill' })],
    says: ['deny_kill (program 1) is of type lsm'],
    good: program({ type: 'lsm' }, { processes: [process({ pid: 1, comm: 'systemd', programIds: [1] })] }),
    none: {},
  },
  'check-ownerless-programs': {
    bad: [program({}, { processes: [], link: [], net: [], perf: [], netNamespaces: { list: [], unread: 0 } })],
    says: ['prog_1 (program 1) is kept by nothing that is seen'],
    good: program({}, KEPT),
    open: [program({ type: 'cgroup_skb' }, { processes: [], link: [], net: [], perf: [] }), 'cgroups were not listed'],
    none: { ...KEPT, processes: [] },
  },
  'check-odd-pins': {
    bad: [program({ pinned: ['/sys/fs/bpf/.x'] })],
    says: ['/sys/fs/bpf/.x (program 1) is pinned under a hidden name'],
    good: program({ pinned: ['/sys/fs/bpf/x'] }),
    none: program({}),
  },
  'check-packet-sockets': {
    bad: [
      {
        processes: [],
        packetSockets: [
          packetSocket(5, null),
          packetSocket(6, { pid: 3, comm: 'x', exe: '/dev/shm/kdmtmpflush (deleted)' }),
          packetSocket(7, { pid: 4, comm: 'tcpdump', exe: '/tmp/tcpdump' }),
        ],
      },
    ],
    says: [
      'socket 5 reads raw frames and is open in no process that is seen',
      'x (process 3) reads raw frames and runs a file that was deleted: /dev/shm/kdmtmpflush (deleted)',
      'tcpdump (process 4) reads raw frames',
    ],
    good: { processes: [], packetSockets: [packetSocket(5, { pid: 3, comm: 'x', exe: '/usr/bin/tcpdump' })] },
    none: { processes: [], packetSockets: [] },
  },
  'check-anonymous-programs': {
    bad: [program({ name: '' })],
    says: ['program 1 has neither a name nor type information'],
    good: program({ name: '', btf_id: 4 }),
    none: {},
  },
  'check-rodata-frozen': {
    bad: [{ map: [bpftoolMap(2, { name: 'x.rodata', frozen: 0 })] }],
    says: ['x.rodata (map 2) holds constants and is not frozen'],
    good: { map: [bpftoolMap(2, { name: 'x.rodata', frozen: 1 })] },
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
      'kernel audit has no rule that records calls of bpf(2)',
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
    says: ['kernel.kptr_restrict is 0: addresses are shown to users'],
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
    says: ['kernel.bpf_stats_enabled are being kept'],
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
    bad: [mount({ path: '/run/x' })],
    says: ['/run/x is a BPF file system beside /sys/fs/bpf'],
    good: mount({}),
    none: { mounts: [] },
  },
  'check-bpf-tokens': {
    bad: [mount({ options: ['rw', 'delegate_cmds=any'] })],
    says: ['/sys/fs/bpf delegates rights to use BPF'],
    good: mount({}),
    none: { mounts: [] },
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
  const seen = looks.map((look) => normaliser.push(snapshotAt(T, look)).inventory);
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
  it('have a bad and a good case each, apart from those of the lab, which have theirs', () => {
    const others = BUILTIN_CHECKS.filter((check) => !LAB_CHECKS.includes(check));
    expect(others.map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
  });

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

  it('call no program ownerless that may be attached in a network namespace that was not looked at', async () => {
    const all = { processes: [], link: [], net: [], perf: [] };
    const blue = { inode: 40, name: 'blue' };
    const xdp = [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 1 }], tc: [] }];
    const seen = { list: [{ ...blue, net: [] }], unread: 0 };
    const unseen = { list: [blue], unread: 0 };
    const status = async (...looks: readonly Partial<Snapshot>[]) =>
      (await judged('check-ownerless-programs', looks)).status;
    const there = { list: [{ ...blue, net: xdp }], unread: 0 };
    expect(await status(program({}, { ...all, netNamespaces: there }))).toBe('passed');
    expect(await status(program({}, { ...all, netNamespaces: seen }))).toBe('failed');
    for (const type of ['xdp', 'sched_cls', 'sched_act', 'flow_dissector']) {
      expect(await status(program({ type }, { ...all, netNamespaces: unseen }))).toBe('inconclusive');
      expect(await status(program({ type }, { ...all, netNamespaces: { list: [], unread: 1 } }))).toBe('inconclusive');
      expect(await status(program({ type }, all))).toBe('inconclusive');
    }
    expect(await status(program({ type: 'kprobe' }, { ...all, netNamespaces: unseen }))).toBe('failed');
    // It was looked at before the program was there.
    const before = { prog: [], ...all, netNamespaces: seen };
    expect(await status(before, program({}, { ...all, netNamespaces: unseen }))).toBe('inconclusive');
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
    store.setParameters(profileNamed('strict').parameters);
    expect(bounds()).toContainEqual({ name: 'jit_harden_least', value: 2 });
    store.setParameters({});
    expect(bounds()).toEqual(before);
  });
});
