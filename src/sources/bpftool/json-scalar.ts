import type { Json } from '../../model/json.ts';

/** A number as RFC 8259 writes it, and with leading zeros. */
export const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** What else stands without quotes: `true`, `null`, and what C's printf made of a pointer or a float. */
export const WORD = /[A-Za-z_(][\w()+-]*/y;

/** True for a number or one of the three words that JSON has. */
export function isStrictScalar(text: string): boolean {
  return /^(?:true|false|null|-?\d.*)$/.test(text);
}

/** The value of a strict scalar. A number keeps its digits as text where a double would not hold them. */
export function readScalar(text: string): Json {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? text : value;
}
