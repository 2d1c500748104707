import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { btfFunctions } from '../../../src/sources/btf/functions.ts';
import { BtfError } from '../../../src/sources/btf/sections.ts';
import { findExecutables } from '../../../src/sources/find-executable.ts';
import { FUNC, func, type WrittenType, writeBtf } from './write-btf.ts';

const anyName = fc.stringMatching(/^[a-z_][a-z0-9_.]{0,20}$/);
const anyType: fc.Arbitrary<WrittenType> = fc.record({
  kind: fc.oneof(fc.integer({ min: 1, max: 19 }), fc.constant(FUNC)),
  name: anyName,
  vlen: fc.integer({ min: 0, max: 40 }),
});
const anyTypes = fc.array(anyType, { maxLength: 60 });
const anyLayout = fc.record({
  bigEndian: fc.boolean(),
  moreHeader: fc.constantFrom(0, 4, 8),
  gap: fc.constantFrom(0, 1, 64),
});

/** What the writer wrote. */
const namesOf = (types: readonly WrittenType[], first = 1) =>
  new Map(types.flatMap(({ kind, name }, index) => (kind === FUNC ? [[first + index, name] as const] : [])));

const idsTo = (count: number) => new Set(Array.from({ length: count + 1 }, (_, id) => id));

const ONE = writeBtf([func('vfs_read')]);

/** The blob with one 32-bit field of it replaced. */
function changed(at: number, value: number, bytes = ONE): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

describe('btfFunctions', () => {
  it('finds the names of functions among types of all kinds, in both byte orders', () => {
    fc.assert(
      fc.property(anyTypes, anyLayout, (types, layout) => {
        const { names, base } = btfFunctions(writeBtf(types, layout), idsTo(types.length));
        expect(names).toEqual(namesOf(types));
        expect(base.count).toBe(types.length);
      }),
    );
  });

  it('tells those that are wanted, and of those only functions', () => {
    const bytes = writeBtf([{ kind: 1, name: 'int', vlen: 0 }, func('a'), func('b')]);
    expect(btfFunctions(bytes, new Set([1, 3, 4, 900])).names).toEqual(new Map([[3, 'b']]));
    expect(btfFunctions(bytes, new Set()).names.size).toBe(0);
  });

  it('goes on from the ids and strings of another BTF', () => {
    fc.assert(
      fc.property(anyTypes, anyTypes, fc.boolean(), (types, more, bigEndian) => {
        const { base } = btfFunctions(writeBtf(types, { bigEndian }), new Set());
        const split = writeBtf(more, { bigEndian, base: base.strings.length });
        const wanted = idsTo(types.length + more.length);
        expect(btfFunctions(split, wanted, base).names).toEqual(namesOf(more, types.length + 1));
      }),
    );
  });

  it('takes a name of the other BTF for a function of a module', () => {
    const { base } = btfFunctions(writeBtf([func('shared')]), new Set());
    const split = writeBtf([func('own'), func('other')], { base: base.strings.length });
    const shared = changed(24, 1, split);
    expect(btfFunctions(shared, idsTo(3), base).names).toEqual(
      new Map([
        [2, 'shared'],
        [3, 'other'],
      ]),
    );
    // A module may have no string of its own.
    const empty = writeBtf([], { base: base.strings.length });
    expect(btfFunctions(empty, idsTo(3), base).base.count).toBe(1);
  });

  it.each([
    ['nothing', new Uint8Array(), 'shorter than a header'],
    ['half a header', ONE.subarray(0, 23), 'shorter than a header'],
    ['other bytes', new Uint8Array(64).fill(7), 'magic'],
    ['another version', changed(0, 0x0002eb9f), 'version 2'],
    ['a header that is too short', changed(4, 20), 'length of 20 bytes'],
    ['a header that is longer than all', changed(4, 0xffffffff), 'length of 4294967295 bytes'],
    ['types past the end', changed(12, 0xfffffff0), 'past its end'],
    ['strings past the end', changed(16, 0xffffffff), 'past its end'],
    ['types that are not aligned', changed(12, 10), 'not aligned'],
    ['strings over the types', changed(16, 0), 'overlap'],
    ['strings without an end', changed(20, 4), 'NUL'],
    ['no strings at all', changed(20, 0), 'NUL'],
    ['a kind that is not known', changed(28, 20 << 24), 'type 1 is of no known kind'],
    ['kind 0', changed(28, 0), 'type 1 is of no known kind'],
    ['bits of no meaning', changed(28, 0x0c010000), 'type 1 is of no known kind'],
    ['more members than there are bytes', changed(28, 0x0400ffff), 'type 1 is cut off'],
    ['half a type', changed(12, 8), 'type 1 is cut off'],
    ['a name past the strings', changed(24, 0xffffffff), 'function 1 has no name'],
    ['an empty name', changed(24, 0), 'function 1 has no name'],
    ['a name that is none', writeBtf([func('a b')]), 'function 1 has no name'],
    ['a name that is too long', writeBtf([func('a'.repeat(512))]), 'function 1 has no name'],
  ])('refuses %s', (_what, bytes, reason) => {
    expect(() => btfFunctions(bytes, new Set([1]))).toThrow(BtfError);
    expect(() => btfFunctions(bytes, new Set([1]))).toThrow(reason);
  });

  it('throws nothing else, whatever the bytes', () => {
    const base = { count: 3, strings: new TextEncoder().encode('\0a\0') };
    const attempt = (bytes: Uint8Array) => {
      for (const on of [undefined, base]) {
        try {
          for (const name of btfFunctions(bytes, idsTo(100), on).names.values()) expect(name).toMatch(/^[\w.]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(BtfError);
        }
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt));
    const places = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyTypes, anyLayout, places, fc.nat(), (types, layout, mutations, length) => {
        const bytes = writeBtf(types, layout);
        for (const [at, value] of mutations) bytes[at % bytes.length] = value;
        attempt(bytes);
        attempt(bytes.subarray(0, length % (bytes.length + 1)));
      }),
      { numRuns: 500 },
    );
  });

  it('reads bytes that begin within a buffer', () => {
    const held = new Uint8Array(ONE.length + 7);
    held.set(ONE, 3);
    expect(btfFunctions(held.subarray(3, 3 + ONE.length), new Set([1])).names).toEqual(new Map([[1, 'vfs_read']]));
  });
});

const VMLINUX = '/sys/kernel/btf/vmlinux';
const [BPFTOOL] = findExecutables('bpftool');

describe.skipIf(!existsSync(VMLINUX) || BPFTOOL === undefined)('btfFunctions of this kernel', () => {
  it('are what bpftool dumps', () => {
    const dump = execFileSync(BPFTOOL ?? '', ['btf', 'dump', 'file', VMLINUX], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    const expected = new Map(
      [...dump.matchAll(/^\[(\d+)\] FUNC '([^']*)'/gm)].map(([, id, name]) => [Number(id), name] as const),
    );
    expect(expected.size).toBeGreaterThan(10_000);
    const { names, base } = btfFunctions(readFileSync(VMLINUX), new Set(expected.keys()));
    expect(names).toEqual(expected);
    expect(base.count).toBe([...dump.matchAll(/^\[\d+\] /gm)].length);
  });
});
