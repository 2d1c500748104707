import { EVENT_TYPES } from '../model/event.ts';
import { SEVERITIES } from '../model/severity.ts';
import { type Filter, matches } from '../text/match.ts';
import type { Columns } from './columns.ts';
import type { Names } from './names.ts';
import type { Segment } from './segment.ts';

/** Places that are asked for of SQLite together: few at first, as those that were wanted may be among them. */
const FIRST_BATCH = 256;
const LARGEST_BATCH = 4096;

/** Rows that are read for each one that is looked for, rather than that each is looked up. */
const DENSE = 4;

/** What LIKE can look for: its patterns have a greatest length (sqlite.org/limits.html), far above this. */
const SIMPLE = /^[\x20-\x7e]{1,1000}$/;

/**
 * A typed filter (text/match.ts): text in type, severity, source, host, id or details.
 *
 * Type, severity, source and host are few and lie in columns, so each is compared once. For the rest, LIKE takes upper
 * and lower case of ASCII as alike; a needle with other letters goes through JavaScript's toLowerCase. As details are
 * JSON text, a needle is also looked for as JSON would write it.
 */
export class TextSearch {
  readonly #inverted: boolean;
  /** 1 for the types and severities that have the text. */
  readonly #types: Uint8Array;
  readonly #severities: Uint8Array;
  /** Codes of names that have it. */
  readonly #names: ReadonlySet<number>;
  readonly #sql: string;
  readonly #parameters: readonly string[];

  constructor({ needle, inverted }: Filter, names: Names) {
    const holds = (text: string) => matches({ needle, inverted: false }, [text]);
    const arms = [...new Set([needle, JSON.stringify(needle).slice(1, -1)])].flatMap((text) =>
      ['details', 'id'].map((column) => holdsText(column, text)),
    );
    this.#inverted = inverted;
    this.#types = Uint8Array.from(EVENT_TYPES, (type) => (holds(type) ? 1 : 0));
    this.#severities = Uint8Array.from(SEVERITIES, (severity) => (holds(severity) ? 1 : 0));
    this.#names = new Set(names.matching(holds));
    this.#sql = arms.map(({ sql }) => sql).join(' OR ');
    this.#parameters = arms.map(({ parameter }) => parameter);
  }

  /** Those of the places of a segment whose events match, in the same order. They are looked at as they are asked for. */
  *matching(segment: Segment, places: Iterable<number>): Iterable<number> {
    let batch: number[] = [];
    let size = FIRST_BATCH;
    for (const place of places) {
      batch.push(place);
      if (batch.length < size) continue;
      yield* this.#among(segment, batch);
      batch = [];
      size = Math.min(size * 2, LARGEST_BATCH);
    }
    if (batch.length > 0) yield* this.#among(segment, batch);
  }

  #among(segment: Segment, places: readonly number[]): number[] {
    const { columns } = segment;
    const unsure = places.filter((place) => !this.#inColumns(columns, place));
    const found = unsure.length === 0 ? new Set<number>() : this.#inRows(segment, unsure);
    return places.filter((place) => (found.has(place) || this.#inColumns(columns, place)) !== this.#inverted);
  }

  #inColumns({ types, severities, sources, hosts }: Columns, place: number): boolean {
    return (
      this.#types[types[place] ?? 0] === 1 ||
      this.#severities[severities[place] ?? 0] === 1 ||
      this.#names.has(sources[place] ?? 0) ||
      this.#names.has(hosts[place] ?? 0)
    );
  }

  #inRows({ connection, first }: Segment, places: readonly number[]): ReadonlySet<number> {
    const { least, most } = places.reduce(
      (range, place) => ({ least: Math.min(range.least, place), most: Math.max(range.most, place) }),
      { least: Number.POSITIVE_INFINITY, most: 0 },
    );
    const found = new Set<number>();
    const find = (where: string, ...parameters: (number | string)[]) =>
      connection.each(
        `SELECT seq FROM event WHERE ${where} AND (${this.#sql})`,
        [...parameters, ...this.#parameters],
        ([seq]) => found.add(Number(seq) - first),
      );
    // A list as one parameter keeps the SQL text, and so the compiled statement, the same.
    if (most - least < places.length * DENSE) find('seq BETWEEN ? AND ?', first + least, first + most);
    else find('seq IN (SELECT value FROM json_each(?))', JSON.stringify(places.map((place) => first + place)));
    return found;
  }
}

function holdsText(column: string, text: string): { readonly sql: string; readonly parameter: string } {
  if (!SIMPLE.test(text)) return { sql: `instr(fold(${column}), ?) > 0`, parameter: text };
  return { sql: `${column} LIKE ? ESCAPE '\\'`, parameter: `%${text.replace(/[%_\\]/g, '\\$&')}%` };
}
