import { isStringField } from '../../normalise/audit/value.ts';

/** Which event a record is of. */
export interface EventStamp {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Null where what was read does not say it; 0 is written then. */
  readonly serial: number | null;
}

/** A field of a record; null where the kernel writes `(null)`. */
export type AuditField = readonly [name: string, value: string | null];

/** `type=BPF msg=audit(1707546943.213:164): ` and the body: a record as auditd writes it. */
export function recordText(type: string, { time, serial }: EventStamp, body: string): string {
  const seconds = Math.floor(time / 1000);
  const milliseconds = String(time - seconds * 1000).padStart(3, '0');
  return `type=${type} msg=audit(${seconds}.${milliseconds}:${serial ?? 0}): ${body}`;
}

/**
 * The body of a record made of fields whose values are known, so that reading it gives these values again. Text is
 * written as the kernel writes what it does not trust (`audit_log_untrustedstring`, kernel/audit.c): in quotes, or in
 * hexadecimal UTF-8 when it has a quote, a blank, a control character or a byte outside ASCII. Other values stand as
 * they are, or in quotes when they have blanks; one that neither can hold is written in hexadecimal too.
 */
export function recordBody(type: string, fields: readonly AuditField[]): string {
  return fields
    .filter(([name]) => NAME.test(name))
    .map(([name, value]) => `${name}=${value === null ? '(null)' : written(isStringField(type, name), value)}`)
    .join(' ');
}

function written(isString: boolean, value: string): string {
  if (isString) return PLAIN.test(value) ? `"${value}"` : hex(value);
  if (BARE.test(value) || (PLAIN.test(value) && !/[()'{:,]/.test(value) && value !== '')) return value;
  return QUOTABLE.test(value) ? `"${value}"` : hex(value);
}

const NAME = /^[A-Za-z0-9_.[\]-]{1,64}$/;
/** What the kernel puts in quotes: printable ASCII but blank and quote. */
const PLAIN = /^[!#-~]*$/;
/** A number, or a word of letters. */
const BARE = /^-?[A-Za-z0-9_./-]+$/;
/** What can stand in quotes without ending them, or the record. */
const QUOTABLE = /^[^"\x00-\x1f\x7f]*$/;

function hex(value: string): string {
  let text = '';
  for (const byte of UTF8.encode(value)) text += byte.toString(16).toUpperCase().padStart(2, '0');
  return text;
}

const UTF8 = new TextEncoder();
