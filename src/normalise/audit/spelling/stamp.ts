/**
 * When a line of a log was written, as its own start says it. Month from 0, hours and minutes of whatever clock the
 * host showed its people.
 */
export interface LogStamp {
  /** Null where the line leaves it out, as syslog does (RFC 3164, 4.1.2). */
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
  /** Since midnight, ms. */
  readonly clock: number;
  /** East of UTC, ms; null where the line does not say. */
  readonly offset: number | null;
}

/** What is assumed where nothing tells of a zone, for people. */
export const TAKEN_AS_UTC = 'times taken as UTC';

/** Abbreviated months as glibc's locales write them. Those that mean two months in two languages are left out. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'janv', 'ene', 'gen', 'jän', 'led', 'sty', 'янв'],
  ['feb', 'févr', 'fev', 'úno', 'lut', 'фев'],
  ['mar', 'mär', 'mars', 'mrt', 'mrz', 'bře', 'мар'],
  ['apr', 'avr', 'avril', 'abr', 'dub', 'kwi', 'апр'],
  ['may', 'mai', 'mei', 'maj', 'mag', 'kvě', 'май', 'мая'],
  ['jun', 'juin', 'giu', 'čen', 'cze', 'июн'],
  ['jul', 'juil', 'lug', 'lip', 'июл'],
  ['aug', 'août', 'ago', 'srp', 'sie', 'авг'],
  ['sep', 'sept', 'set', 'zář', 'wrz', 'сен'],
  ['oct', 'okt', 'ott', 'out', 'říj', 'paź', 'окт'],
  ['nov', 'ноя'],
  ['dec', 'déc', 'dez', 'dic', 'des', 'pro', 'gru', 'дек'],
];

const MONTH_OF = new Map(MONTHS.flatMap((names, month) => names.map((name) => [name, month] as const)));

/** The month, from 0, that an abbreviation means in any of the languages known here; null for another word. */
export function monthOf(word: string): number | null {
  return MONTH_OF.get(word.toLowerCase().replace(/\.$/, '')) ?? null;
}

/** Milliseconds since the epoch of a stamp in a year; `offset` stands in where the stamp has none. */
export function stampTime(stamp: LogStamp, year: number, offset: number): number {
  return Date.UTC(stamp.year ?? year, stamp.month, stamp.day) + stamp.clock - (stamp.offset ?? offset);
}

/** `14`, `59`, `10`, `123456` as milliseconds since midnight. */
export function clockOf(hours: string, minutes: string, seconds: string, fraction = ''): number {
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + milliseconds;
}

/** `+02:00`, `+0200`, `Z`, `UTC` as milliseconds east of UTC; null for any other name of a zone. */
export function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (zone === 'Z' || zone === 'UTC' || zone === 'GMT') return 0;
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
