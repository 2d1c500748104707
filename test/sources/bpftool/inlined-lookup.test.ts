import { describe, expect, it } from 'vitest';
import { dumpedCalls } from '../../../src/sources/bpftool/dumped-calls.ts';
import { kernelCalls } from '../../../src/sources/bpftool/xlated.ts';

/** A lookup in an array of four values of eight bytes, as Linux 6.18 put it into test/fixtures/bpf/watched.bpf.c. */
const LOOKUP: readonly (readonly [string, string])[] = [
  ['18110000 7e6f0000', '(18) r1 = map[id:28542]'],
  ['bf720000 00000000', '(bf) r2 = r7'],
  ['07010000 38010000', '(07) r1 += 312'],
  ['61200000 00000000', '(61) r0 = *(u32 *)(r2 +0)'],
  ['35000300 04000000', '(35) if r0 >= 0x4 goto pc+3'],
  ['67000000 03000000', '(67) r0 <<= 3'],
  ['0f100000 00000000', '(0f) r0 += r1'],
  ['05000100 00000000', '(05) goto pc+1'],
  ['b7000000 00000000', '(b7) r0 = 0'],
];
const WIDE = '00000000 00000000';

/** Others that arraymap.c gives: with a mask against speculation, of an array of maps, of a per-CPU array. */
const MASKED = replaced({ 4: ['35000400 04000000', '(35) if r0 >= 0x4 goto pc+4'] }, 5, [
  ['54000000 03000000', '(54) w0 &= 3'],
]);
const OF_MAPS = replaced(
  {
    4: ['35000500 04000000', '(35) if r0 >= 0x4 goto pc+5'],
    5: ['27000000 0c000000', '(27) r0 *= 12'],
  },
  7,
  [
    ['79000000 00000000', '(79) r0 = *(u64 *)(r0 +0)'],
    ['15000100 00000000', '(15) if r0 == 0x0 goto pc+1'],
  ],
);
const PER_CPU = replaced({ 4: ['35000500 04000000', '(35) if r0 >= 0x4 goto pc+5'] }, 7, [
  ['79000000 00000000', '(79) r0 = *(u64 *)(r0 +0)'],
  ['bf00ffff 00000000', '(bf) r0 = &(void __percpu *)(r0)'],
]);

function replaced(
  lines: { readonly [index: number]: readonly [string, string] },
  at: number,
  more: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const changed = LOOKUP.map((line, index) => lines[index] ?? line);
  return [...changed.slice(0, at), ...more, ...changed.slice(at)];
}

/** Whether it is seen in the raw dump, on a host of this byte order, and in the printed one. */
function seen(lines: readonly (readonly [string, string])[], littleEndian: boolean): readonly boolean[] {
  const raw = lines.flatMap(([hex]) => (hex.startsWith('18') ? [hex, WIDE] : [hex])).join('');
  const bytes = Buffer.from(raw.replaceAll(' ', ''), 'hex');
  if (!littleEndian) {
    for (let at = 0; at < bytes.length; at += 8) {
      const registers = bytes[at + 1] ?? 0;
      bytes[at + 1] = ((registers & 0x0f) << 4) | (registers >> 4);
      bytes.subarray(at + 2, at + 4).reverse();
      bytes.subarray(at + 4, at + 8).reverse();
    }
  }
  return [
    kernelCalls(new Uint8Array(bytes), littleEndian).inlinedLookup,
    dumpedCalls(lines.map(([, text]) => text))?.includes('bpf_map_lookup_elem') === true,
  ];
}

describe('a lookup that is no call any more', () => {
  it.each([
    ['an array', LOOKUP],
    ['an array, with a mask', MASKED],
    ['an array of maps', OF_MAPS],
    ['a per-CPU array', PER_CPU],
  ])('is seen in %s', (_, lines) => {
    expect(seen(lines, true)).toEqual([true, true]);
    expect(seen(lines, false)).toEqual([true, true]);
    expect(seen([['b7010000 00000000', '(b7) r1 = 0'], ...lines, ['95000000 00000000', '(95) exit']], true)).toEqual([
      true,
      true,
    ]);
  });

  it('is none where anything of it is otherwise', () => {
    for (const index of LOOKUP.keys()) {
      if (index === 1) continue;
      const other: readonly [string, string] = ['b7060000 00000000', '(b7) r6 = 0'];
      const lines = LOOKUP.map((line, at) => (at === index ? other : line));
      expect([index, ...seen(lines, true)]).toEqual([index, false, false]);
      expect([index, ...seen(LOOKUP.slice(0, index), true)]).toEqual([index, false, false]);
    }
  });

  it.each<readonly [string, readonly [string, string]]>([
    ['that r1 is the map no more', ['bf610000 00000000', '(bf) r1 = r6']],
    ['that a call took it', ['85000000 20030000', '(85) call bpf_ktime_get_ns#800']],
    ['that it was read from memory', ['79a10000 00000000', '(79) r1 = *(u64 *)(r10 +0)']],
  ])('is none for %s', (_, between) => {
    const lines = [...LOOKUP.slice(0, 1), between, ...LOOKUP.slice(1)];
    expect(seen(lines, true)).toEqual([false, false]);
  });

  it('is none where the jump leads elsewhere', () => {
    for (const distance of [0, 1, 2, 4, 5, 9]) {
      const jump: readonly [string, string] = [`35000${distance}00 04000000`, `(35) if r0 >= 0x4 goto pc+${distance}`];
      expect(
        seen(
          LOOKUP.map((line, at) => (at === 4 ? jump : line)),
          true,
        ),
      ).toEqual([false, false]);
    }
  });
});
