/*
 * Numbers as an SQLite database file writes them (sqlite.org/fileformat2.html, sections 1.6 and 2.1). All are
 * big-endian.
 */

/** Bytes of a varint. `value` is a whole number from 0 to 2^53. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  let length = 3;
  for (let rest = Math.floor(value / 0x200000); rest > 0; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}

/** Writes a varint and returns the offset after it: seven bits a byte, the highest first, the top bit while more follow. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    bytes[at] = 0x80 | (value >> 7);
    bytes[at + 1] = value & 0x7f;
    return at + 2;
  }
  const end = at + varintLength(value);
  let rest = value;
  for (let index = end - 1; index >= at; index -= 1) {
    bytes[index] = (rest % 0x80) + (index === end - 1 ? 0 : 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return end;
}

/** The serial type of a text of this many bytes. */
export function textSerial(length: number): number {
  return 13 + 2 * length;
}

export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Bytes up to which eight at a time are faster than a view of them. */
const FEW = 256;

/** Copies bytes of one array to another. */
export function copyBytes(to: DataView, at: number, from: DataView, start: number, end: number): void {
  const length = end - start;
  if (length > FEW) {
    const bytes = new Uint8Array(from.buffer, from.byteOffset + start, length);
    new Uint8Array(to.buffer, to.byteOffset + at, length).set(bytes);
    return;
  }
  const last = end - 8;
  let index = start;
  let put = at;
  for (; index < last; index += 8, put += 8) to.setBigInt64(put, from.getBigInt64(index, true), true);
  // The last eight once more reach to the end, whatever is left.
  if (last >= start) to.setBigInt64(at + last - start, from.getBigInt64(last, true), true);
  else for (; index < end; index += 1, put += 1) to.setUint8(put, from.getUint8(index));
}
