import { Buffer } from 'node:buffer';
import { isKnownLoader } from '../normalise/known-loaders.ts';

const EXE = Buffer.from('"exe":"');
const QUOTE = 0x22;
const SLASH = 0x2f;

/** First letters of the names that known loaders have, as numbers: few other names begin so. */
const NAMES = new Set(['sys', 'run', 'cru', 'con', 'pod', 'doc', 'bui'].map((name) => codeOf(Buffer.from(name), 0)));

/**
 * Whether the line from `start` to `end`, an event in JSON, names an executable that loads programs as a matter of routine
 * (normalise/fold.ts): then it may be one that another stands for. Hardly any line is read as text for that.
 */
export function mayBeRoutine(lines: Uint8Array, start: number, end: number): boolean {
  const line = Buffer.from(lines.buffer, lines.byteOffset + start, end - start);
  for (let at = line.indexOf(EXE); at !== -1; at = line.indexOf(EXE, at + 1)) {
    const from = at + EXE.length;
    const to = line.indexOf(QUOTE, from);
    if (to === -1) return false;
    let name = to;
    while (name > from && line[name - 1] !== SLASH) name -= 1;
    if (!NAMES.has(codeOf(line, name))) continue;
    if (isKnownLoader({ exe: line.toString('latin1', from, to), uid: 0 })) return true;
  }
  return false;
}

function codeOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}
