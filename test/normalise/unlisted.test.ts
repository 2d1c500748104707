import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { auditLoad, bpftoolMap, bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

const T = 1_700_000_000_000;

const holder = (over: object) => ({
  pid: 7,
  comm: 'x',
  exe: null,
  uid: 0,
  capabilities: [],
  startTime: 1,
  programIds: [],
  mapIds: [],
  linkIds: [],
  ...over,
});

function unlisted(over: Partial<Snapshot>) {
  const observation = snapshotAt(T, over);
  return observation.kind === 'snapshot' ? toInventory(observation.snapshot).inventory.unlisted : [];
}

describe('an object that its own listing lacks', () => {
  it.each<readonly [string, Partial<Snapshot>, readonly unknown[]]>([
    [
      'a program that a link attaches',
      { link: [{ id: 3, type: 'xdp', prog_id: 9, devname: 'lo', ifindex: 1 }] },
      [{ kind: 'program', id: 9, seenIn: ['link 3 (xdp lo)'], looks: 1, isAudited: false }],
    ],
    [
      'a program on a device, and in a perf event',
      {
        net: [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 9 }] }],
        perf: [{ pid: 7, fd: 4, prog_id: 9, fd_type: 'kprobe', func: 'do_exit', offset: 0 }],
      },
      [{ kind: 'program', id: 9, seenIn: ['xdp lo', 'kprobe do_exit'], looks: 1, isAudited: false }],
    ],
    [
      'a program on a device of another network namespace',
      {
        netNamespaces: {
          list: [{ inode: 40, name: 'blue', net: [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 9 }] }] }],
          unread: 0,
        },
      },
      [{ kind: 'program', id: 9, seenIn: ['xdp netns blue lo'], looks: 1, isAudited: false }],
    ],
    [
      'a map of a program',
      { prog: [bpftoolProgram(1, { map_ids: [5, 6] })], map: [bpftoolMap(5)] },
      [{ kind: 'map', id: 6, seenIn: ['program 1'], looks: 1, isAudited: false }],
    ],
    [
      'what a process has open',
      { link: [], processes: [holder({ programIds: [9], mapIds: [8], linkIds: [7] })] },
      [
        { kind: 'program', id: 9, seenIn: ['an open file of x (pid 7)'], looks: 1, isAudited: false },
        { kind: 'map', id: 8, seenIn: ['an open file of x (pid 7)'], looks: 1, isAudited: false },
        { kind: 'link', id: 7, seenIn: ['an open file of x (pid 7)'], looks: 1, isAudited: false },
      ],
    ],
    [
      'nothing of ours',
      {
        link: [],
        processes: [holder({ programIds: [9], mapIds: [8], linkIds: [7] })],
        own: { programs: [9], maps: [8], links: [7] },
      },
      [],
    ],
    ['nothing that was not listed at all', { processes: [holder({ linkIds: [7] })] }, []],
    [
      'nothing that is listed',
      { prog: [bpftoolProgram(1, { map_ids: [5] })], map: [bpftoolMap(5)], processes: [holder({ programIds: [1] })] },
      [],
    ],
    ['nothing of a listing that broke off', { prog: [{ error: 'x' }], processes: [holder({ programIds: [1] })] }, []],
    ['not a struct_ops link, which has no program', { link: [{ id: 3, type: 'struct_ops', prog_id: 0 }] }, []],
  ])('is %s', (_, over, expected) => {
    expect(unlisted(over)).toEqual(expected);
  });

  it('is certain from the second look on, within a boot and a host', () => {
    const normaliser = new Normaliser();
    const looks = (over: Partial<Snapshot>) =>
      normaliser.push(snapshotAt(T, over)).inventory?.unlisted.map(({ id, looks: n }) => [id, n]);
    const hidden = { processes: [holder({ programIds: [9] })] };
    expect(looks(hidden)).toEqual([[9, 1]]);
    expect(looks(hidden)).toEqual([[9, 2]]);
    expect(looks({ processes: [holder({ programIds: [9, 10] })] })).toEqual([
      [9, 3],
      [10, 1],
    ]);
    expect(looks({ processes: [holder({ programIds: [10] })], prog: [bpftoolProgram(10)] })).toEqual([]);
    expect(looks(hidden)).toEqual([[9, 1]]);
    expect(looks({ ...hidden, boot: 'another' })).toEqual([[9, 1]]);
    expect(looks({ ...hidden, host: 'elsewhere' })).toEqual([[9, 1]]);
  });
});

describe('a program that the audit log says is there', () => {
  const SECOND = 1000;
  const at = (second: number) => T + second * SECOND;
  const look = (second: number, ids: readonly number[], over: Partial<Snapshot> = {}) =>
    snapshotAt(at(second), { prog: ids.map((id) => bpftoolProgram(id)), ...over });
  const load = (second: number, id: number) => auditLoad(at(second), 100 + second, id);
  const record = (second: number, fields: string, call: string | null = null): Observation => {
    const stamp = `audit(${(at(second) / 1000).toFixed(3)}:${200 + second})`;
    const line = (type: string, text: string) => ({
      type,
      text: `type=${type} msg=${stamp}: ${text}`,
      line: 1,
      offset: 0,
    });
    const records = [...(call === null ? [] : [line('SYSCALL', call)]), line('BPF', fields)];
    return {
      kind: 'audit',
      time: at(second),
      group: { time: at(second), serial: 200 + second, node: null, origin: 'audit.log', records },
    };
  };
  const OURS = { observer: { pid: 500 } };
  /** close(2) of the bpftool that we started. */
  const OUR_CLOSE = 'arch=c000003e syscall=3 success=yes exit=0 ppid=500 pid=501 uid=0 comm="bpftool"';
  const unload = (second: number, id: number) => record(second, `prog-id=${id} op=UNLOAD`);
  /** A record of the audit system about itself. */
  const change = (second: number, type: string, fields: string): Observation => {
    const text = `type=${type} msg=audit(${(at(second) / 1000).toFixed(3)}:${300 + second}): ${fields}`;
    const records = [{ type, text, line: 1, offset: 0 }];
    return {
      kind: 'audit',
      time: at(second),
      group: { time: at(second), serial: 300 + second, node: null, origin: 'audit.log', records },
    };
  };
  const lost = (second: number): Observation => ({
    kind: 'gap',
    time: at(second),
    host: null,
    gap: { kind: 'lost', at: { file: 'x' }, time: at(second), count: 3, message: 'lost' },
  });
  /** What the last look of these found unlisted. */
  const told = (...observations: readonly Observation[]) => {
    const normaliser = new Normaliser();
    const seen = observations.flatMap((each) => normaliser.push(each).inventory ?? []);
    return seen.at(-1)?.unlisted.map(({ id, seenIn, looks }) => [id, seenIn, looks]);
  };
  const NEWER = load(20, 3);

  it('is unlisted when looks do not list it for some seconds while the log goes on', () => {
    expect(told(look(0, []), load(1, 7), look(8, []), NEWER, look(21, [3]), look(23, [3]))).toEqual([
      [7, ['the audit record of its load at 2023-11-14T22:13:21.000Z'], 2],
    ]);
  });

  it.each<readonly [string, readonly Observation[]]>([
    ['is listed', [look(0, []), load(1, 7), look(8, [7]), NEWER, look(21, [3, 7]), look(23, [3, 7])]],
    ['is listed again', [look(0, []), load(1, 7), look(8, []), NEWER, look(21, [3, 7]), look(23, [3])]],
    ['was unloaded', [look(0, []), load(1, 7), look(8, []), unload(9, 7), NEWER, look(21, [3]), look(23, [3])]],
    [
      'was let go of last by the bpftool that looked for us',
      [
        look(0, [], OURS),
        load(1, 7),
        look(8, [], OURS),
        record(9, 'prog-id=7 op=UNLOAD', OUR_CLOSE),
        NEWER,
        look(21, [3], OURS),
        look(23, [3], OURS),
      ],
    ],
    ['was loaded just now', [look(0, []), look(8, []), NEWER, look(21, []), look(23, [])]],
    ['may have gone after the log ended', [look(0, []), load(1, 7), look(8, []), look(21, []), look(40, [])]],
    [
      'may be the one whose unload did not say its id',
      [look(0, []), load(1, 7), look(8, []), record(9, 'prog-id=0 op=UNLOAD'), NEWER, look(21, [3]), look(23, [3])],
    ],
    [
      'may have gone while the daemon was not there',
      [
        look(0, []),
        load(1, 7),
        look(8, []),
        change(9, 'DAEMON_START', 'op=start ver=3.0.9'),
        NEWER,
        look(21, [3]),
        look(23, [3]),
      ],
    ],
    [
      'may have gone while another rule held, or none',
      [
        look(0, []),
        load(1, 7),
        look(8, []),
        change(9, 'CONFIG_CHANGE', 'op=set audit_enabled=1 old=0'),
        NEWER,
        look(21, [3]),
        look(23, [3]),
      ],
    ],
    [
      'may have gone with records that the kernel says it lost',
      [
        look(0, [], { audit: { enabled: 1, lost: 0, backlog: 0 } }),
        load(1, 7),
        look(8, [], { audit: { enabled: 1, lost: 4, backlog: 0 } }),
        NEWER,
        look(21, [3], { audit: { enabled: 1, lost: 4, backlog: 0 } }),
        look(23, [3], { audit: { enabled: 1, lost: 4, backlog: 0 } }),
      ],
    ],
    [
      'was told of by a log of which something turns out to be missing at its end',
      [look(0, []), load(1, 7), look(8, []), NEWER, look(21, [3]), look(23, [3]), lost(24)],
    ],
    [
      'may have gone with records that were lost',
      [look(0, []), load(1, 7), look(8, []), lost(9), NEWER, look(21, [3]), look(23, [3])],
    ],
    [
      'is of another boot',
      [look(0, []), load(1, 7), look(8, []), NEWER, look(21, [3], { boot: 'b2' }), look(30, [3], { boot: 'b2' })],
    ],
  ])('is not told when it %s', (_, observations) => {
    expect(told(...observations)).toEqual([]);
  });
});
