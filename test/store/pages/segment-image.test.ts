import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { Database, SqlJsStatic } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AuditEvent, EVENT_TYPES } from '../../../src/model/event.ts';
import { SEVERITIES } from '../../../src/model/severity.ts';
import { idHash } from '../../../src/store/id-table.ts';
import type { Template } from '../../../src/store/pages/page-file.ts';
import { SegmentImage } from '../../../src/store/pages/segment-image.ts';
import { makeTemplate } from '../../../src/store/pages/template.ts';
import { EventScanner } from '../../../src/store/scan/event-scanner.ts';
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

/** Writes rows as an image, opens it, and lets `look` have it. */
function opened(first: number, rows: readonly Row[], look: (database: Database) => void): void {
  const image = new SegmentImage(template);
  // Used once before: what is left of that in its pages must not show.
  for (const _ of [1, 2]) {
    image.begin(first);
    const bytes = Uint8Array.from(Buffer.from(rows.map(({ event }) => `${JSON.stringify(event)}\n`).join('')));
    const scanner = new EventScanner();
    scanner.load(bytes, true);
    let at = 0;
    for (const { source, host, head } of rows) {
      at = scanner.scan(at);
      if (at < 0) throw new Error('not taken');
      image.add(scanner, idHash(bytes, scanner.idStart, scanner.idEnd), source, host, head);
    }
  }
  const database = new sqlite.Database(image.finish().image);
  try {
    look(database);
  } finally {
    database.close();
  }
}

const all = (database: Database, sql: string) => database.exec(sql)[0]?.values ?? [];

/** Everything that the image should hold. */
function check(database: Database, first: number, rows: readonly Row[]): void {
  expect(all(database, 'PRAGMA integrity_check')).toEqual([['ok']]);
  const expected = rows.map(({ event, source, host, head }, index) => [
    first + index,
    event.time,
    EVENT_TYPES.indexOf(event.type),
    SEVERITIES.indexOf(event.severity),
    source,
    host,
    head === 0 ? null : head,
    event.id,
    JSON.stringify(event.details),
    JSON.stringify(event.evidence),
  ]);
  expect(all(database, 'SELECT * FROM event')).toEqual(expected);
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
        opened(first, rows, (database) => {
          check(database, first, rows);
          database.run('DELETE FROM event WHERE seq % 3 = 0');
          for (let number = 0; number < 40; number += 1) {
            database.run('INSERT INTO event VALUES (NULL, ?, 1, 2, 3, 1, NULL, ?, ?, ?)', [
              number * 7,
              `new ${number}`,
              'y'.repeat(number * 150),
              '[]',
            ]);
          }
          database.run('UPDATE event SET details = details || details, severity = 4 WHERE seq % 5 = 0');
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
    opened(1, rows, (database) => check(database, 1, rows));
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
    opened(1, rows, (database) => check(database, 1, rows));
  });
});
