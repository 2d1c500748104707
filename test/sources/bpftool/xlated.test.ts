import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelCalls } from '../../../src/sources/bpftool/xlated.ts';

/** struct bpf_insn as a little-endian or a big-endian host lays it out. */
function insn(code: number, source: number, immediate: number, littleEndian = true): number[] {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint8(0, code);
  bytes.setUint8(1, littleEndian ? source << 4 : source);
  bytes.setInt32(4, immediate, littleEndian);
  return [...new Uint8Array(bytes.buffer)];
}

describe('kernelCalls', () => {
  it('finds calls into the kernel, each once, and not those within the program', () => {
    const dump = [
      ...insn(0xb7, 0, 0x85),
      ...insn(0x85, 0, 269488),
      ...insn(0x85, 1, 5),
      ...insn(0x85, 2, -63680),
      ...insn(0x85, 0, 269488),
      ...insn(0x95, 0, 0),
    ];
    expect(kernelCalls(new Uint8Array(dump), true)).toEqual({
      offsets: [269488, -63680],
      tailCall: false,
      hidden: false,
      inlinedLookup: false,
      subprograms: 5,
    });
  });

  it('counts the functions that it calls or hands on by the highest of their numbers', () => {
    const wide = (source: number, first: number, second: number) => [
      ...insn(0x18, source, first),
      ...insn(0, 0, second),
    ];
    const dump = [...insn(0x85, 1, 2), ...wide(4, 9, 3), ...insn(0x85, 1, 1), ...wide(1, 7, 99), ...wide(4, 9, 0)];
    expect(kernelCalls(new Uint8Array(dump), true)).toEqual({
      offsets: [],
      tailCall: false,
      inlinedLookup: false,
      hidden: false,
      subprograms: 3,
    });
    // The second half of a load is data, whatever it looks like; and it may be cut off.
    expect(kernelCalls(new Uint8Array([...wide(1, 7, 0), ...insn(0x18, 4, 5)]), true).subprograms).toBe(0);
    const looksLikeCall = new Uint8Array([...insn(0x18, 1, 7), ...insn(0x85, 1, 8)]);
    expect(kernelCalls(looksLikeCall, true).subprograms).toBe(0);
  });

  it('knows a tail call by its number and hidden calls by their zero', () => {
    const dump = new Uint8Array([...insn(0x85, 0, 12), ...insn(0x85, 0, 0)]);
    expect(kernelCalls(dump, true)).toEqual({
      offsets: [],
      tailCall: true,
      inlinedLookup: false,
      hidden: true,
      subprograms: 0,
    });
  });

  it('counts functions that nothing calls, by what stands behind an exit or a jump and is not jumped to', () => {
    const jump = (code: number, distance: number) => {
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setUint8(0, code);
      bytes.setInt16(2, distance, true);
      return [...new Uint8Array(bytes.buffer)];
    };
    const [exit, move] = [insn(0x95, 0, 0), insn(0xb7, 0, 1)];
    const count = (...code: readonly number[][]) => kernelCalls(new Uint8Array(code.flat()), true).subprograms;
    expect(count(move, exit)).toBe(0);
    expect(count(move, exit, move, exit, move, exit)).toBe(2);
    // `if ... goto +2; r0 = 1; exit; r0 = 1; exit` is one function.
    expect(count(jump(0x15, 2), move, exit, move, exit)).toBe(0);
    // What only a later jump leads to may begin one: one too many hides nothing but a hidden function.
    expect(count(move, jump(0x05, 1), exit, jump(0x05, -2))).toBe(1);
    expect(count(move, jump(0x05, -2), move, exit)).toBe(1);
    // The far jump has its distance in the immediate.
    expect(count(insn(0x06, 0, 1), exit, move, exit)).toBe(1);
    // Called by number, and there twice over: the higher of the two.
    expect(count(insn(0x85, 1, 3), exit, move, exit)).toBe(3);
  });

  it('takes calls of its own functions without a number for hidden ones', () => {
    expect(kernelCalls(new Uint8Array(insn(0x85, 1, 0)), true)).toMatchObject({ hidden: true, subprograms: 0 });
  });

  it('reads the byte order of the host', () => {
    const dump = new Uint8Array([...insn(0x85, 0, 269488, false), ...insn(0x85, 1, 7, false)]);
    expect(kernelCalls(dump, false).offsets).toEqual([269488]);
  });

  it('never throws, and finds no more calls than there are instructions', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), fc.boolean(), (bytes, littleEndian) => {
        expect(kernelCalls(bytes, littleEndian).offsets.length).toBeLessThanOrEqual(bytes.length / 8);
      }),
    );
  });
});
