import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { Database, SqlJsStatic } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AuditEvent, EVENT_TYPES } from '../../../src/model/event.ts';
import { SEVERITIES } from '../../../src/model/severity.ts';
import type { Columns } from '../../../src/store/columns.ts';
import type { Template } from '../../../src/store/pages/page-file.ts';
import { SegmentImage } from '../../../src/store/pages/segment-image.ts';
import { makeTemplate } from '../../../src/store/pages/template.ts';
import { EventScanner } from '../../../src/store/scan/event-scanner.ts';
import type { WrittenSegment } from '../../../src/store/segment.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import { eventId, makeEvent } from '../fixture-event.ts';

let sqlite: SqlJsStatic;
let template: Template;
beforeAll(async () => {
  sqlite = await loadSqlite();
  template = makeTemplate(sqlite);
});

interface Row {
  readonly event: AuditEvent;
  readonly source: number;
  readonly host: number;
  readonly head: number;
}

/** Writes rows as a segment, opens its image, and lets `use` have it. */
function opened(first: number, rows: readonly Row[], use: (database: Database, columns: Columns) => void): void {
  const image = new SegmentImage(template);
  // What was begun before and given up, or was larger and is finished, must neither show nor be written over.
  write(image, first, rows.slice(1));
  const larger = [...rows, row(rows.length), row(rows.length + 1)];
  write(image, first, larger);
  const before = image.finish();
  write(image, first, rows);
  const written = image.finish();
  look(before, (database, columns) => check(database, columns, first, larger));
  look(written, use);
}

function look({ image, columns }: WrittenSegment, use: (database: Database, columns: Columns) => void): void {
  const database = new sqlite.Database(image);
  try {
    use(database, columns);
  } finally {
    database.close();
  }
}

function write(image: SegmentImage, first: number, rows: readonly Row[]): void {
  image.begin(first);
  const bytes = Uint8Array.from(Buffer.from(rows.map(({ event }) => `${JSON.stringify(event)}\n`).join('')));
  const scanner = new EventScanner();
  scanner.load(bytes, true);
  let at = 0;
  for (const { source, host, head } of rows) {
    at = scanner.scan(at);
    if (at < 0) throw new Error('not taken');
    image.add(scanner, source, host, head);
  }
}

const all = (database: Database, sql: string) => database.exec(sql)[0]?.values ?? [];

/** Everything that the segment should hold. */
function check(database: Database, columns: Columns, first: number, rows: readonly Row[]): void {
  expect(all(database, 'PRAGMA integrity_check')).toEqual([['ok']]);
  expect(all(database, 'SELECT * FROM event')).toEqual(
    rows.map(({ event }, index) => [
      first + index,
      event.id,
      JSON.stringify(event.details),
      JSON.stringify(event.evidence),
    ]),
  );
  expect(columns.length).toBe(rows.length);
  rows.forEach(({ event, source, host, head }, place) => {
    const codes = [EVENT_TYPES.indexOf(event.type), SEVERITIES.indexOf(event.severity), source, host, head];
    expect(columns.at(place)).toEqual([event.time, ...codes]);
  });
}

function row(number: number, changes: Partial<AuditEvent> = {}): Row {
  return { event: makeEvent(number, changes), source: 1 + (number % 3), host: 1, head: number % 4 === 3 ? number : 0 };
}

const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '"', '\\', '\n', '\u0001', '/', ' ') });
const anyLength = fc.oneof(
  { weight: 6, arbitrary: fc.nat(300) },
  // Around what just fits a page, and what takes one overflow page more.
  { weight: 3, arbitrary: fc.integer({ min: 3850, max: 4200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 8000, max: 8400 }) },
  { weight: 1, arbitrary: fc.nat(60_000) },
);
const anyRow = fc
  .record({
    time: fc.oneof(
      fc.integer({ min: 1_763_900_000_000, max: 1_763_900_000_100 }),
      fc.constantFrom(
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        2 ** 31,
        -(2 ** 31) - 1,
        2 ** 47,
        -(2 ** 47),
        999_999_999_999_999,
      ),
    ),
    type: fc.constantFrom(...EVENT_TYPES),
    severity: fc.constantFrom(...SEVERITIES),
    text: anyText,
    length: anyLength,
    source: fc.constantFrom(0, 1, 2, 200, 70_000, 2 ** 31),
    head: fc.constantFrom(0, 0, 1, 300),
    evidence: fc.array(fc.record({ origin: anyText, line: fc.nat() }), { maxLength: 3 }),
    idKind: fc.nat(9),
  })
  .map(({ time, type, severity, text, length, source, head, evidence, idKind }) => ({
    idKind,
    head,
    source,
    host: 1,
    event: { time, type, severity, source: 's', host: 'h', details: { text, fill: 'x'.repeat(length) }, evidence },
  }));

describe('a segment that was written as pages', () => {
  it('is what SQLite would have made of any rows, and can be changed like any other', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 120, 32_760, 2 ** 31), fc.array(anyRow, { maxLength: 120 }), (first, drafts) => {
        const rows = drafts.map(({ event, idKind, ...codes }, index): Row => {
          const id =
            idKind === 0
              ? `${'z'.repeat(index % 200)}${index}`.slice(-200)
              : eventId(index, Math.abs(event.time) % 2 ** 48);
          return { ...codes, event: { id, ...event } };
        });
        opened(first, rows, (database, columns) => {
          check(database, columns, first, rows);
          database.run('DELETE FROM event WHERE seq % 3 = 0');
          for (let number = 0; number < 40; number += 1) {
            database.run('INSERT INTO event VALUES (NULL, ?, ?, ?)', [`new ${number}`, 'y'.repeat(number * 150), '[]']);
          }
          database.run('UPDATE event SET details = details || details WHERE seq % 5 = 0');
          expect(all(database, 'PRAGMA integrity_check')).toEqual([['ok']]);
          database.run('DELETE FROM event');
          expect(all(database, 'PRAGMA integrity_check')).toEqual([['ok']]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 2, 12, 13, 14, 300])('holds %i rows', (count) => {
    const rows = Array.from({ length: count }, (_, number) => row(number));
    opened(1, rows, (database, columns) => check(database, columns, 1, rows));
  });

  it('holds rows of every length around the end of a page', () => {
    for (let length = 3600; length < 4300; length += 1) {
      const rows = [row(0, { details: { text: 'x'.repeat(length) } }), row(1)];
      opened(1, rows, (database) => expect(all(database, 'PRAGMA integrity_check')).toEqual([['ok']]));
    }
  });

  it('holds a tree of three levels', () => {
    // One row fills a leaf, and a page above has room for about 450 of those.
    const rows = Array.from({ length: 1200 }, (_, number) => row(number, { details: { text: 'x'.repeat(2200) } }));
    opened(1, rows, (database, columns) => check(database, columns, 1, rows));
  });
});
