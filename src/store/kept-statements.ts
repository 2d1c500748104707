import type { Database, Statement } from 'sql.js';
import type { RowTable } from '../model/query.ts';

/** Statements that are kept prepared: to prepare those of the checks takes longer than to run them over few programs. */
const MAX_KEPT = 256;

/** Rows of an answer that is kept. */
const MAX_ROWS = 10_000;

/** What gives another answer over the same rows, or reads what is in no table. */
const UNSTEADY = /random|now|current_|changes|rowid|sqlite_|pragma/i;

/** A statement that is prepared, and what it gave last. */
interface Kept {
  readonly statement: Statement;
  /** The tables that it reads; null where that is not all that its answer depends on. */
  readonly reads: readonly string[] | null;
  answer: { readonly versions: string; readonly table: RowTable } | null;
}

/** Statements that read, prepared once, and the answers of those whose tables are as they were. */
export class KeptStatements {
  readonly #kept = new Map<string, Kept>();
  /** How often each table was changed. */
  readonly #versions = new Map<string, number>();

  /** The rows of this table are others now. */
  changed(table: string): void {
    this.#versions.set(table, (this.#versions.get(table) ?? 0) + 1);
  }

  /** The statement of this text, where it is kept. */
  get(sql: string): Statement | undefined {
    return this.#kept.get(sql)?.statement;
  }

  /** Keeps a statement that was prepared, where there is room. */
  add(sql: string, statement: Statement, database: Database): void {
    if (this.#kept.size >= MAX_KEPT) return;
    this.#kept.set(sql, { statement, reads: UNSTEADY.test(sql) ? null : tablesOf(sql, database), answer: null });
  }

  /** What a statement gave, where all tables that it reads are as they were then. */
  answerOf(sql: string): RowTable | null {
    const kept = this.#kept.get(sql);
    return kept?.answer?.versions === this.#versionsOf(kept?.reads ?? null) ? (kept?.answer?.table ?? null) : null;
  }

  /** A statement gave this. */
  answered(sql: string, table: RowTable): void {
    const kept = this.#kept.get(sql);
    if (kept === undefined) return;
    const versions = this.#versionsOf(kept.reads);
    kept.answer = versions === null || table.rows.length > MAX_ROWS ? null : { versions, table };
  }

  /** The database is closed, which frees its statements. */
  clear(): void {
    this.#kept.clear();
    this.#versions.clear();
  }

  #versionsOf(reads: readonly string[] | null): string | null {
    return reads === null ? null : reads.map((table) => this.#versions.get(table) ?? 0).join();
  }
}

/** The tables that a statement reads, of itself or by an index, as its program says (sqlite.org/opcode.html); null where that is not known. */
function tablesOf(sql: string, database: Database): readonly string[] | null {
  const [schema] = database.exec('SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage > 0');
  const names = new Map(schema?.values.map(([page, name]) => [Number(page), String(name)]));
  const [program] = database.exec(`EXPLAIN ${sql}`);
  const [opcode = -1, p2 = -1, p3 = -1] = ['opcode', 'p2', 'p3'].map((name) => program?.columns.indexOf(name) ?? -1);
  const tables = new Set<string>();
  for (const row of program?.values ?? []) {
    // Tables of a module, such as json_each, are opened otherwise: what they give goes by their arguments.
    if (!/^(?:OpenRead|ReopenIdx|OpenWrite)$/.test(String(row[opcode]))) continue;
    const name = row[p3] === 0 ? names.get(Number(row[p2])) : undefined;
    if (name === undefined) return null;
    tables.add(name);
  }
  return [...tables];
}
