/** A place that could not be read: line and column counted from 1. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Errors listed one by one; what follows is counted. */
const MAX_ERRORS = 100;

/** What a string may hold as it is (RFC 8259, section 7). */
const PLAIN_RUN = /[^"\\\x00-\x1f]*/y;
/** What stands between strings and brackets. */
const UNBRACKETED = /[^"[\]{}]*/y;
const ESCAPES: { readonly [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Thrown where the text ends in the middle of a value. */
export class EndOfText extends Error {}

/** A place in a text, and what had to be repaired or given up on the way there. */
export class JsonCursor {
  at = 0;
  /** What was repaired, and how often. */
  readonly repairs = new Map<string, number>();
  readonly #text: string;
  readonly #errors: { readonly offset: number; readonly reason: string }[] = [];
  #moreErrors = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.at >= this.#text.length;
  }

  /** The character here, undefined at the end; or the one at `offset`. */
  character(offset = this.at): string | undefined {
    return this.#text[offset];
  }

  /** What a sticky pattern matches here, passed over; empty when it does not match. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  toEnd(): void {
    this.at = this.#text.length;
  }

  repaired(what: string): void {
    this.repairs.set(what, (this.repairs.get(what) ?? 0) + 1);
  }

  failed(offset: number, reason: string): void {
    if (this.#errors.length < MAX_ERRORS) this.#errors.push({ offset, reason });
    else this.#moreErrors += 1;
  }

  /** The errors with their places; the last entry counts those past the first hundred. */
  errors(): JsonError[] {
    const listed = this.#errors.map(({ offset, reason }) => ({ ...placeOf(this.#text, offset), reason }));
    if (this.#moreErrors > 0) {
      listed.push({ ...placeOf(this.#text, this.#text.length), reason: `${this.#moreErrors} more errors` });
    }
    return listed;
  }

  /** The string whose opening quote is here. Raw control characters and unknown escapes are kept, and named. */
  string(): string {
    this.at += 1;
    let result = '';
    for (;;) {
      result += this.take(PLAIN_RUN);
      const character = this.#text[this.at];
      if (character === undefined) throw new EndOfText();
      this.at += 1;
      if (character === '"') return result;
      if (character === '\\') result += this.#escape();
      else {
        this.repaired('raw control character in a string');
        result += character;
      }
    }
  }

  /** Passes over the bracketed value here, without recursion. */
  skipNested(): void {
    let depth = 0;
    do {
      this.take(UNBRACKETED);
      const character = this.character();
      if (character === undefined) throw new EndOfText();
      if (character === '"') this.string();
      else {
        depth += character === '[' || character === '{' ? 1 : -1;
        this.at += 1;
      }
    } while (depth > 0);
  }

  #escape(): string {
    const letter = this.#text[this.at];
    if (letter === undefined) throw new EndOfText();
    this.at += 1;
    const known = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (known !== undefined) return known;
    const hex = letter === 'u' ? /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.at, this.at + 4)) : null;
    if (hex !== null) {
      this.at += 4;
      return String.fromCharCode(Number.parseInt(hex[0], 16));
    }
    // json_writer.c wrote \' until bpftool 7.2 (libbpf/bpftool f4e492c).
    this.repaired(letter === "'" ? "escape \\'" : 'unknown escape, kept as written');
    return letter === "'" ? letter : `\\${letter}`;
  }
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let newline = text.indexOf('\n'); newline !== -1 && newline < offset; newline = text.indexOf('\n', start)) {
    line += 1;
    start = newline + 1;
  }
  return { line, column: offset - start + 1 };
}
