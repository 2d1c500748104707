/**
 * Names of files are bytes (path_resolution(7)), and text in this program is strings. As in PEP 383, each byte that is
 * not part of well-formed UTF-8 becomes one lone surrogate, U+DC80 to U+DCFF, so that the string leads back to exactly
 * these bytes. Such a surrogate cannot come from a name that is UTF-8: UTF-8 has no encoding for surrogates (RFC 3629, 3).
 */
const ESCAPED = 0xdc00;

/** With the flag u, the half of a pair is no match. */
const ESCAPED_BYTE = /[\udc80-\udcff]/gu;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a name as text: UTF-8 where it is UTF-8, a lone surrogate for each other byte. */
export function textOfPath(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodePiecewise(bytes);
  }
}

/** The bytes that `path` stands for; a lone surrogate that {@link textOfPath} cannot have made becomes U+FFFD. */
export function bytesOfPath(path: string): Uint8Array {
  if (path.isWellFormed()) return new TextEncoder().encode(path);
  const bytes: number[] = [];
  // A string is iterated by code points: a surrogate that is part of a pair does not appear alone.
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - ESCAPED);
    else bytes.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(bytes);
}

/** Whether every byte of the name that `path` stands for is part of well-formed UTF-8. */
export function isUtf8Path(path: string): boolean {
  return path.isWellFormed();
}

/** The same name for people: `\\xff` for a byte that is not part of UTF-8. */
export function shownPath(path: string): string {
  return path.replace(ESCAPED_BYTE, (byte) => `\\x${(byte.charCodeAt(0) - ESCAPED).toString(16)}`);
}

function decodePiecewise(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = wellFormedEnd(bytes, at);
    if (end > at) parts.push(strict.decode(bytes.subarray(at, end)));
    if (end < bytes.length) parts.push(String.fromCharCode(ESCAPED + (bytes[end] ?? 0)));
    at = end + 1;
  }
  return parts.join('');
}

/** Where well-formed UTF-8 that begins at `start` ends (RFC 3629, 4). */
function wellFormedEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Bytes of the character that begins at `at`; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte has a narrower range where an overlong form, a surrogate or a number over U+10FFFF would begin.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < length; next += 1) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
