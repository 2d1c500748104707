import type { SqlValue } from 'sql.js';
import { EVENT_TYPES } from '../model/event.ts';
import { SEVERITIES } from '../model/severity.ts';
import { matches, parseFilter } from '../text/match.ts';
import type { Names } from './names.ts';

/** A condition on rows of `event`. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** What LIKE can look for: its patterns have a greatest length (sqlite.org/limits.html), far above this. */
const SIMPLE = /^[\x20-\x7e]{1,1000}$/;

/**
 * The condition for a typed filter (text/match.ts): text in type, severity, source, host, id or details. Null when it
 * filters nothing.
 *
 * Type, severity, source and host are few, so they are compared here and go in as codes. For the rest, LIKE takes upper
 * and lower case of ASCII as alike; a needle with other letters goes through JavaScript's toLowerCase. As details are
 * JSON text, a needle is also looked for as JSON would write it.
 */
export function searchCondition(typed: string, names: Names): Condition | null {
  const filter = parseFilter(typed);
  if (filter === null) return null;
  const { needle, inverted } = filter;
  const holds = (text: string) => matches({ needle, inverted: false }, [text]);
  const arms: { sql: string; parameter: SqlValue }[] = [];
  const oneOf = (column: string, codes: readonly number[]) => {
    // A list as one parameter keeps the SQL text, and so the compiled statement, the same.
    if (codes.length > 0) {
      arms.push({ sql: `${column} IN (SELECT value FROM json_each(?))`, parameter: JSON.stringify(codes) });
    }
  };
  const codes = names.matching(holds);
  oneOf('type', codesOf(EVENT_TYPES, holds));
  oneOf('severity', codesOf(SEVERITIES, holds));
  oneOf('source', codes);
  oneOf('host', codes);
  for (const text of new Set([needle, JSON.stringify(needle).slice(1, -1)])) {
    for (const column of ['details', 'id']) arms.push(holdsText(column, text));
  }
  return {
    sql: `${inverted ? 'NOT ' : ''}(${arms.map((arm) => arm.sql).join(' OR ')})`,
    parameters: arms.map((arm) => arm.parameter),
  };
}

function codesOf(values: readonly string[], accept: (text: string) => boolean): number[] {
  return values.flatMap((value, code) => (accept(value) ? [code] : []));
}

function holdsText(column: string, text: string): { sql: string; parameter: SqlValue } {
  if (!SIMPLE.test(text)) return { sql: `instr(fold(${column}), ?) > 0`, parameter: text };
  return { sql: `${column} LIKE ? ESCAPE '\\'`, parameter: `%${text.replace(/[%_\\]/g, '\\$&')}%` };
}
