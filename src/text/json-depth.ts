/** Levels of arrays and objects in JSON from outside: who walks a value, as JSON.stringify does, recurses. */
export const MAX_DEPTH = 100;

/** Whether a value has no more than `depth` levels of arrays and objects. */
export function nestsWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => nestsWithin(inner, depth - 1));
}
