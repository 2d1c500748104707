import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable, idTime, markOf } from '../../src/store/id-table.ts';
import { textHash } from '../../src/store/text-hash.ts';
import { eventId } from './fixture-event.ts';

const anyId = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.string({ unit: fc.constantFrom('a', '0', '-', 'é', 'Z') }),
  fc.record({ number: fc.nat(99), time: fc.nat(2 ** 41) }).map(({ number, time }) => eventId(number, time)),
);

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

describe('marks of ids', () => {
  it('are the same for a text and for its bytes', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const bytes = Buffer.from(id);
        const mark = { hash: textHash(viewOf(bytes), 0, bytes.length), time: idTime(bytes, 0, bytes.length) };
        expect(markOf(id)).toEqual(mark);
      }),
    );
  });

  it('hold the time of our own ids', () => {
    expect(markOf(eventId(7, 1_763_900_000_123)).time).toBe(1_763_900_000_123);
    expect(markOf('not one').time).toBe(-1);
  });
});

describe('a table of ids', () => {
  it('finds every id that it has, however many there are, and in whatever order they came', () => {
    const anyMark = fc.record({ hash: fc.integer({ min: -9, max: 9 }), time: fc.nat(5) });
    const anyMarks = fc.array(anyMark, { maxLength: 60 });
    const inOrder = anyMarks.map((marks) => marks.toSorted((a, b) => a.time - b.time));
    fc.assert(
      fc.property(fc.oneof(anyMarks, inOrder), (marks) => {
        const table = new IdTable(2);
        marks.forEach(({ hash, time }, place) => {
          const found: number[] = [];
          for (let at = table.first(hash, time); at >= 0; at = table.next()) found.push(at);
          const before = [...marks.slice(0, place).entries()];
          const sameHash = before.flatMap(([index, mark]) => (mark.hash === hash ? [index] : []));
          // An id has one time; others of its hash may be compared, too.
          const same = sameHash.filter((index) => marks[index]?.time === time);
          expect(new Set(found).size).toBe(found.length);
          expect(found.filter((at) => !sameHash.includes(at))).toEqual([]);
          expect(same.filter((index) => !found.includes(index))).toEqual([]);
          table.add(hash, time);
        });
      }),
      { numRuns: 500 },
    );
  });
});
