/** Codes from which on places are compared: to count them by code would take as much room as there are codes. */
const MANY = 2 ** 16;

/** Numbers up to which every whole one is exact. */
const EXACT = 2 ** 53;

/**
 * The places 0 to `count` - 1 in order of their keys, equal ones in their own order. Keys that are whole numbers not
 * too far apart are sorted without a comparison function, which is ten times as fast.
 */
export function sortedPlaces(keys: Float64Array, count: number): Uint32Array {
  let smallest = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  let isSorted = true;
  let isWhole = true;
  for (let place = 0; place < count; place += 1) {
    const key = keys[place] ?? 0;
    if (key < greatest) isSorted = false;
    if (!Number.isInteger(key)) isWhole = false;
    if (key < smallest) smallest = key;
    if (key > greatest) greatest = key;
  }
  const order = new Uint32Array(count);
  for (let place = 0; place < count; place += 1) order[place] = place;
  if (isSorted) return order;
  if (!isWhole || (greatest - smallest + 1) * count >= EXACT) {
    return order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  }
  const packed = new Float64Array(count);
  for (let place = 0; place < count; place += 1) packed[place] = ((keys[place] ?? 0) - smallest) * count + place;
  packed.sort();
  for (let index = 0; index < count; index += 1) order[index] = (packed[index] ?? 0) % count;
  return order;
}

/** `order` with the places grouped by a code, in rising order of it, and if given by a second; within a group as they were. */
export function grouped(
  order: Uint32Array,
  first: Uint8Array | Uint32Array,
  second: Uint8Array | null,
): Uint32Array<ArrayBuffer> {
  const inner = second === null ? order : grouped(order, second, null);
  let greatest = 0;
  for (const place of inner) greatest = Math.max(greatest, first[place] ?? 0);
  if (greatest >= MANY) return Uint32Array.from(inner).sort((a, b) => (first[a] ?? 0) - (first[b] ?? 0));
  const starts = new Uint32Array(greatest + 2);
  for (const place of inner) starts[(first[place] ?? 0) + 1] = (starts[(first[place] ?? 0) + 1] ?? 0) + 1;
  for (let code = 1; code <= greatest; code += 1) starts[code] = (starts[code] ?? 0) + (starts[code - 1] ?? 0);
  const result = new Uint32Array(inner.length);
  for (const place of inner) {
    const code = first[place] ?? 0;
    const start = starts[code] ?? 0;
    result[start] = place;
    starts[code] = start + 1;
  }
  return result;
}
