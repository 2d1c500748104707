import type { SqlValue, Statement } from 'sql.js';
import type { Json } from '../model/json.ts';

/** Characters that a row counts as beside its texts. */
const ROW_LENGTH = 64;

/** Characters that a row counts as. */
export function lengthOf(row: readonly Json[]): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), ROW_LENGTH);
}

/** The row that a statement stands at, as JSON. */
export function rowOf(statement: Statement): Json[] {
  return valuesOf(statement).map(jsonOf);
}

/** Whole numbers that a double may not hold are bigints. */
function valuesOf(statement: Statement): readonly (SqlValue | bigint)[] {
  const values = statement.get();
  // A bigint takes longer to make, and few are needed.
  return values.some(isInexact) ? (statement as BigIntStatement).get(null, { useBigInt: true }) : values;
}

function isInexact(value: SqlValue): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value);
}

/** A parameter of sql.js that its types leave out. */
interface BigIntStatement {
  get(parameters: null, options: { readonly useBigInt: true }): (SqlValue | bigint)[];
}

function jsonOf(value: SqlValue | bigint): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  // As SQLite's shell has it; NULL is what is not known.
  return typeof value === 'number' && !Number.isFinite(value) ? (value > 0 ? 'Inf' : '-Inf') : value;
}
