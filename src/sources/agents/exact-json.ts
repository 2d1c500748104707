import type { JsonObject } from '../../model/json.ts';
import { MAX_DEPTH, nestsWithin } from '../../text/json-depth.ts';
import { parseBpftoolJson } from '../bpftool/json.ts';

export type ParsedObject = { readonly value: JsonObject } | { readonly reason: string };

/** A whole number that a double may not hold, or an exponent past a double, where JSON has a value. */
const INEXACT = /[:[,]\s*-?(?:\d{16}|\d+(?:\.\d+)?[eE]\+?\d{3})/;
const LONG_INTEGER = /([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g;

/**
 * One JSON object, as strict as `JSON.parse` and at its speed, but with whole numbers beyond 2^53 as strings of their
 * digits. Anything else has a reason: not JSON, not an object, nested deeper than {@link MAX_DEPTH}. Never throws.
 */
export function parseObject(text: string): ParsedObject {
  if (!INEXACT.test(text)) return bounded(text, text);
  // A match inside a string closes that string and goes on with a digit, which is never JSON: the slow way then.
  const quoted = bounded(text, text.replace(LONG_INTEGER, quoteInexact));
  if ('value' in quoted && !INEXACT_EXPONENT.test(text)) return quoted;
  const strict = bounded(text, text);
  const exact = 'value' in strict ? parseBpftoolJson(text).documents[0] : undefined;
  return isObject(exact) ? { value: exact } : strict;
}

const INEXACT_EXPONENT = /[:[,]\s*-?\d+(?:\.\d+)?[eE]\+?\d{3}/;

function quoteInexact(whole: string, before: string, digits: string): string {
  return Number.isSafeInteger(Number(digits)) ? whole : `${before}"${digits}"`;
}

function bounded(original: string, text: string): ParsedObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'not valid JSON' };
  }
  if (!isObject(value)) return { reason: 'not a JSON object' };
  if (mayNestDeep(original) && !nestsWithin(value, MAX_DEPTH)) return { reason: `nested deeper than ${MAX_DEPTH}` };
  return { value };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Looks for brackets only: nearly no text has as many as it takes. */
function mayNestDeep(text: string): boolean {
  let count = 0;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > MAX_DEPTH) return true;
    }
  }
  return false;
}
