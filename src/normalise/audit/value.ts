import { textOfPath } from '../../text/path-bytes.ts';
import type { AuditFields } from './fields.ts';

/**
 * Fields that the kernel and user space write in quotes or, when the value has a blank, a quote or a byte outside
 * ASCII, in hexadecimal (`audit_log_untrustedstring`, kernel/audit.c). Any other field in hexadecimal is a number.
 * The list is that of auparse's string types (audit-userspace, auparse/typetab.h).
 */
const STRING_FIELDS: ReadonlySet<string> = new Set([
  ...['path', 'comm', 'exe', 'file', 'name', 'watch', 'cwd', 'cmd', 'acct', 'dir', 'key', 'vm', 'device', 'cgroup'],
  ...['disk', 'fs', 'net', 'chardev', 'rng'].flatMap((each) => [`old-${each}`, `new-${each}`]),
  ...['apparmor', 'operation', 'denied_mask', 'info', 'profile', 'requested_mask', 'ocomm', 'grp', 'new_group', 'sw'],
  ...['root_dir', 'invalid_context', 'proctitle'],
]);

const EXECVE_ARGUMENT = /^a\d+(?:\[\d+\])?$/;

/** True for a field whose value is text, so that it is in hexadecimal when it is not in quotes. */
export function isStringField(type: string, name: string): boolean {
  if (STRING_FIELDS.has(name)) return true;
  if (type === 'EXECVE') return EXECVE_ARGUMENT.test(name);
  return name === 'data' && (type === 'TTY' || type === 'USER_TTY');
}

/**
 * An unquoted value as text, without the punctuation that prose leaves behind it; as it stands when it is not
 * hexadecimal or the field is no string.
 */
export function decodeValue(type: string, name: string, written: string): string {
  const value = trimmed(written);
  if (value.length === 0 || value.length % 2 !== 0 || nibble(value.charCodeAt(0)) === -1) return value;
  if (!isStringField(type, name)) return value;
  const bytes: number[] = new Array(value.length / 2);
  let ascii = true;
  for (let i = 0; i < bytes.length; i += 1) {
    const high = nibble(value.charCodeAt(2 * i));
    const low = nibble(value.charCodeAt(2 * i + 1));
    if (high === -1 || low === -1) return value;
    bytes[i] = 16 * high + low;
    ascii &&= high < 8;
  }
  // Most are ASCII and short, for which a decoder takes longer to call than to run; many arguments overflow the stack.
  const text = ascii && bytes.length < 1000 ? String.fromCharCode(...bytes) : textOfPath(Uint8Array.from(bytes));
  if (name === 'proctitle') return text.replaceAll('\0', ' ');
  // A Unix socket without a file begins with NUL, which unix(7) and ss write as `@`.
  return (name === 'path' || name === 'name') && text.startsWith('\0') ? `@${text.slice(1)}` : text;
}

/** Without trailing punctuation; `(null)` and `x (deleted)` keep their bracket. */
function trimmed(value: string): string {
  let end = value.length;
  if (!PUNCTUATION.includes(value.charAt(end - 1))) return value;
  const stripped = value.includes('(') ? PUNCTUATION.slice(0, -1) : PUNCTUATION;
  while (end > 0 && stripped.includes(value.charAt(end - 1))) end -= 1;
  return value.slice(0, end);
}

const PUNCTUATION = " :,')";

/** The kernel writes capital letters only; -1 for anything else. */
function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}

/** The value of a field, or null when it is absent or says that it has none: `(null)`, `(none)`, `?`, nothing. */
export function fieldOf(fields: AuditFields, name: string): string | null {
  const value = fields.get(name);
  if (value === undefined || value === '' || value === '?' || value === '(none)' || value === '(null)') return null;
  return value;
}

/** A field that is a whole decimal number, or null. */
export function numberOf(fields: AuditFields, name: string): number | null {
  const value = fields.get(name);
  if (value === undefined || !/^-?\d{1,16}$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** A user or session id; null too where it is not set, which the kernel writes as the largest 32-bit number. */
export function userIdOf(fields: AuditFields, name: string): number | null {
  const value = numberOf(fields, name);
  return value === null || value < 0 || value === 0xffffffff ? null : value;
}

/** The name of a user: looked up by auditd (`UID="root"`), or written where the number stood (`uid=root`); else null. */
export function userNameOf(fields: AuditFields, name: string): string | null {
  const value = fields.isEnriched ? fields.lookedUp(name) : null;
  const said = value ?? fields.get(name) ?? null;
  return said === null || (value === null && /^-?\d/.test(said)) || NOBODY.test(said) ? null : said;
}

/** What stands for no user at all, or for one without a name (`unknown(1000)`). */
const NOBODY = /^(?:|\?|n\/a|unset|\(null\)|\(none\)|unknown\(.*)$/;

/** The keys of the rules that matched: several are joined by byte 1, or stand as several fields in `ausearch -i`. */
export function keysOf(fields: AuditFields): readonly string[] {
  const value = fieldOf(fields, 'key');
  if (value === null) return [];
  const keys = (fields.isOnly('key') ? value : fields.all('key').join('\x01')).split('\x01');
  return keys.filter((key) => key !== '' && key !== '(null)');
}

/** Whether the record says that what it tells of worked; null when it does not say. */
export function successOf(fields: AuditFields): boolean | null {
  const said = fieldOf(fields, 'res') ?? fieldOf(fields, 'success');
  if (said === null) return null;
  return said === '1' || said === 'yes' || said === 'success' || said === 'ok';
}
