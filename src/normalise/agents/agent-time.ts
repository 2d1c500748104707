import type { Json } from '../../model/json.ts';

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?(Z|z|[+-]\d{2}:\d{2})$/;

/** A time of RFC 3339 with up to picoseconds, in milliseconds since the epoch; null for anything else. */
export function timeOfText(text: string | null): number | null {
  const [, date, clock, fraction = '', zone] = (text !== null && RFC3339.exec(text)) || [];
  if (date === undefined || clock === undefined || zone === undefined) return null;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const time = Date.parse(`${date}T${clock}.${milliseconds}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? null : time;
}

/** The shortest count of nanoseconds that is a date and not the time since a boot: 2001 and later has 19 digits. */
const EPOCH_DIGITS = 19;

/**
 * Nanoseconds since the epoch, as a number or as its digits, in milliseconds. Null for anything else, also for
 * nanoseconds of a clock that starts with the boot, which say nothing of the date.
 */
export function timeOfNanoseconds(value: Json | undefined): number | null {
  const digits = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : value;
  if (typeof digits !== 'string' || !/^\d+$/.test(digits) || digits.length !== EPOCH_DIGITS) return null;
  return Number(digits.slice(0, -6));
}
