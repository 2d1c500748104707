import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinesRead, WholeLines } from '../../../src/sources/capture/whole-lines.ts';

/** Feeds a text in pieces of these sizes; gives what came out, in order. */
function read(text: string, sizes: readonly number[], maxBytes = 1000) {
  const whole = new WholeLines(maxBytes);
  const bytes = new TextEncoder().encode(text);
  const found: ReturnType<WholeLines['push']> = [];
  const keep = (pieces: ReturnType<WholeLines['push']>) => {
    for (const piece of pieces) found.push('bytes' in piece ? { ...piece, bytes: piece.bytes.slice() } : piece);
  };
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    keep(whole.push(bytes.subarray(at, at + size)));
    at += size;
  }
  keep(whole.end());
  return found;
}

const textOf = (pieces: readonly LinesRead[]) => pieces.map(({ bytes }) => new TextDecoder().decode(bytes)).join('');

describe('WholeLines', () => {
  it('gives all lines whole, wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 9 }).map((each) => each.replaceAll('\n', ' '))),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
        fc.boolean(),
        (lines, sizes, ended) => {
          const text = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
          const pieces = read(text, sizes) as LinesRead[];
          expect(textOf(pieces)).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`);
          let offset = 0;
          for (const piece of pieces) {
            expect([piece.offset, piece.bytes.at(-1)]).toEqual([offset, 0x0a]);
            offset += piece.bytes.length;
          }
        },
      ),
    );
  });

  it('lets a line go that is too long, and says where it was', () => {
    const found = read(`a\n${'x'.repeat(50)}\nb\n`, [7], 10);
    expect(found.map((each) => ('bytes' in each ? [each.offset] : [each.offset, each.lines, each.reason]))).toEqual([
      [0],
      [2, 1, 'line is longer than 10 bytes'],
      [53],
    ]);
  });
});
