/** Why an object with a key twice is named. */
export const KEY_TWICE = 'a key is given twice in one object, and the last one counts';

/**
 * True where an object in this text has a key twice, of which `JSON.parse` keeps the last without a word. `value` is what
 * `JSON.parse` made of the text: it has fewer keys then than the text has.
 */
export function hasKeyTwice(text: string, value: unknown): boolean {
  return keysOfText(text) !== keysOfValue(value);
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Strings of a JSON text that a colon follows. */
function keysOfText(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    let end = text.indexOf('"', start + 1);
    while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end === -1) return keys;
    let next = end + 1;
    while (isSpace(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) === COLON) keys += 1;
    start = text.indexOf('"', next);
  }
  return keys;
}

/** An odd number of backslashes before a quote makes it part of the string. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Without recursion: a value may be nested deeper than the stack. */
function keysOfValue(value: unknown): number {
  let keys = 0;
  const open: object[] = isObject(value) ? [value] : [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (inner !== next) keys += inner.length;
    for (const each of inner) if (isObject(each)) open.push(each);
  }
  return keys;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
