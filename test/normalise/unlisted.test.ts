import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { bpftoolMap, bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

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
      [{ kind: 'program', id: 9, seenIn: ['link 3 (xdp lo)'], looks: 1 }],
    ],
    [
      'a program on a device, and in a perf event',
      {
        net: [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 9 }] }],
        perf: [{ pid: 7, fd: 4, prog_id: 9, fd_type: 'kprobe', func: 'do_exit', offset: 0 }],
      },
      [{ kind: 'program', id: 9, seenIn: ['xdp lo', 'kprobe do_exit'], looks: 1 }],
    ],
    [
      'a map of a program',
      { prog: [bpftoolProgram(1, { map_ids: [5, 6] })], map: [bpftoolMap(5)] },
      [{ kind: 'map', id: 6, seenIn: ['program 1'], looks: 1 }],
    ],
    [
      'what a process has open',
      { link: [], processes: [holder({ programIds: [9], mapIds: [8], linkIds: [7] })] },
      [
        { kind: 'program', id: 9, seenIn: ['an open file of x (pid 7)'], looks: 1 },
        { kind: 'map', id: 8, seenIn: ['an open file of x (pid 7)'], looks: 1 },
        { kind: 'link', id: 7, seenIn: ['an open file of x (pid 7)'], looks: 1 },
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
