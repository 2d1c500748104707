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
