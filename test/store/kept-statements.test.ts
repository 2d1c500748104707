import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { InventoryTables } from '../../src/store/inventory-tables.ts';
import { loadSqlite } from '../../src/store/sqlite.ts';

const EMPTY: Inventory = {
  ...{ time: 0, host: 'h', boot: null, covers: [], fresh: [], programs: [], maps: [], attachments: [], processes: [] },
  ...{ capabilities: [], settings: {}, audit: null, auditRules: [], mounts: [], mountsElsewhere: [], persisted: [] },
  ...{ packetSockets: [], kernelHooks: [], unlisted: [], unlistedSymbols: null, unkept: [] },
};

const program = (id: number): Inventory['programs'][number] => ({
  ...{ id, type: 'xdp', name: `p${id}`, tag: '', uid: 0, loadedAt: null, bytesXlated: null, bytesMemlock: null },
  ...{ mapIds: [], pinned: [], helpers: null, owners: [], raw: {} },
});

const tables = async () => new InventoryTables(await loadSqlite());

describe('an answer that is kept', () => {
  it.each<[string, string, Partial<Inventory>, unknown]>([
    ['a table', 'SELECT count(*) AS n FROM program', { programs: [program(1)] }, 1],
    ['a table by its index', 'SELECT count(*) AS n FROM program WHERE id = 1', { programs: [program(1)] }, 1],
    ['a subquery', 'SELECT (SELECT max(id) FROM program) AS n', { programs: [program(7)] }, 7],
    [
      'a table that is joined',
      'SELECT count(*) AS n FROM host LEFT JOIN setting ON 1 WHERE setting.name IS NOT NULL',
      { settings: { a: '1' } },
      1,
    ],
    ['a CTE', 'WITH a AS (SELECT * FROM audit_rule) SELECT count(*) AS n FROM a', { auditRules: ['-a x'] }, 1],
    ['the moment', 'SELECT time AS n FROM host', { time: 5 }, 5],
    ['a column of JSON', "SELECT max(j.value) AS n FROM program, json_each('[3]') j", { programs: [program(1)] }, 3],
  ])('is given no more when what it reads is changed: %s', async (_name, sql, change, expected) => {
    const held = await tables();
    held.set(EMPTY);
    const before = held.rows(sql);
    expect(held.rows(sql)).toEqual(before);
    held.set({ ...EMPTY, ...change });
    expect(held.rows(sql)).toEqual([{ n: expected }]);
    held.set(EMPTY);
    expect(held.rows(sql)).toEqual(before);
    held.close();
  });

  it('is given no more when bounds change, or rows are given', async () => {
    const held = await tables();
    const count = (table: string) => held.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.n;
    held.set({ ...EMPTY, programs: [program(1), program(2)] });
    const helpers = count('allowed_helper');
    held.setBounds({ parameters: {}, helpers: ['a'] });
    expect([helpers === 1, count('allowed_helper'), count('program')]).toEqual([false, 1, 2]);
    held.give({ program: [{ id: 9 }] });
    expect(count('program')).toBe(1);
    held.set({ ...EMPTY, programs: [program(1), program(2)] });
    expect(count('program')).toBe(2);
    held.close();
  });

  it('is the same object while nothing is changed that it depends on', async () => {
    const held = await tables();
    const sql = 'SELECT name FROM program';
    held.set({ ...EMPTY, programs: [program(1)] });
    const first = held.table(sql);
    held.set({ ...EMPTY, time: 9, settings: { a: 'b' }, programs: [program(1)] });
    expect(held.table(sql)).toBe(first);
    expect(held.table('SELECT random()')).not.toBe(held.table('SELECT random()'));
    held.close();
  });

  it('of many looks at many programs, of which others change little, takes little time', async () => {
    const held = await tables();
    const programs = Array.from({ length: 8000 }, (_, index) => program(index + 1));
    let sum = 0;
    for (let time = 1; time <= 300; time += 1) {
      held.set({ ...EMPTY, time, programs });
      sum += Number(held.rows('SELECT count(*) AS n FROM program a JOIN program b ON a.id = b.id')[0]?.n);
    }
    expect(sum).toBe(8000 * 300);
    held.close();
  });
});
