import { isKnownLoader } from '../normalise/known-loaders.ts';

const QUOTE = 0x22;
const SLASH = 0x2f;
const LETTER_X = 0x78;

/** `"e` before the x of `"exe":"`, and `e":"` after it. */
const BEFORE = [0x22, 0x65] as const;
const AFTER = [0x65, 0x22, 0x3a, 0x22] as const;

/** First letters of the names that known loaders have, as numbers: few other names begin so. */
const NAMES = new Set(
  ['sys', 'run', 'cru', 'con', 'pod', 'doc', 'bui'].map((name) => codeOf(new TextEncoder().encode(name), 0)),
);

/**
 * Whether the line from `start` to `end`, an event in JSON, names an executable that loads programs as a matter of routine
 * (normalise/fold.ts): then it may be one that another stands for. Hardly any line is read as text for that. The letter x
 * is what is looked for: it is rare, and to look for one byte is much quicker than for several.
 */
export function mayBeRoutine(lines: Uint8Array, start: number, end: number): boolean {
  for (let at = lines.indexOf(LETTER_X, start); at !== -1 && at < end; at = lines.indexOf(LETTER_X, at + 1)) {
    if (!isKey(lines, at)) continue;
    const from = at + AFTER.length + 1;
    const to = lines.indexOf(QUOTE, from);
    if (to === -1 || to >= end) return false;
    let name = to;
    while (name > from && lines[name - 1] !== SLASH) name -= 1;
    if (!NAMES.has(codeOf(lines, name))) continue;
    const exe = String.fromCharCode(...lines.subarray(from, Math.min(to, from + MAX_PATH)));
    if (isKnownLoader({ exe, uid: 0 })) return true;
  }
  return false;
}

/** Longer than the path of any known loader. */
const MAX_PATH = 4096;

function isKey(lines: Uint8Array, at: number): boolean {
  return (
    BEFORE.every((byte, index) => lines[at - BEFORE.length + index] === byte) &&
    AFTER.every((byte, index) => lines[at + 1 + index] === byte)
  );
}

function codeOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}
