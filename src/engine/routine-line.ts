import { isKnownLoader } from '../normalise/known-loaders.ts';
import { ByteSearch } from '../text/byte-search.ts';

const QUOTE = 0x22;
const SLASH = 0x2f;

const EXE = new ByteSearch('"exe":"');

/** First letters of the names that known loaders have, as numbers: few other names begin so. */
const NAMES = new Set(
  ['sys', 'run', 'cru', 'con', 'pod', 'doc', 'bui'].map((name) => codeOf(new TextEncoder().encode(name), 0)),
);

/**
 * Whether the JSON from `start` to `end`, the details of an event, names an executable that loads programs as a matter of routine
 * (normalise/fold.ts): then it may be one that another stands for. Hardly any line is read as text for that.
 */
export function mayBeRoutine(lines: Uint8Array, start: number, end: number): boolean {
  for (let at = EXE.find(lines, start, end); at !== -1; at = EXE.find(lines, at + EXE.length, end)) {
    const from = at + EXE.length;
    let to = from;
    while (to < end && lines[to] !== QUOTE) to += 1;
    if (to === end) return false;
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

function codeOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}
