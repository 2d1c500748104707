import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

const T = 1_700_000_000_000;
const LOOKED_AT = { link: [], net: [], perf: [], processes: [] };
const HOLDER = { pid: 7, comm: 'x', exe: null, uid: 0, capabilities: [], startTime: 1, mapIds: [], linkIds: [] };

/** Gives what each look, so many ms after the first, finds unkept: id, since when, and whether that is settled. */
function watch() {
  const normaliser = new Normaliser();
  return (after: number, over: Partial<Snapshot> = {}) =>
    normaliser
      .push(snapshotAt(T + after, { prog: [bpftoolProgram(1)], ...LOOKED_AT, ...over }))
      .inventory?.unkept.map(({ id, since, isSettled }) => [id, since - T, isSettled]);
}

describe('a program that nothing is seen to keep', () => {
  it('may come or go at first, and after some seconds of looks it does not', () => {
    const look = watch();
    expect(look(0)).toEqual([[1, 0, false]]);
    expect(look(30)).toEqual([[1, 0, false]]);
    expect(look(4999, { prog: [bpftoolProgram(1), bpftoolProgram(2)] })).toEqual([
      [1, 0, false],
      [2, 4999, false],
    ]);
    expect(look(5000)).toEqual([[1, 0, true]]);
  });

  it.each<readonly [string, Partial<Snapshot>]>([
    ['an open file', { processes: [{ ...HOLDER, programIds: [1] }] }],
    ['a pin', { prog: [bpftoolProgram(1, { pinned: ['/sys/fs/bpf/x'] })] }],
    ['a link', { link: [{ id: 3, type: 'xdp', prog_id: 1, devname: 'lo', ifindex: 1 }] }],
    ['a device', { net: [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id: 1 }] }] }],
  ])('is kept by %s, and then its time begins anew', (_, kept) => {
    const look = watch();
    look(0);
    expect(look(3000, kept)).toEqual([]);
    expect(look(6000)).toEqual([[1, 6000, false]]);
  });

  it('is none where what may keep it was not looked at, or in another boot', () => {
    const look = watch();
    expect(look(0, { processes: undefined } as never)).toEqual([]);
    expect(look(6000)).toEqual([[1, 6000, false]]);
    expect(look(20_000, { boot: 'another' })).toEqual([[1, 20_000, false]]);
  });
});
