/**
 * Names of files are bytes (path_resolution(7)), and text in this program is strings. As in PEP 383, each byte that is
 * not part of well-formed UTF-8 becomes one lone surrogate, U+DC80 to U+DCFF, so that the string leads back to exactly
 * these bytes. Such a surrogate cannot come from a name that is UTF-8: UTF-8 has no encoding for surrogates (RFC 3629, 3).
 */
const ESCAPED = 0xdc00;

const ESCAPED_BYTE = /[\udc80-\udcff]/;

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
  if (!ESCAPED_BYTE.test(path)) return new TextEncoder().encode(path);
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

function decodePiecewise(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const piece = length === 0 ? null : decoded(bytes.subarray(at, at + length), length);
    if (piece === null) {
      text += String.fromCharCode(ESCAPED + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += piece;
      at += length;
    }
  }
  return text;
}

/** Bytes of the sequence that begins with `first` (RFC 3629, 4); 0 where none does. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function decoded(bytes: Uint8Array, length: number): string | null {
  if (bytes.length < length) return null;
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
