import type { Json } from '../../model/json.ts';
import type { EventStamp } from './audit-text.ts';

/** `1615114232.375:15558`, as auditd and laurel write which event it is; null for anything else. */
export function stampOf(text: Json | undefined): EventStamp | null {
  const [, seconds, fraction, serial] = (typeof text === 'string' && STAMP.exec(text)) || [];
  if (seconds === undefined || fraction === undefined || serial === undefined) return null;
  return { time: toMilliseconds(seconds, fraction), serial: Number(serial) };
}

const STAMP = /^(\d{1,11})\.(\d{1,9}):(\d{1,15})$/;

/** Seconds and the digits after the point, as milliseconds; what is finer is cut off. */
function toMilliseconds(seconds: string, fraction: string): number {
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Text that is a count of microseconds since the epoch, as journald writes it, in milliseconds; else null. */
export function microseconds(text: Json | undefined): number | null {
  const digits = typeof text === 'number' ? String(text) : text;
  if (typeof digits !== 'string' || !/^\d{1,19}$/.test(digits)) return null;
  return Number(digits.slice(0, -3) || '0');
}
