import type { CheckException, CheckResult } from '../model/check.ts';
import { describeViolation } from './describe-violation.ts';
import { formatTime } from './time.ts';

/** Why something is lived with and until when, raw (not sanitised): `our own agent (until 2027-03-31)`. */
export function describeException({ reason, until }: CheckException): string {
  return `${reason} (until ${formatTime(until).slice(0, 10)})`;
}

/** What is lived with, and what no longer is, a line each, raw: in every report, beside the verdict that it changes. */
export function exceptionLines({ excepted = [], expired = [], unused = [] }: CheckResult): readonly string[] {
  return [
    ...excepted.map(({ violation, exception }) => {
      return `Lived with: ${describeViolation(violation)}: ${describeException(exception)}`;
    }),
    ...expired.map((exception) => `No longer lived with: ${describeException(exception)}`),
    ...unused.map((exception) => `Excepts nothing here: ${objectText(exception)}: ${describeException(exception)}`),
  ];
}

/** `name flow_*, kind map`, or `all of it`. */
function objectText({ object }: CheckException): string {
  const parts = Object.entries(object).map(([key, value]) => `${key} ${String(value)}`);
  return parts.length === 0 ? 'all of it' : parts.join(', ');
}
