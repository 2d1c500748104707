import { shownPath } from './path-bytes.ts';

/**
 * What must never reach a terminal or a one-line format as it is:
 * - controls (Cc: escape sequences start with one), line and paragraph separators, lone surrogates;
 * - format characters (Cf: bidirectional overrides as in CVE-2021-42574, zero-width ones, tags), and all else that is not
 *   drawn where it is not known (Default_Ignorable_Code_Point in UAX #44: fillers of Hangul, variation selectors);
 * - blanks that look like a space, or like nothing (Zs, the empty Braille pattern): two names would look the same;
 * - private and unassigned code points: their width is not known, and a line that is wider than it is measured breaks the
 *   screen.
 */
export const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/gu;

/**
 * Combining marks that have nothing to combine with but what stands before the text, and those above the fourth in a
 * row: no script needs more, and hundreds of them draw over the lines around them.
 */
const EXCESS_MARKS = /^\p{M}+|(?<=\p{M}{4})\p{M}+/gu;

/** True for text that is plain printable ASCII, which most is: it needs no work. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Text from outside made safe to show on one line: each unsafe character becomes a visible escape such as `\x1b` or
 * `\u202e`. Everything else, other scripts included, stays as it is.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(UNSAFE, escapeCharacter)
    .replace(EXCESS_MARKS, (marks) => Array.from(marks, escapeCharacter).join(''));
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
