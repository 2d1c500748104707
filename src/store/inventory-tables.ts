import type { Database, SqlJsStatic, Statement } from 'sql.js';
import type { CheckBounds } from '../model/check-bounds.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { RowTable } from '../model/query.ts';
import { formatCount } from '../text/units.ts';
import { lengthOf, rowOf } from './answer-row.ts';
import { ALLOWED_HELPER_DEFAULTS, PARAMETER_DEFAULTS } from './inventory-lists.ts';
import { type InventoryRows, inventoryRows } from './inventory-rows.ts';
import { INVENTORY_SCHEMA, INVENTORY_TABLES, type InventoryTable } from './inventory-schema.ts';
import { KeptStatements } from './kept-statements.ts';

/** A statement that only reads begins with one of these, after white space and comments (sqlite.org/lang.html). */
const READS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*(?:SELECT|WITH|VALUES)\b/i;

const ONLY_READS = 'only a statement that reads is allowed: SELECT, WITH or VALUES';

/** What a stranger's statement may take. */
export interface TableBounds {
  /**
   * Bytes of SQLite's memory, the tables themselves included (sqlite.org/pragma.html#pragma_hard_heap_limit); null where
   * that memory holds more than these tables.
   */
  readonly heapBytes: number | null;
  /** Characters of the rows that a statement gives; each row counts as some more. */
  readonly answerLength: number;
}

/** Rows by table, as a test of a check gives them. */
export interface GivenRows {
  readonly [table: string]: readonly { readonly [column: string]: string | number | boolean | null }[];
}

/**
 * The inventory in a database of its own, so that a check, which may be a stranger's SQL, cannot reach the events: not
 * even by a mistake in the guards here.
 */
export class InventoryTables {
  readonly #sqlite: SqlJsStatic;
  #opened: Database | null = null;
  readonly #kept = new KeptStatements();
  /** What the tables hold, where that is kept. */
  #filled: Partial<InventoryRows> = {};

  readonly #bounds: TableBounds | null;

  constructor(sqlite: SqlJsStatic, bounds: TableBounds | null = null) {
    this.#sqlite = sqlite;
    this.#bounds = bounds;
  }

  /** Replaces what the tables hold. */
  set(inventory: Inventory): void {
    this.fill(inventoryRows(inventory));
  }

  /** The same with what {@link inventoryRows} made of an inventory. */
  fill(rows: InventoryRows): void {
    const filled = this.#filled;
    const changed = INVENTORY_TABLES.filter((table) => !sameRows(filled[table], rows[table]));
    this.#filled = {};
    this.#change(() => {
      for (const table of changed) this.#replace(table, rows[table]);
    });
    if (!this.#isStrangers) this.#filled = rows;
  }

  /** Gives what checks compare with other values than the schema has; all others get those back. */
  setBounds({ parameters, helpers }: CheckBounds): void {
    for (const table of ['parameter', 'allowed_helper']) this.#kept.changed(table);
    this.#change(() => {
      this.#database.run('DELETE FROM parameter');
      this.#database.run(PARAMETER_DEFAULTS);
      for (const [name, value] of Object.entries(parameters)) {
        this.#database.run('INSERT OR REPLACE INTO parameter VALUES (?, ?)', [name, value]);
      }
      this.#database.run('DELETE FROM allowed_helper');
      if (helpers === undefined) this.#database.run(ALLOWED_HELPER_DEFAULTS);
      for (const name of helpers ?? []) this.#database.run('INSERT OR IGNORE INTO allowed_helper VALUES (?)', [name]);
    });
  }

  /**
   * The rows of one statement that only reads, an object a row. Of two columns with one name the last counts. A blob
   * comes as hexadecimal text, a whole number beyond 2^53 as its digits, an infinite one as `Inf`. Throws an Error with SQLite's message for a statement that
   * is wrong, and for anything but a single SELECT, WITH or VALUES.
   */
  rows(sql: string): readonly Record<string, Json>[] {
    const { columns, rows } = this.table(sql);
    return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
  }

  /** The same with the names of the columns, in their order, which are there also where no row is. */
  table(sql: string): RowTable {
    const known = this.#kept.answerOf(sql);
    if (known !== null) return known;
    const statement = this.#kept.get(sql) ?? this.#prepare(sql);
    const most = this.#bounds?.answerLength ?? Number.POSITIVE_INFINITY;
    try {
      const columns = statement.getColumnNames();
      const rows: Json[][] = [];
      for (let length = 0; statement.step(); ) {
        const row = rowOf(statement);
        length += lengthOf(row);
        if (length > most) throw new Error(`it gives too much: more than ${formatCount(rows.length)} rows as these`);
        rows.push(row);
      }
      const table = { columns, rows };
      this.#kept.answered(sql, table);
      return table;
    } finally {
      if (this.#kept.get(sql) === statement) statement.reset();
      else statement.free();
    }
  }

  /**
   * The names of the columns that a statement gives, without running it. Throws as {@link InventoryTables.rows} does, and
   * for a WITH that introduces a statement that writes.
   */
  examine(sql: string): readonly string[] {
    this.#requireRead(sql);
    const statement = this.#database.prepare(sql);
    const columns = statement.getColumnNames();
    statement.free();
    // Each statement opens a transaction, and says of it in p2 whether it writes (sqlite.org/opcode.html#Transaction).
    const [program] = this.#database.exec(`EXPLAIN ${sql}`);
    const [opcode = -1, p2 = -1] = ['opcode', 'p2'].map((name) => program?.columns.indexOf(name) ?? -1);
    if (program?.values.some((row) => row[opcode] === 'Transaction' && row[p2] !== 0)) throw new Error(ONLY_READS);
    return columns;
  }

  /**
   * Empties the tables and fills them with rows that name their columns; others are NULL. An allow list keeps what it has
   * where no row is given for it. Throws an Error for a table or a column that is not there.
   */
  give(given: GivenRows): void {
    this.close();
    this.#database.run('PRAGMA query_only = 0');
    try {
      for (const [table, rows] of Object.entries(given)) this.#giveTo(table, rows);
    } finally {
      this.#database.run('PRAGMA query_only = 1');
    }
  }

  close(): void {
    this.#kept.clear();
    this.#filled = {};
    this.#opened?.close();
    this.#opened = null;
  }

  /** All of `work` or, when it throws, none of it. */
  #change(work: () => void): void {
    this.#database.run('PRAGMA query_only = 0');
    this.#database.run('BEGIN');
    try {
      work();
      this.#database.run('COMMIT');
    } catch (error) {
      this.#database.run('ROLLBACK');
      throw error;
    } finally {
      this.#database.run('PRAGMA query_only = 1');
    }
  }

  /** For a stranger nothing is kept: it would take of the memory that his next statement may use. */
  get #isStrangers(): boolean {
    return this.#bounds !== null && this.#bounds.heapBytes !== null;
  }

  /** Made when it is first used: an audit log tells of no inventory. */
  get #database(): Database {
    if (this.#opened === null) {
      this.#opened = new this.#sqlite.Database();
      this.#opened.run(INVENTORY_SCHEMA);
      const heapBytes = this.#bounds?.heapBytes ?? null;
      if (heapBytes !== null) this.#opened.run(`PRAGMA hard_heap_limit = ${heapBytes}`);
      this.#opened.run('PRAGMA query_only = 1');
    }
    return this.#opened;
  }

  /** WITH may introduce an INSERT: query_only refuses that. PRAGMA and ATTACH, which it lets pass, begin otherwise. */
  #prepare(sql: string): Statement {
    this.#requireRead(sql);
    const statement = this.#database.prepare(sql);
    if (!this.#isStrangers) this.#kept.add(sql, statement, this.#database);
    return statement;
  }

  #replace(table: InventoryTable, rows: InventoryRows[InventoryTable]): void {
    this.#kept.changed(table);
    this.#database.run(`DELETE FROM ${table}`);
    const [first] = rows;
    if (first === undefined) return;
    const insert = this.#database.prepare(`INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`);
    try {
      for (const row of rows) insert.run(row);
    } finally {
      insert.free();
    }
  }

  #giveTo(table: string, rows: GivenRows[string]): void {
    const about = this.#database.exec('SELECT name FROM pragma_table_info(?)', [table]);
    const known = about[0]?.values.map(([name]) => name) ?? [];
    if (known.length === 0) throw new Error(`there is no table ${table}`);
    this.#database.run(`DELETE FROM ${table}`);
    for (const row of rows) {
      const columns = Object.keys(row);
      const unknown = columns.find((column) => !known.includes(column));
      if (unknown !== undefined) throw new Error(`there is no column ${unknown} in ${table}`);
      const values = Object.values(row).map((value) => (typeof value === 'boolean' ? Number(value) : value));
      const places = columns.map(() => '?').join(', ');
      const into = columns.length === 0 ? 'DEFAULT VALUES' : `(${columns.join(', ')}) VALUES (${places})`;
      this.#database.run(`INSERT INTO ${table} ${into}`, values);
    }
  }

  #requireRead(sql: string): void {
    if (!READS.test(sql)) throw new Error(ONLY_READS);
    this.#requireOne(sql);
  }

  /** sql.js runs the first statement of a text and passes over the rest; a rest must not go unnoticed. */
  #requireOne(sql: string): void {
    let count = 0;
    for (const _ of this.#database.iterateStatements(sql)) count += 1;
    if (count !== 1) throw new Error(`one statement is allowed, not ${count}`);
  }
}

function sameRows(a: InventoryRows[InventoryTable] | undefined, b: InventoryRows[InventoryTable]): boolean {
  if (a === b) return true;
  return (
    a?.length === b.length && a.every((row, index) => row.every((cell, column) => Object.is(cell, b[index]?.[column])))
  );
}
