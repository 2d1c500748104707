/** Characters that JSON is made of, by code. */
export const NEWLINE = 10;
export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const BACKSLASH = 92;
export const OPEN_LIST = 91;
export const CLOSE_LIST = 93;
export const OPEN = 123;
export const CLOSE = 125;

/** What may stand between values: blanks, control characters (RFC 7464 puts one before each), the comma of a list. */
export function isBetween(code: number): boolean {
  return code <= 32 || code === COMMA;
}
