/** An odd number near 2^32 divided by the golden ratio: it spreads what differs in a few bits over the upper half. */
const FACTOR = 0x9e3779b1;

/** A hash of a text as bytes, four at a time; its length counts. */
export function textHash(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let index = start;
  for (const last = end - 4; index <= last; index += 4) hash = mixed(hash, view.getInt32(index, true));
  let rest = 0;
  for (; index < end; index += 1) rest = (rest << 8) | view.getUint8(index);
  return mixed(hash, rest);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, FACTOR);
  return product ^ (product >>> 15);
}
