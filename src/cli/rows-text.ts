import { stringify } from 'csv-stringify/sync';
import type { Json } from '../model/json.ts';
import type { RowTable } from '../model/query.ts';
import { safeJson } from '../text/safe-json.ts';
import { printable } from '../text/sanitise.ts';
import { displayWidth, pad } from '../text/width.ts';

/** The cell of a value that is not known, in a table for people: an empty text is something else. */
const UNKNOWN = 'NULL';

/** Rows as a table, a line each, under the names of their columns. Columns of numbers are aligned right. */
export function rowsTable({ columns, rows }: RowTable): string {
  const lines = [columns.map(printable), ...rows.map((row) => row.map((cell) => cellText(cell, UNKNOWN)))];
  const widths = columns.map((_, index) =>
    lines.reduce((width, line) => Math.max(width, displayWidth(line[index] ?? '')), 0),
  );
  const aligns = columns.map((_, index) => (isNumeric(rows, index) ? 'right' : 'left'));
  return lines
    .map((line) => line.map((cell, index) => pad(cell, widths[index] ?? 0, aligns[index])).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Rows as CSV (RFC 4180), safe for a spreadsheet as the report's CSV is. What is not known is an empty cell. */
export function rowsCsv({ columns, rows }: RowTable): string {
  const lines = [columns.map(printable), ...rows.map((row) => row.map((cell) => cellText(cell, '')))];
  return stringify(lines, { escape_formulas: true, record_delimiter: 'windows' });
}

/** Rows as a JSON array of objects, strings raw. Of two columns with one name the last counts. */
export function rowsJson({ columns, rows }: RowTable): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
  return `${safeJson(objects, 2)}\n`;
}

function cellText(cell: Json, unknown: string): string {
  return cell === null ? unknown : printable(String(cell));
}

function isNumeric(rows: RowTable['rows'], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null);
  return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
}
