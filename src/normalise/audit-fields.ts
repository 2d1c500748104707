import { auditBody } from './audit-header.ts';

/** Separates the record from what auditd's `log_format=ENRICHED` adds: names that it looked up, upper-case keys. */
const ENRICHED = '\x1d';

/**
 * Fields that the kernel and user space write in quotes or, when the value has a blank, a quote or a byte outside
 * ASCII, in hexadecimal (`audit_log_untrustedstring`, kernel/audit.c). Any other field in hexadecimal is a number.
 * The list is that of auparse's string types (audit-userspace, auparse/typetab.h).
 */
const STRING_FIELDS = new Set([
  ...['path', 'comm', 'exe', 'file', 'name', 'watch', 'cwd', 'cmd', 'acct', 'dir', 'key', 'vm', 'device', 'cgroup'],
  ...[
    'old-disk',
    'new-disk',
    'old-fs',
    'new-fs',
    'old-net',
    'new-net',
    'old-chardev',
    'new-chardev',
    'old-rng',
    'new-rng',
  ],
  ...['apparmor', 'operation', 'denied_mask', 'info', 'profile', 'requested_mask', 'ocomm', 'grp', 'new_group', 'sw'],
  ...['root_dir', 'invalid_context', 'proctitle', 'data'],
]);

const EXECVE_ARGUMENT = /^a\d+(?:\[\d+\])?$/;

const PERMISSIONS = /\b(denied|granted)\s+\{([^}]*)\}/;

/**
 * The fields of one record, by auparse's rules: blanks separate, a token without `=` is prose, `msg='...'` is opened
 * up, brackets and commas around a token go, a quoted value is literal, an unquoted one is hexadecimal only where
 * {@link STRING_FIELDS} says so and stays as it is when it is not. `avc: denied { a b }` becomes `seresult=denied`,
 * `seperms=a,b`. Of several with one name the first counts.
 *
 * Only the places of fields are found at first. Values are cut out and decoded when they are asked for, because a
 * SYSCALL has thirty and few are.
 */
export class AuditFields {
  readonly #type: string;
  readonly #body: string;
  /** For each field the start of its name, of its value, and the value's end. */
  readonly #places: number[] = [];

  constructor(type: string, text: string) {
    const whole = auditBody(text);
    const cut = whole.indexOf(ENRICHED);
    this.#type = type;
    this.#body = cut === -1 ? whole : whole.slice(0, cut);
    this.#find();
  }

  /** The value as decoded, or undefined when there is no such field. */
  get(name: string): string | undefined {
    const body = this.#body;
    const places = this.#places;
    for (let i = 0; i < places.length; i += 3) {
      const from = places[i] ?? 0;
      const start = places[i + 1] ?? 0;
      if (start - from === name.length + 1 && body.startsWith(name, from))
        return this.#value(name, start, places[i + 2]);
    }
    return name === 'seresult' || name === 'seperms' ? this.#permissions(name) : undefined;
  }

  /** Names of the fields, in order, as often as they occur. */
  names(): string[] {
    const names: string[] = [];
    for (let i = 0; i < this.#places.length; i += 3) {
      names.push(this.#body.slice(this.#places[i], (this.#places[i + 1] ?? 1) - 1));
    }
    return names;
  }

  #find(): void {
    const body = this.#body;
    let at = 0;
    while (at < body.length) {
      if (body.charCodeAt(at) === BLANK) {
        at += 1;
        continue;
      }
      if (body.startsWith("msg='", at)) {
        at += 5;
        continue;
      }
      const equals = body.indexOf('=', at);
      if (equals === -1) return;
      const blank = body.indexOf(' ', at);
      let end = blank === -1 ? body.length : blank;
      if (equals < end) {
        const start = equals + 1;
        const quote = body.charCodeAt(start) === QUOTE ? body.indexOf('"', start + 1) : -1;
        if (quote !== -1) end = quote + 1;
        this.#places.push(body.charCodeAt(at) === BRACKET ? at + 1 : at, start, end);
      }
      at = end;
    }
  }

  #value(name: string, start: number, end: number | undefined): string {
    const value = this.#body.slice(start, end);
    if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) return value.slice(1, -1);
    return decode(this.#type, name, trimmed(value));
  }

  #permissions(name: 'seresult' | 'seperms'): string | undefined {
    if (this.#type !== 'AVC' && this.#type !== 'USER_AVC') return undefined;
    const match = PERMISSIONS.exec(this.#body);
    if (match === null) return undefined;
    return name === 'seresult' ? match[1] : (match[2] ?? '').trim().split(/ +/).join(',');
  }
}

const BLANK = 32;
const QUOTE = 34;
const BRACKET = 40;

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

/** The keys of the rules that matched: several are joined by byte 1. */
export function keysOf(fields: AuditFields): readonly string[] {
  const value = fieldOf(fields, 'key');
  return value === null ? [] : value.split('\x01').filter((key) => key !== '');
}

/** Without the punctuation that prose leaves behind a value; `(null)` and `(none)` keep theirs. */
function trimmed(value: string): string {
  // A mail or web page loses the separator: `key=(null)ARCH=x86_64` (kernel and distribution bug reports).
  if (value.startsWith('(null)')) return '(null)';
  if (value.startsWith('(none)')) return '(none)';
  let end = value.length;
  while (end > 0 && ":,')".includes(value.charAt(end - 1))) end -= 1;
  return end === value.length ? value : value.slice(0, end);
}

function decode(type: string, name: string, value: string): string {
  if (value.length === 0 || value.length % 2 !== 0 || nibble(value.charCodeAt(0)) === -1) return value;
  if (!STRING_FIELDS.has(name) && !(type === 'EXECVE' && EXECVE_ARGUMENT.test(name))) return value;
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
  const text = ascii && bytes.length < 1000 ? String.fromCharCode(...bytes) : UTF8.decode(Uint8Array.from(bytes));
  return name === 'proctitle' ? text.replaceAll('\0', ' ') : text;
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The kernel writes capital letters only; -1 for anything else. */
function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}
