import type { Json } from '../../model/json.ts';
import { MAX_DEPTH, nestsWithin } from '../../text/json-depth.ts';
import { hasKeyTwice } from '../../text/json-keys.ts';
import type { JsonError } from './json-cursor.ts';
import { JsonReader } from './json-reader.ts';

export interface BpftoolJson {
  /** The values at top level, in order: one for a plain command, several where outputs were appended to one file. */
  readonly documents: readonly Json[];
  /** What was not JSON and could be put right, each kind once, with a count where it was more than one. */
  readonly repairs: readonly string[];
  /** What could not be put right; something of the text is missing from `documents`. */
  readonly errors: readonly JsonError[];
}

/** Numbers that a plain `JSON.parse` could change: 16 digits can be past 2^53, a large exponent past a double. */
const INEXACT = /\d{16}|\d[eE]\+?\d{3}/;

/**
 * Reads what `bpftool -j` printed. Accepted beyond JSON, each named in `repairs`: several values in a row, `,null`
 * after the answer, a bare member in an array (`"flow_dissector":["id":5]`), a `funcs` array that is never closed,
 * `\'`, raw control characters in strings, `(nil)` and other unquoted words, missing values and commas, a key twice.
 * An empty text has no documents. A text that was cut keeps the whole elements of its arrays, and the cut is an error.
 * Integers past 2^53 (addresses, cookies, cgroup ids) become strings of their digits. Never throws.
 */
export function parseBpftoolJson(text: string): BpftoolJson {
  const strict = INEXACT.test(text) ? undefined : strictParse(text);
  if (strict !== undefined && nestsWithin(strict, MAX_DEPTH) && !hasKeyTwice(text, strict)) {
    return { documents: [strict], repairs: [], errors: [] };
  }
  const reader = new JsonReader(text);
  const documents = reader.documents();
  return { documents, repairs: reader.repairs(), errors: reader.errors() };
}

/** `JSON.parse` is ten times as fast as the reader; undefined where the text is not strict JSON. */
function strictParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
