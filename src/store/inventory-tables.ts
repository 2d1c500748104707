import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import type { Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { RowTable } from '../model/query.ts';
import { inventoryRows } from './inventory-rows.ts';
import { INVENTORY_SCHEMA, INVENTORY_TABLES } from './inventory-schema.ts';

/** A statement that only reads begins with one of these, after white space and comments (sqlite.org/lang.html). */
const READS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|VALUES)\b/i;

/**
 * The inventory in a database of its own, so that a check, which may be a stranger's SQL, cannot reach the events: not
 * even by a mistake in the guards here.
 */
export class InventoryTables {
  readonly #sqlite: SqlJsStatic;
  #opened: Database | null = null;

  constructor(sqlite: SqlJsStatic) {
    this.#sqlite = sqlite;
  }

  /** Replaces what the tables hold. */
  set(inventory: Inventory): void {
    const rows = inventoryRows(inventory);
    this.#database.run('PRAGMA query_only = 0');
    this.#database.run('BEGIN');
    try {
      for (const table of INVENTORY_TABLES) {
        this.#database.run(`DELETE FROM ${table}`);
        const [first] = rows[table];
        if (first === undefined) continue;
        const insert = this.#database.prepare(`INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`);
        try {
          for (const row of rows[table]) insert.run(row);
        } finally {
          insert.free();
        }
      }
      this.#database.run('COMMIT');
    } catch (error) {
      this.#database.run('ROLLBACK');
      throw error;
    } finally {
      this.#database.run('PRAGMA query_only = 1');
    }
  }

  /**
   * The rows of one statement that only reads, an object a row. Of two columns with one name the last counts. A blob
   * comes as hexadecimal text, an infinite number as null. Throws an Error with SQLite's message for a statement that
   * is wrong, and for anything but a single SELECT, WITH or VALUES.
   */
  rows(sql: string): readonly Record<string, Json>[] {
    const { columns, rows } = this.table(sql);
    return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
  }

  /** The same with the names of the columns, in their order, which are there also where no row is. */
  table(sql: string): RowTable {
    // WITH may introduce an INSERT: query_only refuses that. PRAGMA and ATTACH, which it lets pass, begin otherwise.
    if (!READS.test(sql)) throw new Error('only a statement that reads is allowed: SELECT, WITH or VALUES');
    this.#requireOne(sql);
    const statement = this.#database.prepare(sql);
    try {
      const columns = statement.getColumnNames();
      const rows: Json[][] = [];
      while (statement.step()) rows.push(statement.get().map(jsonOf));
      return { columns, rows };
    } finally {
      statement.free();
    }
  }

  close(): void {
    this.#opened?.close();
  }

  /** Made when it is first used: an audit log tells of no inventory. */
  get #database(): Database {
    if (this.#opened === null) {
      this.#opened = new this.#sqlite.Database();
      this.#opened.run(INVENTORY_SCHEMA);
      this.#opened.run('PRAGMA query_only = 1');
    }
    return this.#opened;
  }

  /** sql.js runs the first statement of a text and passes over the rest; a rest must not go unnoticed. */
  #requireOne(sql: string): void {
    let count = 0;
    for (const _ of this.#database.iterateStatements(sql)) count += 1;
    if (count !== 1) throw new Error(`one statement is allowed, not ${count}`);
  }
}

function jsonOf(value: SqlValue): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
