/*
 * Four bytes looked at together, as a little-endian integer. A byte above 0x7f has its own top bit; subtracting (adding)
 * the same from each byte sets the top bit of those that were smaller (greater). A borrow or a carry reaches the next
 * byte only from one that has the top bit set already, so none is missed and none is taken for another.
 */

const EACH = 0x01010101;
const TOPS = 0x80808080 | 0;

/** Whether all four stand for themselves in a JSON string: ASCII, no control character, quote or backslash. */
export function isAllText(word: number): boolean {
  const quotes = (word ^ (0x22 * EACH)) - EACH;
  const backslashes = (word ^ (0x5c * EACH)) - EACH;
  return ((word | (word - 0x20 * EACH) | quotes | backslashes) & TOPS) === 0;
}

/** The same without 0x7f. */
export function isAllPrintable(word: number): boolean {
  return isAllText(word) && ((word + EACH) & TOPS) === 0;
}

/** The number that four decimal digits are; -1 when they are not. */
export function fourDigits(word: number): number {
  const digits = word - 0x30 * EACH;
  if (((word | digits | (word + 0x46 * EACH)) & TOPS) !== 0) return -1;
  const pairs = digits * 10 + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}
