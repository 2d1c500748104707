import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';

const BARE: Snapshot = { time: 1000, host: 'h', boot: 'b', kernel: null, bpftoolVersion: null, problems: [] };
const decode = (over: Partial<Snapshot>) => toInventory({ ...BARE, ...over });

describe('two elements of a listing with one id', () => {
  const evil = bpftoolProgram(1, { name: 'evil', type: 'kprobe' });
  const nice = bpftoolProgram(1, { name: 'nice' });

  it('are both kept, named, and no verdict rests on the listing', () => {
    const { inventory, malformed, doubted } = decode({ prog: [evil, nice] });
    expect(inventory.programs.map(({ name }) => name)).toEqual(['evil', 'nice']);
    expect(malformed).toEqual([
      expect.stringMatching(
        /^bpftool prog show: program id 1 is given twice with different content: .*evil.* and .*nice/,
      ),
    ]);
    expect(doubted).toEqual(['programs']);
  });

  it('are so too of maps and links', () => {
    const { inventory, malformed, doubted } = decode({
      map: [bpftoolMap(2, { name: 'a' }), bpftoolMap(2, { name: 'b' })],
      link: [1, 2].map((prog_id) => ({ id: 3, type: 'xdp', prog_id, devname: 'lo' })),
    });
    expect(inventory.maps.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(inventory.attachments.map(({ key, programId }) => [key, programId])).toEqual([
      ['link:3', 1],
      ['link:3#2', 2],
    ]);
    expect(malformed).toHaveLength(2);
    expect(doubted).toEqual(['maps', 'links']);
  });

  it('are one where they say the same, or differ in counters alone', () => {
    const ran = (count: number) => bpftoolProgram(1, { run_cnt: count, run_time_ns: count * 100 });
    const { inventory, malformed, doubted } = decode({
      prog: [ran(1), ran(1), ran(2)],
      map: [bpftoolMap(2), bpftoolMap(2)],
    });
    expect(inventory.programs.map(({ raw }) => raw.run_cnt)).toEqual([2]);
    expect(inventory.maps).toHaveLength(1);
    expect([malformed, doubted]).toEqual([[], []]);
  });

  it('are told of once where they are very many, and a few are kept', () => {
    const prog = Array.from({ length: 5000 }, (_, index) => bpftoolProgram(1, { name: `n${index}` }));
    const { inventory, malformed } = decode({ prog });
    expect(inventory.programs).toHaveLength(4);
    expect(malformed).toEqual([expect.stringContaining('program id 1 is given 5000 times')]);
  });

  it('show also after a look that was whole, and the section is whole again at the next that is', () => {
    const normaliser = new Normaliser();
    const look = (time: number, prog: Snapshot['prog']) => {
      const snapshot: Snapshot = { ...BARE, time, ...(prog === undefined ? {} : { prog }) };
      return normaliser.push({ kind: 'snapshot', time, snapshot });
    };
    look(1000, [bpftoolProgram(5)]);
    const second = look(2000, [evil, nice, bpftoolProgram(5)]);
    expect(second.inventory?.programs.map(({ name }) => name)).toEqual(['evil', 'nice', 'prog_5']);
    expect(second.inventory?.covers).toEqual([]);
    expect(second.unreadable).toHaveLength(1);
    expect(look(3000, [nice, bpftoolProgram(5)]).inventory?.covers).toEqual(['programs']);
  });
});
