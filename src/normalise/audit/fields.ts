import { auditBody } from './header.ts';
import { decodeValue, isStringField } from './value.ts';

/** Separates the record from what auditd's `log_format=ENRICHED` adds: names that it looked up, upper-case keys. */
const ENRICHED = '\x1d';

/** The first of the keys that enriching adds: where mail or a web page lost the separator, the record ends there. */
const ENRICHED_KEY = /(?:ARCH|SYSCALL|O?A?UID|SADDR)=/;
const LONGEST_KEY = 'SYSCALL='.length;

/** Of bounded length: a hostile record may open many braces and close none. */
const PERMISSIONS = /\b(denied|granted)\s{1,8}\{([^{}]{0,1024})\}/;

/**
 * The fields of one record, by auparse's rules: blanks separate, a token without `=` is prose, `msg='...'` is opened
 * up, brackets and commas around a token go, a quoted value is literal, `{ ... }` is one value, an unquoted one is
 * hexadecimal only where {@link isStringField} says so and stays as it is when it is not. `avc: denied { a b }` becomes
 * `seresult=denied`, `seperms=a,b`. Of several with one name the first counts.
 *
 * Where a string field is written without quotes, as `ausearch -i` writes all of them, the prose after it is the rest of
 * it: `exe=/usr/sbin/charon (deleted)`.
 *
 * Only the places of fields are found at first. Values are cut out and decoded when they are asked for, because a
 * SYSCALL has thirty and few are.
 */
export class AuditFields {
  readonly #type: string;
  #body: string;
  #enriched: string;
  /** For each field the start of its name, of its value, and the value's end. */
  readonly #places: number[] = [];

  constructor(type: string, text: string) {
    const whole = auditBody(text);
    const cut = whole.indexOf(ENRICHED);
    this.#type = type;
    this.#body = cut === -1 ? whole : whole.slice(0, cut);
    this.#enriched = cut === -1 ? '' : whole.slice(cut + 1);
    if (type === 'PROCTITLE') this.#findTitle();
    else this.#find();
  }

  /** The value as decoded, or undefined when there is no such field. */
  get(name: string): string | undefined {
    const body = this.#body;
    const places = this.#places;
    for (let i = 0; i < places.length; i += 3) {
      const from = places[i] ?? 0;
      const start = places[i + 1] ?? 0;
      if (start - from === name.length + 1 && body.startsWith(name, from)) {
        return this.#value(name, start, places[i + 2]);
      }
    }
    return name === 'seresult' || name === 'seperms' ? this.#permissions(name) : undefined;
  }

  /** The values of all fields with this name, in order. */
  all(name: string): string[] {
    const values: string[] = [];
    for (const [each, value] of this.entries(name)) if (each === name) values.push(value);
    return values;
  }

  /** True when names that auditd looked up follow the record. */
  get isEnriched(): boolean {
    return this.#enriched !== '';
  }

  /** True when no second field has this name. */
  isOnly(name: string): boolean {
    let found = 0;
    for (let i = 0; i < this.#places.length; i += 3) {
      const from = this.#places[i] ?? 0;
      const same = (this.#places[i + 1] ?? 0) - from === name.length + 1 && this.#body.startsWith(name, from);
      if (same) found += 1;
    }
    return found < 2;
  }

  /** Name and value of each field, in order, as often as they occur; with `prefix`, only names that start with it. */
  *entries(prefix = ''): Generator<readonly [name: string, value: string]> {
    for (let i = 0; i < this.#places.length; i += 3) {
      const from = this.#places[i] ?? 0;
      if (!this.#body.startsWith(prefix, from)) continue;
      const start = this.#places[i + 1] ?? 1;
      const name = this.#body.slice(from, start - 1);
      yield [name, this.#value(name, start, this.#places[i + 2])];
    }
  }

  /** Names of the fields, in order, as often as they occur. */
  names(): string[] {
    const names: string[] = [];
    for (let i = 0; i < this.#places.length; i += 3) {
      names.push(this.#body.slice(this.#places[i], (this.#places[i + 1] ?? 1) - 1));
    }
    return names;
  }

  /** What auditd looked up for `name`, which it writes in capitals after the record: `root` for `uid`; else null. */
  lookedUp(name: string): string | null {
    const enriched = this.#enriched;
    if (enriched === '') return null;
    const key = `${name.toUpperCase()}=`;
    let at = enriched.startsWith(key) ? 0 : enriched.indexOf(` ${key}`);
    if (at === -1) return null;
    if (at > 0) at += 1;
    const start = at + key.length;
    const quoted = enriched.charCodeAt(start) === QUOTE;
    const end = enriched.indexOf(quoted ? '"' : ' ', start + 1);
    return enriched.slice(quoted ? start + 1 : start, end === -1 ? enriched.length : end);
  }

  /** A command line is the whole of its record: `ausearch -i` writes it as it was typed, with blanks and `=`. */
  #findTitle(): void {
    const at = this.#body.indexOf('proctitle=');
    if (at !== -1) this.#places.push(at, at + 10, this.#body.trimEnd().length);
  }

  #find(): void {
    const body = this.#body;
    const places = this.#places;
    let at = 0;
    // Looked for once and kept, and so is that there is no closing brace: a record may be long and all prose or braces.
    let equals = -1;
    let braces = true;
    while (at < body.length) {
      if (body.charCodeAt(at) === BLANK) {
        at += 1;
        continue;
      }
      if (body.startsWith("msg='", at)) {
        at += 5;
        continue;
      }
      if (equals < at) equals = body.indexOf('=', at);
      if (equals === -1) {
        this.#extend(body.trimEnd().length);
        return;
      }
      const blank = body.indexOf(' ', at);
      let end = blank === -1 ? body.length : blank;
      if (equals >= end) {
        this.#extend(end);
      } else {
        const start = equals + 1;
        const first = body.charCodeAt(start);
        let close = first === QUOTE ? body.indexOf('"', start + 1) : -1;
        if (first === BRACE && braces) {
          close = body.indexOf('}', start);
          braces = close !== -1;
        }
        if (close !== -1) end = close + 1;
        places.push(body.charCodeAt(at) === BRACKET ? at + 1 : at, start, end);
        if (close === -1) {
          equals = body.indexOf('=', start);
          if (equals !== -1 && equals < end && this.#cutLost(ENRICHED_KEY.exec(body.slice(start, end)), start)) return;
        } else if (isCapital(body.charCodeAt(end))) {
          const found = ENRICHED_KEY.exec(body.slice(end, end + LONGEST_KEY));
          if (found?.index === 0 && this.#cutLost(found, end)) return;
        }
      }
      at = end;
    }
  }

  /** Cuts the record where the names that enriching added begin, in the text from `from` on: the separator was lost. */
  #cutLost(found: RegExpExecArray | null, from: number): boolean {
    if (found === null) return false;
    const cut = from + found.index;
    this.#enriched = this.#body.slice(cut);
    this.#body = this.#body.slice(0, cut);
    this.#places[this.#places.length - 1] = cut;
    return true;
  }

  /** Prose up to `end`: it belongs to the field before it, if that is a string without quotes. */
  #extend(end: number): void {
    const places = this.#places;
    const last = places.length - 3;
    if (last < 0) return;
    const start = places[last + 1] ?? 0;
    const first = this.#body.charCodeAt(start);
    if (first === QUOTE || first === BRACE) return;
    if (isStringField(this.#type, this.#body.slice(places[last], start - 1))) places[last + 2] = end;
  }

  #value(name: string, start: number, end: number | undefined): string {
    const value = this.#body.slice(start, end);
    if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) return value.slice(1, -1);
    return decodeValue(this.#type, name, value);
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
const BRACE = 123;

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}
