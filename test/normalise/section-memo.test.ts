import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { SectionMemo } from '../../src/normalise/section-memo.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';

const BARE: Snapshot = { time: 1000, host: 'h', boot: 'b', kernel: null, bpftoolVersion: null, problems: [] };
const PROGRAMS = [bpftoolProgram(1, { pids: [{ pid: 8, comm: 'x' }] }), bpftoolProgram(2)];
const HOLDER = {
  pid: 9,
  comm: 'holder',
  exe: null,
  uid: 0,
  capabilities: [],
  startTime: 1,
  programIds: [2],
  mapIds: [],
  linkIds: [],
};

const LOOK: Snapshot = {
  ...BARE,
  ...{
    prog: PROGRAMS,
    map: [bpftoolMap(3)],
    link: [{ id: 4, type: 'xdp', prog_id: 1, devname: 'lo' }],
    net: [],
    perf: [],
  },
  ...{ helpers: { '1': ['ktime_get_ns'] }, processes: [HOLDER], own: { programs: [], maps: [], links: [] } },
};

describe('a part of a snapshot that is the one of before', () => {
  it('is not decoded again', () => {
    const memo = new SectionMemo();
    const first = toInventory(LOOK, memo).inventory;
    const second = toInventory({ ...LOOK, time: 2000, problems: [] }, memo).inventory;
    for (const part of ['programs', 'maps', 'attachments', 'processes', 'capabilities', 'unlisted'] as const) {
      expect(second[part]).toBe(first[part]);
    }
    expect(second.time).toBe(2000);
  });

  it.each<[string, Partial<Snapshot>]>([
    ['programs', { prog: [bpftoolProgram(1)] }],
    ['helpers', { helpers: { '1': ['probe_write_user'] } }],
    ['processes', { processes: [] }],
    ['the observer', { observer: { pid: 8 } }],
    ['own programs', { own: { programs: [1], maps: [3], links: [4] } }],
    [
      'pins elsewhere',
      {
        mountsElsewhere: {
          unread: 0,
          list: [
            {
              namespace: 5,
              pid: 1,
              comm: 'c',
              path: '/x',
              options: [],
              pins: [{ kind: 'program', id: 1, path: '/x/p' }],
            },
          ],
        },
      },
    ],
    ['maps', { map: [bpftoolMap(3), bpftoolMap(7)] }],
    ['links', { link: [] }],
    ['covered sections', { perf: [{ error: 'no' }] }],
    ['nothing', {}],
  ])('is decoded as ever where something else is another: %s', (_name, change) => {
    const memo = new SectionMemo();
    toInventory(LOOK, memo);
    const changed = { ...LOOK, ...change };
    expect(toInventory(changed, memo)).toEqual(toInventory(changed));
    expect(toInventory(LOOK, memo)).toEqual(toInventory(LOOK));
  });

  it('costs little, however large it is and however often it is said', () => {
    const prog = Array.from({ length: 8000 }, (_, index) => bpftoolProgram(index + 1));
    const normaliser = new Normaliser();
    let events = 0;
    for (let n = 0; n < 1000; n += 1) {
      const snapshot: Snapshot = { ...BARE, time: 1000 + n, prog };
      events += normaliser.push({ kind: 'snapshot', time: snapshot.time, snapshot }).events.length;
    }
    expect(events).toBe(0);
  });
});
