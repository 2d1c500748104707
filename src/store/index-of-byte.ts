/**
 * Where a byte comes next, -1 for nowhere. A Buffer has an `indexOf` of its own, which takes ten times as long in
 * Deno 2.4, whose runtime the binary has.
 */
export function indexOfByte(bytes: Uint8Array, byte: number, from = 0): number {
  return Uint8Array.prototype.indexOf.call(bytes, byte, from);
}
