import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Problem } from '../../../src/model/snapshot.ts';
import { SymbolWatch } from '../../../src/sources/bpftool/symbol-watch.ts';
import { bpftoolProgram } from '../../helpers/observations.ts';

const TAGS = ['9bf6d88144148dc4', '2e0ee79a9c18f2dd', '9efe8873120741b3'] as const;
const symbols = (...tags: readonly string[]) =>
  ['ffffffff81000000 T __bpf_call_base', ...tags.map((tag, at) => `c${at} t bpf_prog_${tag}_f\t[bpf]`), ''].join('\n');
const program = (id: number, tag: string, over: JsonObject = {}) => bpftoolProgram(id, { tag, ...over });

/** One watch, and what it read and complained of. */
function watch(kallsyms: () => string, now: ReadonlySet<unknown> | null = null) {
  let readings = 0;
  const problems: Problem[] = [];
  const watching = new SymbolWatch(() => {
    readings += 1;
    return [Buffer.from(kallsyms())];
  });
  const look = (
    time: number,
    programs: readonly JsonObject[],
    {
      settings = {},
      own = 0 as number | null,
    }: { settings?: { [name: string]: string | null }; own?: number | null } = {},
  ) => watching.look({ programs, time, settings, subprograms: () => own, idsNow: async () => now }, problems);
  return { look, problems, readings: () => readings };
}

describe('SymbolWatch', () => {
  it('gives the symbols that no listed program has the tag of, and how many the listed ones have of their own', async () => {
    const { look, problems } = watch(() => symbols(...TAGS));
    const listed = [program(1, TAGS[0]), program(2, TAGS[1])];
    expect(await look(0, listed, { own: 3 })).toEqual({ unlisted: [`c2 bpf_prog_${TAGS[2]}_f`], subprograms: 6 });
    expect(problems).toEqual([]);
  });

  it('reads again after a while, and at each look while something is odd', async () => {
    let text = symbols(TAGS[0]);
    const { look, readings } = watch(() => text);
    const listed = [program(1, TAGS[0])];
    for (const time of [0, 2000, 14_999]) await look(time, listed);
    expect(readings()).toBe(1);
    text = symbols(TAGS[0], TAGS[1]);
    for (const time of [15_000, 17_000, 19_000]) expect((await look(time, listed))?.unlisted).toHaveLength(1);
    text = symbols(TAGS[0]);
    for (const time of [21_000, 23_000]) await look(time, listed);
    expect(readings()).toBe(5);
  });

  it.each<readonly [string, { [name: string]: string | null }, string]>([
    ['hardening', { 'net.core.bpf_jit_harden': '2' }, 'it shows none while net.core.bpf_jit_harden is 2'],
    ['a setting', { 'net.core.bpf_jit_kallsyms': '0' }, 'it shows none while net.core.bpf_jit_kallsyms is 0'],
    [
      'what is not known',
      { 'net.core.bpf_jit_harden': null },
      'it shows none while net.core.bpf_jit_harden is not known',
    ],
  ])('says that the kernel shows none for %s', async (_, settings, why) => {
    const { look, problems, readings } = watch(() => symbols(...TAGS));
    expect(await look(0, [], { settings })).toBeUndefined();
    expect([readings(), problems.map(({ message }) => message)]).toEqual([
      0,
      [`hidden programs are not looked for in /proc/kallsyms: ${why}`],
    ]);
  });

  it('judges nothing where it shows none of the listed programs, or their functions are not known', async () => {
    const blind = watch(() => symbols(TAGS[2]));
    expect(await blind.look(0, [program(1, TAGS[0])])).toBeUndefined();
    // It is told at each look, and not looked for at each.
    expect(await blind.look(2000, [program(1, TAGS[0])])).toBeUndefined();
    expect([blind.readings(), blind.problems.map(({ section }) => section)]).toEqual([1, ['symbols', 'symbols']]);
    const uncounted = watch(() => symbols(...TAGS));
    expect(await uncounted.look(0, [program(1, TAGS[0])], { own: null })).toBeUndefined();
    expect(uncounted.problems[0]?.message).toContain('how many functions 1 of the listed programs have');
  });

  it('expects no symbol of a program that is interpreted, and excuses it', async () => {
    const { look } = watch(() => symbols());
    expect(await look(0, [program(1, TAGS[0], { jited: false })], { own: null })).toEqual({
      unlisted: [],
      subprograms: 0,
    });
  });

  it('leaves out a program that ended before it could be dumped', async () => {
    const { look } = watch(() => symbols(), new Set());
    expect(await look(0, [program(1, TAGS[0])], { own: null })).toEqual({ unlisted: [], subprograms: 0 });
    const still = watch(() => symbols(), new Set([1]));
    expect(await still.look(0, [program(1, TAGS[0])], { own: null })).toBeUndefined();
  });

  it('expects one symbol for each listed program of a tag: one more is a copy that is not listed', async () => {
    const twice = watch(() => symbols(TAGS[0], TAGS[0], TAGS[0]));
    const listed = [program(1, TAGS[0]), program(2, TAGS[0])];
    expect((await twice.look(0, listed))?.unlisted).toEqual([`c2 bpf_prog_${TAGS[0]}_f`]);
  });

  it('takes what is at the address of a listed program for that program, as it was before Linux 6.5', async () => {
    const line = (address: string, tag: string) => `${address} t bpf_prog_${tag}_f\t[bpf]\n`;
    const old = watch(() => line('c0', TAGS[1]) + line('c0', TAGS[0]) + line('c8', TAGS[2]));
    expect(await old.look(0, [program(1, TAGS[0])], { own: 1 })).toEqual({
      unlisted: [`c8 bpf_prog_${TAGS[2]}_f`],
      subprograms: 1,
    });
    // Hidden addresses are all one.
    const hidden = watch(() => line('0000', TAGS[1]) + line('0000', TAGS[0]));
    expect((await hidden.look(0, [program(1, TAGS[0])]))?.unlisted).toHaveLength(1);
  });
});
