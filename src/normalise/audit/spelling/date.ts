import { clockOf, monthOf, TAKEN_AS_UTC } from './stamp.ts';

/**
 * What a date that `ausearch -i` wrote may mean, in ms since the epoch with its clock taken as UTC. It is written as
 * the reader's locale has it (strftime `%x %T`), so `02/03/2026` is one day in Boston and another in Leeds.
 */
export interface DateReadings {
  /** Null where the date has no such reading. */
  readonly monthFirst: number | null;
  readonly dayFirst: number | null;
}

const CLOCK = String.raw`(\d\d):(\d\d):(\d\d)\.(\d{1,9})$`;
const NUMBERS = new RegExp(String.raw`^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4}) ${CLOCK}`);
const WORDS = new RegExp(
  String.raw`^(?:(\d{1,2})[ ./-](\p{L}{3,5}\.?)|(\p{L}{3,5}\.?) (\d{1,2}),?)[ ./-](\d{2,4}) ${CLOCK}`,
  'u',
);

/** Reads `02/02/2026 09:48:37.569`; null when it is no such date. */
export function parseDate(text: string): DateReadings | null {
  const numbers = NUMBERS.exec(text);
  if (numbers !== null) {
    const [, first = '', separator, second = '', third = '', hours = '', minutes = '', seconds = '', fraction] =
      numbers;
    const clock = clockOf(hours, minutes, seconds, fraction);
    if (first.length > 2) return both(dayTime(first, second, third, clock), null);
    const dayFirst = dayTime(third, second, first, clock);
    // Dots and dashes stand in no locale that has the month in front.
    return both(separator === '/' ? dayTime(third, first, second, clock) : null, dayFirst);
  }
  const words = WORDS.exec(text);
  if (words === null) return null;
  const [, day, month, monthAhead, dayBehind, year = '', hours = '', minutes = '', seconds = '', fraction] = words;
  const number = monthOf(month ?? monthAhead ?? '');
  if (number === null) return null;
  const clock = clockOf(hours, minutes, seconds, fraction);
  return both(null, dayTime(year, String(number + 1), day ?? dayBehind ?? '', clock));
}

/** Null when neither reading is a date. */
function both(monthFirst: number | null, dayFirst: number | null): DateReadings | null {
  return monthFirst === null && dayFirst === null ? null : { monthFirst, dayFirst };
}

/** Null when the calendar has no such day. A year of two digits is of this century, as the kernel's auditing is. */
function dayTime(year: string, month: string, day: string, clock: number): number | null {
  const full = year.length === 4 ? Number(year) : 2000 + Number(year);
  if (year.length === 3 || year.length === 1) return null;
  const date = new Date(Date.UTC(full, Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? date.getTime() + clock : null;
}

/** Which of two readings holds in one file: a date that has only one of them tells for all. */
export class DateOrder {
  #dayFirst: boolean | null = null;
  #used = false;
  #assumed = false;

  /** What was assumed so far, for people. */
  get assumptions(): readonly string[] {
    return [...(this.#used ? [TAKEN_AS_UTC] : []), ...(this.#assumed ? ['dates read month first'] : [])];
  }

  /** Whether a date can be read only one way, or is known to be written one way. */
  isCertain(date: DateReadings): boolean {
    return this.#dayFirst !== null || date.monthFirst === null || date.dayFirst === null || isSame(date);
  }

  /** Milliseconds since the epoch. Where nothing tells, the month is taken to stand first, as in `en_US`. */
  timeOf(date: DateReadings): number {
    const { monthFirst, dayFirst } = date;
    this.#used = true;
    if (monthFirst === null || dayFirst === null) {
      if (monthFirst === null) this.#dayFirst = true;
      else if (dayFirst === null) this.#dayFirst = false;
      return monthFirst ?? dayFirst ?? 0;
    }
    if (this.#dayFirst === null && !isSame(date)) this.#assumed = true;
    return this.#dayFirst === true ? dayFirst : monthFirst;
  }
}

function isSame({ monthFirst, dayFirst }: DateReadings): boolean {
  return monthFirst === dayFirst;
}
