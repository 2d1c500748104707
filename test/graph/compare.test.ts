import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareById, compareByIdentity, isSameBoot } from '../../src/graph/compare.ts';
import { comparisonText } from '../../src/graph/compare-text.ts';
import type { Comparison } from '../../src/graph/comparison.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Process, Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { diffInventories } from '../../src/normalise/snapshot-diff.ts';
import { displayWidth } from '../../src/text/width.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';
import { anyInventory } from './arbitrary.ts';

const BASE: Snapshot = {
  ...{ time: 1000, host: 'h', boot: 'b1', kernel: null, bpftoolVersion: null, problems: [] },
  ...{ prog: [], map: [], link: [], net: [], processes: [], settings: {} },
};

const inventoryOf = (over: Partial<Snapshot>): Inventory => toInventory({ ...BASE, ...over }).inventory;

/** By what things are, as after a reboot. */
function compare(before: Partial<Snapshot>, after: Partial<Snapshot>): Comparison {
  return compareByIdentity(inventoryOf(before), inventoryOf({ boot: 'b2', ...after }));
}

function within(before: Partial<Snapshot>, after: Partial<Snapshot>): Comparison {
  const [a, b] = [inventoryOf(before), inventoryOf({ time: 3000, ...after })];
  return compareById(a, b, diffInventories(a, b));
}

const brief = ({ changes }: Comparison) => changes.map(({ change, summary }) => `${change}: ${summary}`);

const PROCESS: Process = {
  ...{ pid: 30, comm: 'loader', exe: '/usr/bin/loader', uid: 0, capabilities: ['cap_bpf'], startTime: 7 },
  ...{ programIds: [1], mapIds: [], linkIds: [] },
};

const xdpLink = (id: number, programId: number, devname = 'lo'): JsonObject => ({
  ...{ id, type: 'xdp', prog_id: programId, devname, ifindex: 1 },
});

/** What only newer captures have. */
const HOST_PARTS = [
  'audit-rules',
  'mounts',
  'all-mounts',
  'sysctl-files',
  'packet-sockets',
  'all-packet-sockets',
  'net-namespaces',
  'function-hooks',
  'probe-events',
];

describe('two boots', () => {
  it('are equal when all is there again under other ids, at other times and in another order', () => {
    const look = (first: number): Partial<Snapshot> => ({
      prog: [
        bpftoolProgram(first, { name: 'a', map_ids: [first], loaded_at: first, pinned: ['/p'] }),
        bpftoolProgram(first + 1, { name: 'b' }),
      ],
      map: [bpftoolMap(first, { name: 'm', pinned: ['/m'] })],
      link: [
        xdpLink(first + 5, first),
        { id: first + 7, type: 'cgroup', prog_id: first + 1, cgroup_id: first + 900, attach_type: 'cgroup_device' },
        { id: first + 8, type: 'struct_ops', prog_id: 0, map_id: first },
      ],
      processes: [{ ...PROCESS, pid: first, startTime: first, programIds: [first], mapIds: [first] }],
    });
    const comparison = compare(look(1), look(40));
    expect(brief(comparison)).toEqual([]);
    expect(comparison).toMatchObject({
      way: 'by-identity',
      equal: true,
      notCompared: ['perf', 'cgroups', 'audit', ...HOST_PARTS],
    });
  });

  it('tell what came, what went and what is another now', () => {
    const before = {
      prog: [
        bpftoolProgram(1, { name: 'stays', uid: 0 }),
        bpftoolProgram(2, { name: 'moves' }),
        bpftoolProgram(3, { name: 'goes' }),
        bpftoolProgram(4, { name: 'recoded', tag: 'aa' }),
      ],
      map: [bpftoolMap(1, { name: 'conf', frozen: 1, max_entries: 8 }), bpftoolMap(2, { name: 'old' })],
      link: [xdpLink(1, 2)],
      settings: { 'kernel.unprivileged_bpf_disabled': '2', 'net.core.bpf_jit_harden': null },
    };
    const after = {
      prog: [
        bpftoolProgram(11, { name: 'stays', uid: 1000 }),
        bpftoolProgram(12, { name: 'moves' }),
        bpftoolProgram(13, { name: 'comes' }),
        bpftoolProgram(14, { name: 'recoded', tag: 'bb' }),
      ],
      map: [bpftoolMap(11, { name: 'conf', frozen: 0, max_entries: 9 }), bpftoolMap(12, { name: 'new' })],
      link: [xdpLink(11, 12, 'eth0')],
      settings: { 'kernel.unprivileged_bpf_disabled': '0', 'net.core.bpf_jit_harden': '1' },
    };
    const tag = 'a04f5eef06a7f555';
    expect(brief(compare(before, after))).toEqual([
      `gone: program goes (xdp, tag ${tag}) is gone`,
      `added: program comes (xdp, tag ${tag}) was added`,
      `changed: program stays (xdp, tag ${tag}): loaded by uid was 0, is 1000`,
      `changed: program moves (xdp, tag ${tag}): attached to was xdp on lo, is xdp on eth0`,
      'changed: program recoded (xdp, tag aa): tag was aa, is bb',
      'gone: map old (hash) is gone',
      'added: map new (hash) was added',
      'changed: map conf (hash): max entries was 8, is 9; frozen was true, is false',
      `gone: attachment xdp on lo of moves (xdp, tag ${tag}) is gone`,
      `added: attachment xdp on eth0 of moves (xdp, tag ${tag}) was added`,
      'changed: setting kernel.unprivileged_bpf_disabled: value was 2, is 0',
    ]);
  });

  it('take no name of a function that one of them did not know for a change', () => {
    const look = (programId: number, moduleId: number, btfFunctions?: Snapshot['btfFunctions']) => {
      const to = (id: number, objectId: number, btfId: number): JsonObject => ({
        ...{ id, type: 'tracing', prog_id: programId, prog_type: 'tracing', attach_type: 'trace_fentry' },
        ...{ target_obj_id: objectId, target_btf_id: btfId },
      });
      return {
        prog: [bpftoolProgram(programId, { name: 'watch', type: 'tracing' })],
        link: [to(1, 1, 65037), to(2, moduleId, 130_001)],
        ...(btfFunctions && { btfFunctions }),
      };
    };
    const unnamed = look(1, 50);
    const named = look(20, 60, { '1/65037': 'vfs_read', '60/130001': 'nf_hook' });
    expect(brief(compare(unnamed, named))).toEqual([]);
    expect(brief(compare(named, unnamed))).toEqual([]);
    expect(brief(compare(named, { ...named, link: named.link.slice(1) }))).toContain(
      'gone: attachment tracing on vfs_read trace_fentry of watch (tracing, tag a04f5eef06a7f555) is gone',
    );
    // Another function is one, also where a kernel numbers it as the one before numbered the first.
    const other = look(20, 60, { '1/65037': 'vfs_write', '60/130001': 'nf_hook' });
    expect(brief(compare(named, other))).toContain(
      'added: attachment tracing on vfs_write trace_fentry of watch (tracing, tag a04f5eef06a7f555) was added',
    );
    const renamed = { ...unnamed, btfFunctions: { '1/65037': 'vfs_read' } };
    expect(brief(within(unnamed, renamed))).toEqual([]);
  });

  it('count how many there are of one kind', () => {
    const systemd = (count: number) => ({
      prog: Array.from({ length: count }, (_, id) => bpftoolProgram(id + 1, { name: 'sd_devices' })),
    });
    const comparison = compare(systemd(2), systemd(5));
    expect(comparison.changes).toHaveLength(3);
    expect(comparisonText(comparison, 80)).toContain(
      '+ program sd_devices (xdp, tag a04f5eef06a7f555) was added (3 times)\n\n3 differences.\n',
    );
  });

  it('tell who holds other objects, runs as another, or has other rights', () => {
    const prog = [bpftoolProgram(1, { name: 'a' }), bpftoolProgram(2, { name: 'b' })];
    const after = { ...PROCESS, pid: 5, uid: 1000, capabilities: [], programIds: [2] };
    const tag = 'tag a04f5eef06a7f555';
    expect(brief(compare({ prog, processes: [PROCESS] }, { prog, processes: [after] }))).toEqual([
      `changed: process /usr/bin/loader: uid was 0, is 1000; capabilities was cap_bpf, is none; holds was program a (xdp, ${tag}), is program b (xdp, ${tag})`,
    ]);
  });

  it('tell of another object at a pinned path, and of another program in a place', () => {
    const before = { prog: [bpftoolProgram(1, { tag: 'aa', pinned: ['/p'] })], link: [xdpLink(1, 1)] };
    const after = { prog: [bpftoolProgram(1, { tag: 'bb', pinned: ['/p'] })], link: [xdpLink(1, 1)] };
    expect(brief(compare(before, after))).toEqual([
      'changed: program prog_1 (xdp, tag aa): tag was aa, is bb',
      'changed: attachment xdp on lo of prog_1 (xdp, tag aa): program was prog_1 (xdp, tag aa), is prog_1 (xdp, tag bb)',
      'changed: pin /p of program prog_1 (xdp, tag aa): object was program prog_1 (xdp, tag aa), is program prog_1 (xdp, tag bb)',
    ]);
  });

  it('compare only what both looked at, and no name against a longer one of the same program', () => {
    const comparison = compareByIdentity(
      inventoryOf({ prog: [bpftoolProgram(1, { name: 'a_name_of_15_ch' })] }),
      toInventory({
        ...{ time: 1, host: 'x', boot: null, kernel: null, bpftoolVersion: null, problems: [] },
        prog: [bpftoolProgram(1, { name: 'a_name_of_15_characters' })],
      }).inventory,
    );
    expect(comparison.equal).toBe(true);
    expect(comparison.notCompared).toEqual([
      'maps',
      'links',
      'net',
      'perf',
      'cgroups',
      'processes',
      'all-processes',
      'settings',
      'audit',
      ...HOST_PARTS,
    ]);
  });

  it('tell of hooks that came, but those of BPF as attachments alone', () => {
    const tracing = (enabledFunctions: string, uprobeEvents: string) => ({
      link: [],
      perf: [],
      tracing: { enabledFunctions, kprobeEvents: '', uprobeEvents, dynamicEvents: '' },
    });
    const hook = 'm_show (1) R I \ttramp: 0xffffffffc0402000 (hook+0x0/0x40 [rootkit])\n';
    const probe = 'p:probes/shell /bin/bash:0x0000000000031000\n';
    expect(brief(compare(tracing('', ''), tracing(hook, probe)))).toEqual([
      'added: hook at m_show (hook [rootkit]) was added',
      'added: hook at /bin/bash:0x31000 (p:probes/shell) was added',
    ]);
    const perf = [{ pid: 7, fd: 5, prog_id: 2, fd_type: 'uprobe', filename: '/bin/bash', offset: 200_704 }];
    expect(brief(compare(tracing('', ''), { ...tracing('', probe), perf }))).toEqual([
      expect.stringContaining('added: attachment uprobe on /bin/bash+0x31000'),
    ]);
    expect(brief(compare({ link: [], perf: [] }, tracing(hook, probe)))).toEqual([]);
  });

  it('do not take a link for new that one of them saw as a row of another listing', () => {
    const xdp = [{ devname: 'lo', ifindex: 1, id: 1 }];
    const net = [{ xdp, tc: [], flow_dissector: [], netfilter: [] }];
    const prog = [bpftoolProgram(1)];
    const both = inventoryOf({ prog, link: [xdpLink(5, 1)], net });
    const { link, ...rest } = BASE;
    const one = toInventory({ ...rest, boot: 'b2', prog, net }).inventory;
    const comparison = compareByIdentity(both, one);
    expect(brief(comparison)).toEqual([]);
    expect(comparison.notCompared).toContain('net');
  });

  it('give the opposite the other way around, and nothing of an inventory with itself', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, (a, b) => {
        expect(compareByIdentity(a, a).changes).toEqual([]);
        const there = compareByIdentity(a, b);
        const back = compareByIdentity(b, a);
        const count = ({ changes }: Comparison, wanted: string) =>
          changes.filter(({ change }) => change === wanted).length;
        expect(count(there, 'gone')).toBe(count(back, 'added'));
        expect(count(there, 'added')).toBe(count(back, 'gone'));
        expect(JSON.parse(JSON.stringify(there))).toEqual(there);
        const text = comparisonText(there, 80);
        expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u);
        for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('one boot', () => {
  it('is told where both say so', () => {
    const a = inventoryOf({});
    expect(isSameBoot(a, inventoryOf({}))).toBe(true);
    expect(isSameBoot(a, inventoryOf({ boot: 'b2' }))).toBe(false);
    expect(isSameBoot(a, inventoryOf({ host: 'x' }))).toBe(false);
    expect(isSameBoot(inventoryOf({ boot: null }), inventoryOf({ boot: null }))).toBe(false);
  });

  it('is compared by id: the same program under another id is another', () => {
    const comparison = within(
      { prog: [bpftoolProgram(1, { name: 'a', pinned: ['/p'] })], processes: [PROCESS] },
      { prog: [bpftoolProgram(2, { name: 'a', loaded_at: 1_700_000_001 })], link: [xdpLink(3, 2)] },
    );
    expect(comparison.way).toBe('by-id');
    expect(comparison.changes.map(({ object, change }) => `${object} ${change}`)).toEqual([
      'program gone',
      'program added',
      'attachment added',
      'pin gone',
      'process gone',
    ]);
  });

  it('notes programs that are in neither, which makes no difference', () => {
    const ids = (highest: number) => ({ extra: { programIds: { highest, exact: true } } });
    const comparison = within(ids(10), ids(13));
    expect(comparison).toMatchObject({ equal: true, changes: [] });
    expect(comparison.notes).toEqual(['3 programs were loaded and gone again since program 10 was the newest']);
    expect(comparisonText(comparison, 80)).toMatch(/\n\n3 programs were [^\n]+\n\nNo difference\.\n$/);
  });

  it('tells who came with what', () => {
    const prog = [bpftoolProgram(1, { name: 'a' })];
    expect(brief(within({ prog }, { prog, processes: [PROCESS] }))).toEqual([
      'added: process /usr/bin/loader was added, with program a (xdp, tag a04f5eef06a7f555)',
    ]);
  });

  it('tells a change of rights once', () => {
    const comparison = within({ processes: [PROCESS] }, { processes: [{ ...PROCESS, capabilities: [] }] });
    expect(brief(comparison)).toEqual(['changed: loader (pid 30) lost cap_bpf']);
    expect(comparison.changes[0]?.object).toBe('process');
    expect(within({ processes: [PROCESS] }, { processes: [PROCESS] }).equal).toBe(true);
  });
});

describe('what a host is set up to do', () => {
  it('is compared by what it says, in one boot and in two', () => {
    const mount = (path: string, mode: number) => ({ path, options: ['rw'], mode });
    const look = (rules: readonly string[], mounts: readonly ReturnType<typeof mount>[]): Partial<Snapshot> => ({
      auditRules: rules,
      mounts,
      persisted: [],
      packetSockets: [{ inode: rules.length, protocol: 3, ifindex: 0, uid: 0, holder: null }],
    });
    const before = inventoryOf(look(['-a x', '-a y'], [mount('/a', 0o700), mount('/b', 0o700)]));
    const after = inventoryOf(look(['-a y'], [mount('/a', 0o777), mount('/c', 0o700)]));
    const expected = [
      ['gone', 'audit rule -a x'],
      ['changed', 'BPF file system /a'],
      ['gone', 'BPF file system /b'],
      ['added', 'BPF file system /c'],
    ];
    for (const { changes } of [compareByIdentity(before, after), compareById(before, after, [])]) {
      const told = changes.map(({ change, summary }) => [change, summary]);
      for (const [change, name] of expected) {
        expect(told).toContainEqual([change, expect.stringContaining(String(name))]);
      }
      expect(told).toHaveLength(expected.length);
    }
  });

  it('is compared in other network namespaces only where both looked into all of them', () => {
    const packets = [{ inode: 5, protocol: 3, ifindex: 0, uid: 0, holder: null }];
    const look = (list: NonNullable<Snapshot['netNamespaces']>['list']) =>
      inventoryOf({ packetSockets: [], netNamespaces: { list, unread: 0 } });
    const blue = { inode: 40, name: 'blue' };
    const after = look([{ ...blue, packets }]);
    expect(brief(compareByIdentity(look([{ ...blue, packets: [] }]), after))).toEqual([
      'added: packet socket of nobody who is seen in network namespace blue was added',
    ]);
    expect(brief(compareByIdentity(look([blue]), after))).toEqual([]);
  });
});
