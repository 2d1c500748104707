const TAB = 9;
const CARRIAGE_RETURN = 13;
const BLANK = 32;
const BRACKET = 41;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const EQUALS = 61;

/** `node`, `type`, and ` msg=audit(` as three words of four bytes, the last of which shares a byte with the second. */
const NODE = wordOf('node');
const TYPE = wordOf('type');
const MSG = [wordOf(' msg'), wordOf('=aud'), wordOf('dit(')] as const;
const MSG_LENGTH = ' msg=audit('.length;

/** Names are short; what is longer is read as text, which takes all. */
const MAX_NAME = 256;

/** Digits that each number may have. */
const MAX_SECONDS = 11;
const MAX_FRACTION = 9;
const MAX_SERIAL = 15;

/** Bytes of a stamp with its punctuation, as a number of words. */
const MAX_STAMP = 40;

/**
 * The header of a record as auditd writes it, `[node=NAME ]type=TYPE msg=audit(SECONDS.FRACTION:SERIAL)`, read from
 * bytes: what `parseAuditHeader` (normalise/audit/header.ts) reads from a string, in a tenth of the time. One is used
 * again for every line.
 */
export class ByteHeader {
  /** Where the node's name lies; `nodeTo` is 0 when there is none. */
  nodeFrom = 0;
  nodeTo = 0;
  /** Where the type lies. */
  typeFrom = 0;
  typeTo = 0;
  /** Milliseconds since the epoch. */
  time = 0;
  serial = 0;
  /** Just behind the closing bracket. */
  end = 0;
  /** The last stamp that was read, with its bracket: whole words, the last four bytes, and its length. */
  readonly #stampWords = new Int32Array(MAX_STAMP / 4);
  #stampTail = 0;
  #stampLength = 0;

  /**
   * Reads the line from `from` to `to`, exclusive; `view` is of the same bytes. False when it has no such header: the
   * fields then mean nothing.
   */
  read(bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    let at = from;
    this.nodeTo = 0;
    if (to - at < 8) return false;
    if (view.getInt32(at, true) === NODE && bytes[at + 4] === EQUALS) {
      this.nodeFrom = at + 5;
      this.nodeTo = nameEnd(bytes, this.nodeFrom, to, false);
      at = this.nodeTo + 1;
      if (this.nodeTo === -1 || to - at < 8) return false;
    }
    if (view.getInt32(at, true) !== TYPE || bytes[at + 4] !== EQUALS) return false;
    this.typeFrom = at + 5;
    at = nameEnd(bytes, this.typeFrom, to, true);
    if (at === -1 || to - at < MSG_LENGTH) return false;
    this.typeTo = at;
    if (view.getInt32(at, true) !== MSG[0] || view.getInt32(at + 4, true) !== MSG[1]) return false;
    if (view.getInt32(at + 7, true) !== MSG[2]) return false;
    at += MSG_LENGTH;
    if (this.#isStampBefore(view, at, to)) {
      this.end = at + this.#stampLength;
      return true;
    }
    if (!this.#stamp(bytes, at, to)) return false;
    this.#keepStamp(view, at);
    return true;
  }

  /** Whether the stamp at `from` is that of the line before: most records are of the event of the one before. */
  #isStampBefore(view: DataView, from: number, to: number): boolean {
    const length = this.#stampLength;
    if (length === 0 || to - from < length) return false;
    const words = this.#stampWords;
    let at = 0;
    for (let index = 0; at + 4 < length; index += 1, at += 4) {
      if (view.getInt32(from + at, true) !== words[index]) return false;
    }
    return view.getInt32(from + length - 4, true) === this.#stampTail;
  }

  /** Keeps the stamp that was read from `from` to `end`, its bracket included. */
  #keepStamp(view: DataView, from: number): void {
    const length = this.end - from;
    for (let index = 0, at = 0; at + 4 < length; index += 1, at += 4) {
      this.#stampWords[index] = view.getInt32(from + at, true);
    }
    this.#stampTail = view.getInt32(this.end - 4, true);
    this.#stampLength = length;
  }

  /** `SECONDS.FRACTION:SERIAL)`. */
  #stamp(bytes: Uint8Array, from: number, to: number): boolean {
    let at = digitsEnd(bytes, from, to);
    if (at === from || at - from > MAX_SECONDS || bytes[at] !== DOT) return false;
    const seconds = numberAt(bytes, from, at);
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction, to);
    if (at === fraction || at - fraction > MAX_FRACTION || bytes[at] !== COLON) return false;
    // Milliseconds are the first three digits.
    let milliseconds = numberAt(bytes, fraction, Math.min(at, fraction + 3));
    for (let digits = at - fraction; digits < 3; digits += 1) milliseconds *= 10;
    const serial = at + 1;
    at = digitsEnd(bytes, serial, to);
    if (at === serial || at - serial > MAX_SERIAL || at >= to || bytes[at] !== BRACKET) return false;
    this.time = seconds * 1000 + milliseconds;
    this.serial = numberAt(bytes, serial, at);
    this.end = at + 1;
    return true;
  }
}

/** Where the digits from `from` on end. */
function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (((bytes[at] ?? 0) - ZERO) & 0xff) <= 9) at += 1;
  return at;
}

/** The number in the digits from `from` to `to`; of up to nine digits without leaving 32 bits. */
function numberAt(bytes: Uint8Array, from: number, to: number): number {
  const split = Math.min(to, from + 9);
  let value = 0;
  for (let at = from; at < split; at += 1) value = (Math.imul(value, 10) + (bytes[at] ?? 0) - ZERO) | 0;
  let large = value;
  for (let at = split; at < to; at += 1) large = large * 10 + (bytes[at] ?? 0) - ZERO;
  return large;
}

/** Where the name that begins at `from` ends with a blank; -1 when it is empty, too long, or has what no name has. */
function nameEnd(bytes: Uint8Array, from: number, to: number, isType: boolean): number {
  const limit = Math.min(to, from + MAX_NAME);
  for (let at = from; at < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === BLANK) return at === from ? -1 : at;
    // Bytes outside ASCII may be other kinds of blank; whoever reads the line as text can tell.
    if ((byte >= TAB && byte <= CARRIAGE_RETURN) || byte >= 0x80 || (isType && byte === EQUALS)) return -1;
  }
  return -1;
}

function wordOf(text: string): number {
  return new DataView(new TextEncoder().encode(text).buffer).getInt32(0, true);
}
