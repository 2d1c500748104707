import type { CheckException } from '../model/check.ts';
import { formatTime } from './time.ts';

/** Why something is lived with and until when, raw (not sanitised): `our own agent (until 2027-03-31)`. */
export function describeException({ reason, until }: CheckException): string {
  return `${reason} (until ${formatTime(until).slice(0, 10)})`;
}
