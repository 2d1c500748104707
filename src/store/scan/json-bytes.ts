import { isAllText } from './four-bytes.ts';
import { Token } from './token.ts';

/** What a byte is inside a JSON string that `JSON.stringify` wrote. */
const PLAIN = 0;
const QUOTE = 1;
const ESCAPE = 2;
const CONTROL = 3;
/** A byte of a longer UTF-8 sequence: as good as the whole text's encoding. */
const MULTIBYTE = 4;

const STRING_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x22) return QUOTE;
  if (byte === 0x5c) return ESCAPE;
  if (byte < 0x20) return CONTROL;
  return byte < 0x80 ? PLAIN : MULTIBYTE;
});

/** Nesting that is followed here; ours is less than ten deep. */
const MAX_DEPTH = 32;

/** Keys of one object that are compared here, each with all before it. */
const MAX_KEYS = 64;

/** Digits of an integer that is surely exact. */
const MAX_DIGITS = 15;

/**
 * Tells whether bytes are a JSON value exactly as `JSON.stringify` would write it, so that they can be kept as they
 * are: parsing and writing them again would give the same bytes. Every method takes the offset where something has to
 * begin and returns the offset after it, or -1 for what is not so or would cost more to decide here than by parsing.
 * The bytes must end with a newline somewhere: no value goes past one.
 */
export class JsonBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #isUtf8 = false;
  /** The keys of the objects around what is being read, by depth: offset and length, quotes included. */
  readonly #keyStarts = new Uint32Array(MAX_DEPTH * MAX_KEYS);
  readonly #keyLengths = new Uint32Array(MAX_DEPTH * MAX_KEYS);

  /** Takes the bytes to read. `isUtf8` tells whether they are known to be that; else no other than ASCII is taken. */
  load(bytes: Uint8Array, view: DataView, isUtf8: boolean): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#isUtf8 = isUtf8;
  }

  /** A string, quotes included. */
  string(at: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    if (bytes[at] !== 0x22) return -1;
    const most = bytes.length - 4;
    for (let index = at + 1; ; index += 1) {
      while (index <= most && isAllText(view.getInt32(index, true))) index += 4;
      const kind = STRING_BYTES[bytes[index] ?? 0];
      if (kind === PLAIN) continue;
      if (kind === QUOTE) return index + 1;
      if (kind === ESCAPE) {
        index = this.#escape(index + 1);
        if (index < 0) return -1;
      } else if (kind === CONTROL || !this.#isUtf8) return -1;
    }
  }

  /** An integer of up to fifteen digits. */
  integer(at: number): number {
    const bytes = this.#bytes;
    const start = bytes[at] === 0x2d ? at + 1 : at;
    if (bytes[start] === 0x30) return start === at ? at + 1 : -1;
    let end = start;
    while (isDigit(bytes[end])) end += 1;
    return end > start && end - start <= MAX_DIGITS ? end : -1;
  }

  /** A finite number. */
  number(at: number): number {
    const end = this.integer(at);
    if (end >= 0 && !isNumberByte(this.#bytes[end])) return end;
    let text = '';
    let index = at;
    for (; isNumberByte(this.#bytes[index]) && text.length < MAX_DIGITS * 2; index += 1) {
      text += String.fromCharCode(this.#bytes[index] ?? 0);
    }
    return text !== '' && String(Number(text)) === text && text !== '-0' ? index : -1;
  }

  /** An object; `depth` counts those around it. */
  object(at: number, depth = 0): number {
    const bytes = this.#bytes;
    if (bytes[at] !== 0x7b || depth >= MAX_DEPTH) return -1;
    if (bytes[at + 1] === 0x7d) return at + 2;
    const base = depth * MAX_KEYS;
    for (let index = at + 1, count = 0; ; count += 1) {
      const end = this.string(index);
      // JavaScript moves keys that are array indexes to the front; a key that is there twice counts once.
      if (end < 0 || count >= MAX_KEYS || isDigit(bytes[index + 1]) || this.#isKnown(base, count, index, end))
        return -1;
      if (bytes[end] !== 0x3a) return -1;
      index = this.#value(end + 1, depth + 1);
      if (index < 0) return -1;
      if (bytes[index] === 0x7d) return index + 1;
      if (bytes[index] !== 0x2c) return -1;
      index += 1;
    }
  }

  #value(at: number, depth: number): number {
    switch (this.#bytes[at]) {
      case 0x22:
        return this.string(at);
      case 0x7b:
        return this.object(at, depth);
      case 0x5b:
        return this.#array(at, depth);
      case 0x74:
        return TRUE.after(this.#view, at);
      case 0x66:
        return FALSE.after(this.#view, at);
      case 0x6e:
        return NULL.after(this.#view, at);
      default:
        return this.number(at);
    }
  }

  #array(at: number, depth: number): number {
    if (depth >= MAX_DEPTH) return -1;
    if (this.#bytes[at + 1] === 0x5d) return at + 2;
    for (let index = at + 1; ; index += 1) {
      index = this.#value(index, depth + 1);
      if (index < 0) return -1;
      if (this.#bytes[index] === 0x5d) return index + 1;
      if (this.#bytes[index] !== 0x2c) return -1;
    }
  }

  /** The offset of the last byte of an escape whose backslash is before `at`. */
  #escape(at: number): number {
    const bytes = this.#bytes;
    const kind = bytes[at] ?? 0;
    if (SHORT_ESCAPES[kind] === 1) return at;
    // Written for control characters without a short form only (ECMA-262, QuoteJSONString), and for lone surrogates.
    if (kind !== 0x75 || bytes[at + 1] !== 0x30 || bytes[at + 2] !== 0x30) return -1;
    const high = (bytes[at + 3] ?? 0) - 0x30;
    const low = bytes[at + 4] ?? 0;
    if (high !== 0 && high !== 1) return -1;
    const digit = isDigit(low) ? low - 0x30 : low >= 0x61 && low <= 0x66 ? low - 0x57 : -1;
    if (digit < 0) return -1;
    const code = high * 16 + digit;
    return code >= 0x08 && code <= 0x0d && code !== 0x0b ? -1 : at + 4;
  }

  /** Whether an object whose `count` keys are noted from `base` on has the key from `at` to `end`; notes it if not. */
  #isKnown(base: number, count: number, at: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let index = base; index < base + count; index += 1) {
      if (this.#keyLengths[index] !== end - at) continue;
      const start = this.#keyStarts[index] ?? 0;
      let offset = 1;
      while (at + offset < end && bytes[start + offset] === bytes[at + offset]) offset += 1;
      if (at + offset === end) return true;
    }
    this.#keyStarts[base + count] = at;
    this.#keyLengths[base + count] = end - at;
    return false;
  }
}

const TRUE = new Token('true');
const FALSE = new Token('false');
const NULL = new Token('null');
const SHORT_ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isNumberByte(byte: number | undefined): boolean {
  return isDigit(byte) || byte === 0x2e || byte === 0x65 || byte === 0x2b || byte === 0x2d;
}
