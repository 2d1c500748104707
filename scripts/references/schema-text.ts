/** A column as the schema describes it; `comment` is empty where its name says all. */
export interface ColumnText {
  readonly name: string;
  /** As written: `INTEGER`, `TEXT PRIMARY KEY`. */
  readonly type: string;
  readonly comment: string;
}

export interface TableText {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly ColumnText[];
}

const COMMENT = /^--\s?(.*)$/;
const OPENING = /^CREATE TABLE (\w+) \($/;
const COLUMN = /^(\w+)\s+([A-Z].*?)\s*,?\s*(?:--\s*(.*))?$/;

/** What is said of a table and not of a column of it (sqlite.org/lang_createtable.html). */
const CONSTRAINT = /^(?:CONSTRAINT|PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY)\b/;

/**
 * The tables of a schema that is written as inventory-schema.ts is: comments stand above the table that they are of, and
 * behind the column that they are of or on lines of their own above it. A comment stands also for the tables that follow
 * its own without a blank line. Throws an Error for a line within a table that is neither a column nor a comment.
 */
export function schemaTables(schema: string): readonly TableText[] {
  const tables: TableText[] = [];
  let comment: string[] = [];
  let above: string[] = [];
  let open: { readonly name: string; readonly columns: ColumnText[] } | null = null;
  for (const line of schema.split('\n').map((text) => text.trim())) {
    const remark = COMMENT.exec(line)?.[1];
    if (open === null) {
      const name = OPENING.exec(line)?.[1];
      if (line === '') comment = [];
      else if (remark !== undefined) comment = [...comment, remark];
      else if (name !== undefined) open = { name, columns: [] };
    } else if (line === ');') {
      tables.push({ ...open, comment: comment.join(' ') });
      open = null;
    } else if (remark !== undefined) {
      above = [...above, remark];
    } else if (line !== '' && !CONSTRAINT.test(line)) {
      open.columns.push(columnOf(line, above));
      above = [];
    }
  }
  return tables;
}

function columnOf(line: string, above: readonly string[]): ColumnText {
  const [, name, type, behind] = COLUMN.exec(line) ?? [];
  if (name === undefined || type === undefined) throw new Error(`not a column of a table: ${line}`);
  return { name, type, comment: [...above, ...(behind === undefined ? [] : [behind])].join(' ') };
}
