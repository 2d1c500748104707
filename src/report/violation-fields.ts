import type { Violation } from '../model/check.ts';
import type { Json } from '../model/json.ts';

/** The names of the fields of these violations, in the order in which they first appear. */
export function fieldNames(violations: readonly Violation[]): readonly string[] {
  return [...new Set(violations.flatMap(({ fields }) => Object.keys(fields)))];
}

/** A field as one line of raw text; empty where there is none or SQL says NULL. */
export function fieldText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
