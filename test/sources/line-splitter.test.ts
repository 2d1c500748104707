import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineSplitter } from '../../src/sources/line-splitter.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function split(pieces: readonly Uint8Array[], maxBytes = 1000): Line[] {
  const splitter = new LineSplitter({ maxBytes });
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

function cutUp(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('LineSplitter', () => {
  it('numbers lines and gives their byte offsets, whatever the line end', () => {
    const lines = split([encode('one\r\ntwö\n\nlast')]);
    expect(lines).toEqual([
      { text: 'one', line: 1, offset: 0, cut: false },
      { text: 'twö', line: 2, offset: 5, cut: false },
      { text: '', line: 3, offset: 10, cut: false },
      { text: 'last', line: 4, offset: 11, cut: false },
    ]);
  });

  it('keeps NUL and a carriage return within a line, and stands invalid UTF-8 in for', () => {
    const lines = split([new Uint8Array([0x61, 0, 0x0d, 0x62, 0xff, 0xfe, 0x0a, 0x63])]);
    expect(lines.map((line) => line.text)).toEqual(['a\0\rb\ufffd\ufffd', 'c']);
    expect(lines[1]?.offset).toBe(7);
  });

  it('drops a byte order mark at the start alone, without moving offsets', () => {
    const lines = split([encode('\ufeffa\n\ufeffb\n')]);
    expect(lines.map(({ text, offset }) => [text, offset])).toEqual([
      ['a', 0],
      ['\ufeffb', 5],
    ]);
  });

  it('cuts a line that is too long and goes on after it', () => {
    const lines = split([encode(`${'x'.repeat(20)}\nok\n${'y'.repeat(20)}`)], 10);
    expect(lines.map(({ line, offset, cut }) => [line, offset, cut])).toEqual([
      [1, 0, true],
      [2, 21, false],
      [3, 24, true],
    ]);
    expect(lines[0]?.text).toMatch(/^x+$/);
  });

  it('goes on from where a file was left', () => {
    const splitter = new LineSplitter({ maxBytes: 100, firstLine: 7, firstOffset: 90 });
    expect(splitter.push(encode('a\nb\n'))).toMatchObject([
      { line: 7, offset: 90 },
      { line: 8, offset: 92 },
    ]);
  });

  it('gives the same lines for any pieces, and offsets that lead to the bytes', () => {
    const byte = fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (bytes, sizes, maxBytes) => {
          const whole = split([bytes], maxBytes);
          expect(split(cutUp(bytes, sizes), maxBytes)).toEqual(whole);
          expect(split(cutUp(bytes, [1]), maxBytes)).toEqual(whole);
          whole.forEach((line, i) => {
            const end = whole[i + 1]?.offset ?? bytes.length;
            expect(line.line).toBe(i + 1);
            expect(bytes.subarray(line.offset, end - 1).includes(0x0a)).toBe(false);
            if (line.offset > 0) expect(bytes[line.offset - 1]).toBe(0x0a);
          });
        },
      ),
    );
  });
});
