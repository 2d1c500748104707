import { shownPath } from '../text/path-bytes.ts';

/** Text that SQLite and sql.js give back as it went in, and that cannot be taken for a packed one. */
const PLAIN = /^(?!")[\x20-\x7e]*$/;

/**
 * A string as a TEXT column holds it. sql.js reads text up to the first NUL and turns lone surrogates into U+FFFD;
 * JSON escapes both (RFC 8259, section 7; ECMA-262 JSON.stringify is well-formed), so whatever is not plain ASCII is
 * kept as a JSON string.
 */
export function packText(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text);
}

/** The string that {@link packText} packed. */
export function unpackText(packed: string): string {
  return packed.startsWith('"') ? (JSON.parse(packed) as string) : packed;
}

/**
 * A string for a table that people and checks read. SQLite could give back neither NUL nor lone surrogates: a byte of a
 * name that is not UTF-8 becomes `\xff`, the others U+FFFD, which is what Unicode asks of a decoder (section 3.9, U+FFFD
 * substitution).
 */
export function readableText(text: string): string {
  return PLAIN.test(text) ? text : shownPath(text).replace(/\0|\p{Cs}/gu, '\ufffd');
}
