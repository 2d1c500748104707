import { shownPath } from './path-bytes.ts';

/**
 * What must never reach a terminal or a one-line format as it is: controls (Cc: escape sequences start with one),
 * format characters (Cf: bidirectional overrides as in CVE-2021-42574, zero-width ones), line and paragraph separators,
 * lone surrogates and variation selectors.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Variation_Selector}]/gu;

/** True for text that is plain printable ASCII, which most is: it needs no work. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Text from outside made safe to show on one line: each unsafe character becomes a visible escape such as `\x1b` or
 * `\u202e`. Everything else, other scripts included, stays as it is.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // A byte of a name that is not UTF-8 (path-bytes.ts).
  if (code >= 0xdc80 && code <= 0xdcff) return shownPath(character);
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
