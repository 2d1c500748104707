import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { eventSchema, type SchemaName } from './schema.ts';

export type SqlRow = SqlValue[];

/** Statements kept compiled; the search condition and the number of arms of a query make new texts, so there is a bound. */
const MAX_STATEMENTS = 64;

/**
 * One sql.js database that holds one table of events: in memory, empty at first, or in an image that was written
 * (pages/).
 *
 * The main database of sql.js is a file in Emscripten's memory file system, a byte array that is copied each time it
 * grows; an attached `:memory:` database lives in the wasm heap and is two to five times faster to fill. A name
 * without a schema finds its table in either.
 */
export class Connection {
  readonly #schema: SchemaName;
  readonly #sqlite: SqlJsStatic;
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  /** The image is copied. */
  constructor(sqlite: SqlJsStatic, image: Uint8Array | null) {
    this.#sqlite = sqlite;
    this.#schema = image === null ? 'data' : 'main';
    this.#database = new sqlite.Database(image);
    if (image === null) this.#database.run(`ATTACH ':memory:' AS data; ${eventSchema('data')}`);
    // The default keeps a journal file for each change, which nobody would ever recover from, and looks before each
    // statement whether somebody else left one, which takes longer than to read a row.
    else this.#database.run('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY');
    // SQLite's lower() folds ASCII only (sqlite.org/lang_corefunc.html#lower); this one is slow, and exact.
    this.#database.create_function('fold', (text: SqlValue) => (typeof text === 'string' ? text.toLowerCase() : ''));
  }

  /** Runs one statement; returns the number of rows that it changed. */
  run(sql: string, parameters: readonly SqlValue[] = []): number {
    const statement = this.#prepared(sql);
    try {
      // It resets the statement itself, unless it throws.
      statement.run(parameters as SqlValue[]);
    } catch (error) {
      statement.reset();
      throw error;
    }
    return this.#database.getRowsModified();
  }

  /** The rows of a query, columns in the order of the select list. */
  all(sql: string, parameters: readonly SqlValue[] = []): SqlRow[] {
    const rows: SqlRow[] = [];
    this.each(sql, parameters, (row) => rows.push(row));
    return rows;
  }

  /** Calls `visit` with each row, so that a long result need not be held. */
  each(sql: string, parameters: readonly SqlValue[], visit: (row: SqlRow) => void): void {
    const statement = this.#prepared(sql);
    try {
      statement.bind(parameters as SqlValue[]);
      while (statement.step()) visit(statement.get());
    } finally {
      statement.reset();
    }
  }

  first(sql: string, parameters: readonly SqlValue[] = []): SqlRow | null {
    const statement = this.#prepared(sql);
    try {
      statement.bind(parameters as SqlValue[]);
      return statement.step() ? statement.get() : null;
    } finally {
      statement.reset();
    }
  }

  /** The first column of the first row as a number; 0 when there is none or it is null. */
  number(sql: string, parameters: readonly SqlValue[] = []): number {
    const value = this.first(sql, parameters)?.[0];
    return typeof value === 'number' ? value : 0;
  }

  /** All of `work` or, when it throws, none of it. */
  transaction(work: () => void): void {
    this.#database.run('BEGIN');
    try {
      work();
      this.#database.run('COMMIT');
    } catch (error) {
      try {
        this.#database.run('ROLLBACK');
      } catch {
        // SQLite rolls back by itself when it runs out of memory (sqlite.org/lang_transaction.html): nothing is left to.
      }
      throw error;
    }
  }

  /** Bytes of the pages that hold something. */
  bytes(): number {
    const pages = this.number(`PRAGMA ${this.#schema}.page_count`);
    const free = this.number(`PRAGMA ${this.#schema}.freelist_count`);
    return (pages - free) * this.number(`PRAGMA ${this.#schema}.page_size`);
  }

  /** What `PRAGMA integrity_check` finds wrong. */
  integrity(): readonly string[] {
    const found = this.all(`PRAGMA ${this.#schema}.integrity_check`).map(([text]) => String(text));
    return found.filter((text) => text !== 'ok');
  }

  /** The database as a file, which {@link Connection} opens. Nothing but to close is allowed afterwards. */
  image(): Uint8Array {
    if (this.#schema === 'main') return this.#database.export();
    const file = new this.#sqlite.Database();
    try {
      file.run(eventSchema('main'));
      this.#database.run(`ATTACH '${fileName(file)}' AS file`);
      this.#database.run('INSERT INTO file.event SELECT * FROM data.event; DETACH file');
      return file.export();
    } finally {
      file.close();
    }
  }

  /** Adds the rows of an image and what `more` adds, all or (when it throws) none. */
  copyFrom(image: Uint8Array, more: () => void): void {
    const source = new this.#sqlite.Database(image);
    try {
      this.#database.run(`ATTACH '${fileName(source)}' AS image`);
      try {
        this.transaction(() => {
          this.#database.run(`INSERT INTO ${this.#schema}.event SELECT * FROM image.event`);
          more();
        });
      } finally {
        this.#database.run('DETACH image');
      }
    } finally {
      source.close();
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      const oldest = this.#statements.size >= MAX_STATEMENTS ? this.#statements.keys().next().value : undefined;
      if (oldest !== undefined) {
        this.#statements.get(oldest)?.free();
        this.#statements.delete(oldest);
      }
    } else {
      this.#statements.delete(sql);
    }
    // Map keeps insertion order, so the first key is the one that was not used for the longest time.
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Name of a sql.js database in its memory file system: a field that its types leave out. */
function fileName(database: Database): string {
  return (database as Database & { readonly filename: string }).filename;
}
