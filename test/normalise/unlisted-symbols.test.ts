import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { SymbolRun, tagOfSymbol } from '../../src/normalise/unlisted-symbols.ts';
import { bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

const tag = (number: number) => number.toString(16).padStart(16, '0');
const symbol = (number: number, at = number) => `${at} bpf_prog_${tag(number)}_f${number}`;

function snapshot(over: Partial<Snapshot>): Snapshot {
  const observation = snapshotAt(1_700_000_000_000, over);
  if (observation.kind !== 'snapshot') throw new Error('not a snapshot');
  return observation.snapshot;
}

const reading = (subprograms: number, ...unlisted: string[]) => snapshot({ symbols: { unlisted, subprograms } });

describe('the tag of a symbol', () => {
  it('is that of any name', () => {
    expect(tagOfSymbol('ffffffffc0025be4 bpf_prog_9bf6d88144148dc4_wit_xdp')).toBe('9bf6d88144148dc4');
    expect(tagOfSymbol('0 bpf_prog_9bf6d88144148dc4')).toBe('9bf6d88144148dc4');
  });
});

describe('symbols that no listed program accounts for', () => {
  it('are counted while they stay, whatever looks without a reading come between', () => {
    const run = new SymbolRun();
    const names = ['bpf_prog_0000000000000001_f1'];
    expect(run.see(reading(0, symbol(1)))).toEqual({ names, explained: 0, looks: 1, isLost: false });
    expect(run.see(snapshot({}))).toEqual({ names, explained: 0, looks: 1, isLost: false });
    expect(run.see(reading(0, symbol(1), symbol(2)))).toEqual({ names, explained: 0, looks: 2, isLost: false });
    expect(run.see(reading(0))).toBeNull();
    expect(run.see(reading(0, symbol(1)))?.looks).toBe(1);
  });

  it('are others at another address', () => {
    const run = new SymbolRun();
    run.see(reading(0, symbol(1, 5)));
    expect(run.see(reading(0, symbol(1, 6)))?.looks).toBe(1);
  });

  it('are known once a program with their tag was listed', () => {
    const run = new SymbolRun();
    expect(run.see(reading(0, symbol(1)))?.looks).toBe(1);
    run.see(snapshot({ prog: [bpftoolProgram(7, { tag: tag(1) })] }));
    expect(run.see(reading(0, symbol(1)))).toBeNull();
  });

  it('of a listed tag are copies that are not listed', () => {
    const run = new SymbolRun();
    const look = snapshot({
      prog: [bpftoolProgram(7, { tag: tag(1) })],
      symbols: { unlisted: [symbol(1)], subprograms: 0 },
    });
    expect([run.see(look), run.see(look), run.see(look)].map((seen) => seen?.looks)).toEqual([1, 2, 3]);
  });

  it('are told to be lost when none were read for a minute, and had been', () => {
    const run = new SymbolRun();
    const at = (ms: number, symbols?: Snapshot['symbols']) =>
      run.see({ ...snapshot({}), time: 1_700_000_000_000 + ms, ...(symbols && { symbols }) });
    expect(at(0)).toBeNull();
    expect(at(100_000)).toBeNull();
    expect(at(100_001, { unlisted: [], subprograms: 0 })).toBeNull();
    expect(at(160_001)).toBeNull();
    expect(at(160_002)).toEqual({ names: [], explained: 0, looks: 0, isLost: true });
    expect(at(170_000, { unlisted: [], subprograms: 0 })).toBeNull();
  });

  it('have to be more than the listed programs had at any reading of the run', () => {
    const run = new SymbolRun();
    expect(run.see(reading(1, symbol(1), symbol(2)))?.looks).toBe(1);
    expect(run.see(reading(2, symbol(1), symbol(2)))).toBeNull();
    expect(run.see(reading(1, symbol(1), symbol(2)))?.looks).toBe(1);
  });

  it('are never said to stay three readings of a host that hides none, however programs come and go', () => {
    // Programs of one to three functions. A reading sees each that is there, and those that a race lets it see:
    // each program is in a race at one of two readings at the most.
    const program = fc.record({
      functions: fc.integer({ min: 1, max: 3 }),
      born: fc.nat(9),
      lives: fc.nat(6),
      racesFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(program, { maxLength: 8 }), (programs) => {
        const run = new SymbolRun();
        for (let time = 0; time < 12; time += 1) {
          const there = programs
            .map((each, index) => ({ ...each, index }))
            .filter(({ born, lives }) => {
              return time >= born && time <= born + lives;
            });
          const listed = there.filter(({ born, racesFirst }) => !(racesFirst && time === born));
          const tags = new Set(listed.map(({ index }) => tag(index * 10)));
          const all = there.flatMap(({ index, functions }) =>
            Array.from({ length: functions }, (_, number) => symbol(index * 10 + number)),
          );
          const seen = run.see(
            snapshot({
              prog: listed.map(({ index }) => bpftoolProgram(index + 1, { tag: tag(index * 10) })),
              symbols: {
                unlisted: all.filter((each) => !tags.has(tagOfSymbol(each))),
                subprograms: listed.reduce((sum, { functions }) => sum + functions - 1, 0),
              },
            }),
          );
          expect(seen?.looks ?? 0).toBeLessThan(3);
        }
      }),
      { numRuns: 500 },
    );
  });
});
