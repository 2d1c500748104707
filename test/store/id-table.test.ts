import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable, idHash, idTime, markOf } from '../../src/store/id-table.ts';
import { eventId } from './fixture-event.ts';

const anyId = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.string({ unit: fc.constantFrom('a', '0', '-', 'é', 'Z') }),
  fc.record({ number: fc.nat(99), time: fc.nat(2 ** 41) }).map(({ number, time }) => eventId(number, time)),
);

describe('marks of ids', () => {
  it('are the same for a text and for its bytes', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const bytes = Buffer.from(id);
        const mark = { hash: idHash(bytes, 0, bytes.length), time: idTime(bytes, 0, bytes.length) };
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
  it('finds every id that it has, however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ hash: fc.integer({ min: -9, max: 9 }), time: fc.nat(3) })), (marks) => {
        const table = new IdTable(2);
        marks.forEach(({ hash, time }, place) => {
          const found: number[] = [];
          for (let at = table.first(hash, time); at >= 0; at = table.next()) found.push(at);
          // Ids of another time are compared, too; those of another hash are not.
          const same = marks.slice(0, place).flatMap((mark, index) => (mark.hash === hash ? [index] : []));
          expect(found.every((at) => same.includes(at))).toBe(true);
          const times = marks.slice(0, place).map((mark) => mark.time);
          const isInRange = time >= Math.min(...times) && time <= Math.max(...times);
          if (isInRange) expect(found.toSorted((a, b) => a - b)).toEqual(same);
          table.add(hash, time);
        });
      }),
    );
  });
});
