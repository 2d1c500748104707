import { afterAll, describe, expect, it } from 'vitest';
import { type Contents, QueryThread } from '../../../src/store/query-thread/query-thread.ts';

const ENTRY = new URL('../../../src/thread.ts', import.meta.url);
const ENDLESS = 'WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t)';
const GIVEN: Contents = { given: { program: [{ id: 1, name: 'é\u001b' }, { id: 2 }] } };

const thread = new QueryThread(ENTRY, 1000);
afterAll(() => thread.stop());

describe('SQL of others in a thread', () => {
  it('gives rows over what its tables hold, and only that', () => {
    expect(thread.rows(GIVEN, 'SELECT id, name FROM program ORDER BY id')).toEqual([
      { id: 1, name: 'é\u001b' },
      { id: 2, name: null },
    ]);
    const other = { given: { map: [{ id: 7 }], allowed_helper: [{ name: 'mine' }] } };
    const counts =
      'SELECT (SELECT count(*) FROM program) AS p, (SELECT count(*) FROM map) AS m, name FROM allowed_helper';
    expect(thread.rows(other, counts)).toEqual([{ p: 0, m: 1, name: 'mine' }]);
    expect(thread.rows(GIVEN, 'SELECT count(*) AS n FROM allowed_helper')).toEqual([{ n: 5 }]);
  });

  it('looks at a statement without running it', () => {
    expect(thread.examine(`${ENDLESS} SELECT a, a AS b FROM t`)).toEqual(['a', 'b']);
    expect(() => thread.examine('SELECT colour FROM program')).toThrow('no such column: colour');
    expect(() => thread.examine('WITH t AS (SELECT 1) DELETE FROM program')).toThrow('only a statement that reads');
    expect(() => thread.examine('SELECT 1; SELECT 2')).toThrow('one statement');
    expect(() => thread.examine(`${'/**/'.repeat(10_000)}DROP TABLE map`)).toThrow('only a statement that reads');
  });

  it('ends a statement that takes too long, and goes on with the next', () => {
    const sql = `${ENDLESS} SELECT max(a) FROM t`;
    expect(() => thread.rows(GIVEN, sql)).toThrow('it took longer than 1s and was ended');
    expect(thread.rows(GIVEN, 'SELECT count(*) AS n FROM program')).toEqual([{ n: 2 }]);
    const start = performance.now();
    expect(() => thread.rows(GIVEN, sql)).toThrow('it is not run again');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('bounds what all take together', async () => {
    const hasty = new QueryThread(ENTRY, 400, 500);
    try {
      const reasons = Array.from({ length: 4 }, (_, i) => {
        try {
          hasty.rows(GIVEN, `${ENDLESS} SELECT max(a) + ${i} FROM t`);
          return '';
        } catch (error) {
          return String(error);
        }
      });
      expect(reasons[0]).toContain('it took longer than');
      expect(reasons[1]).toContain('it took longer than');
      expect(reasons.slice(2).every((reason) => reason.includes('which is for all'))).toBe(true);
      // Another inventory has all of its time.
      expect(hasty.rows({ given: {} }, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
    } finally {
      await hasty.stop();
    }
  });

  it('bounds what one takes', () => {
    expect(() => thread.rows(GIVEN, `${ENDLESS} SELECT a FROM t`)).toThrow('it gives too much');
    expect(() => thread.rows(GIVEN, 'SELECT zeroblob(900000000) AS a')).toThrow('out of memory');
    expect(thread.rows(GIVEN, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('names a table or a column that is not there', () => {
    expect(() => thread.rows({ given: { programme: [] } }, 'SELECT 1')).toThrow('there is no table programme');
    expect(() => thread.rows({ given: { map: [{ 'id) --': 1 }] } }, 'SELECT 1')).toThrow('no column id) -- in map');
    expect(() => thread.rows({ given: { 'map; --': [{}] } }, 'SELECT 1')).toThrow('there is no table map; --');
  });
});
