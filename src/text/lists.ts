/**
 * Adds a list to the end of another. Not by `push(...more)`, nor may a list of what was read be spread into any other call:
 * each element takes place on the stack, which some 100,000 of them overflow.
 */
export function append<Element>(list: Element[], more: Iterable<Element>): void {
  for (const element of more) list.push(element);
}

/** The lowest of numbers; infinity where there is none. */
export function lowest(numbers: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}

/** The highest of numbers; minus infinity where there is none. */
export function highest(numbers: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const number of numbers) most = Math.max(most, number);
  return most;
}
