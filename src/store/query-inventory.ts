import type { Inventory } from '../model/inventory.ts';
import type { RowTable } from '../model/query.ts';
import { InventoryTables } from './inventory-tables.ts';
import { loadSqlite } from './sqlite.ts';

/** What a statement may take: a join of a table with itself has no end, nor has a text that is put together. */
const BOUNDS = { heapBytes: 256 * 1024 * 1024, answerLength: 128 * 1024 * 1024 };

/**
 * Rows of one statement that reads, over the tables of an inventory, under the names of their columns. Throws an Error with
 * SQLite's message, `out of memory` included. For a process that does nothing after it: what SQLite may take of memory is
 * bounded for all databases, and stays so.
 */
export async function queryInventory(inventory: Inventory, sql: string): Promise<RowTable> {
  const tables = new InventoryTables(await loadSqlite(), BOUNDS);
  try {
    tables.set(inventory);
    return tables.table(sql);
  } finally {
    tables.close();
  }
}
