import { CHECK_STATUSES, type CheckStatus } from '../../model/check.ts';
import { isJsonObject, type Json } from '../../model/json.ts';
import type { GivenRow } from './pack.ts';

const EXPECTATION = /^(\S+)(?: (\d{1,9}) violations?)?$/;

/** What a test expects, from `failed 2 violations`; null when it is written otherwise. */
export function expectationOf(
  text: string,
): { readonly status: CheckStatus; readonly violations: number | null } | null {
  const [, word, count] = EXPECTATION.exec(text.trim().replace(/\s+/g, ' ')) ?? [];
  const status = CHECK_STATUSES.find((each) => each === word);
  return status === undefined ? null : { status, violations: count === undefined ? null : Number(count) };
}

export const EXPECTED = `wants ${CHECK_STATUSES.join(', ')}, with "N violations" behind it or not`;

/** A value as a row of a table, null when it is none: an object of plain values. */
export function givenRow(value: Json): GivenRow | null {
  if (!isJsonObject(value)) return null;
  return Object.values(value).every((cell) => cell === null || typeof cell !== 'object') ? (value as GivenRow) : null;
}
