import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { queryInventory } from '../../src/store/query-inventory.ts';
import { bpftoolProgram, snapshotAt } from '../helpers/observations.ts';

const observation = snapshotAt(1, { prog: [bpftoolProgram(7)] });
if (observation.kind !== 'snapshot') throw new Error('no snapshot');
const inventory: Inventory = toInventory(observation.snapshot).inventory;

const COUNTED = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)';

describe('one statement over an inventory', () => {
  it('gives columns and rows', async () => {
    expect(await queryInventory(inventory, 'SELECT id, uid AS u FROM program')).toMatchObject({
      columns: ['id', 'u'],
      rows: [[7, 1000]],
    });
    expect(await queryInventory(inventory, 'SELECT id FROM map')).toEqual({ columns: ['id'], rows: [] });
  });

  it('gives every number as it is', async () => {
    const sql =
      'SELECT 9223372036854775807, -9223372036854775808, 9007199254740991, 5, 1e300, 0.5, 1e999, -1e999, NULL';
    expect((await queryInventory(inventory, sql)).rows).toEqual([
      ['9223372036854775807', '-9223372036854775808', 9007199254740991, 5, 1e300, 0.5, 'Inf', '-Inf', null],
    ]);
  });

  it.each([
    `${COUNTED} SELECT group_concat(printf('%01000d', i)) FROM n`,
    "SELECT replace(hex(zeroblob(100000)), '0', hex(zeroblob(1000)))",
  ])('takes no more memory than it may: %s', async (sql) => {
    await expect(queryInventory(inventory, sql)).rejects.toThrow(/out of memory|too big/);
  });

  it('gives no more than it may', async () => {
    await expect(queryInventory(inventory, `${COUNTED} SELECT hex(zeroblob(10000000)) FROM n`)).rejects.toThrow(
      'it gives too much',
    );
  });
});
