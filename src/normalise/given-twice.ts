import type { JsonObject } from '../model/json.ts';
import { excerpt } from './decode-value.ts';

/** What bpftool says of an object that two looks at the same one may say differently. */
const COUNTERS: ReadonlySet<string> = new Set(['run_time_ns', 'run_cnt', 'recursion_misses', 'bytes_memlock']);

/** Elements of one id that are kept: with very many, a join by id would have their number squared. */
const MAX_KEPT = 4;

interface Listed {
  readonly raw: JsonObject;
}

/** The objects of one listing, each once, and a sentence for each id that has several. */
export interface Distinct<T> {
  readonly objects: readonly T[];
  readonly faults: readonly string[];
}

/**
 * The objects of one listing in the order of their ids. The kernel gives an id to one object, so two elements with one
 * id that say different things are a fault of the listing, and the first of them are kept: which one is true is not
 * known. Of elements that differ in counters alone, as two looks at one object do, the last one is kept.
 */
export function distinctObjects<T extends Listed>(
  what: 'prog' | 'map' | 'link',
  objects: readonly T[],
  idOf: (object: T) => number,
): Distinct<T> {
  const byId = new Map<number, T[]>();
  for (const object of objects) {
    const id = idOf(object);
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [object]);
    else known.push(object);
  }
  const ordered = [...byId].sort(([a], [b]) => a - b);
  const faults: string[] = [];
  const kept = ordered.flatMap(([id, given]) => {
    if (given.length === 1) return given;
    const different = [...new Map(given.map((object) => [contentOf(object.raw), object])).values()];
    if (different.length > 1) faults.push(faultOf(what, id, different));
    return different.slice(0, MAX_KEPT);
  });
  return { objects: kept, faults };
}

/** Text that is the same for two elements that say the same, in whatever order. */
function contentOf(raw: JsonObject): string {
  const said = Object.entries(raw).filter(([key]) => !COUNTERS.has(key));
  return JSON.stringify(said.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NAMES = { prog: 'program', map: 'map', link: 'link' } as const;

function faultOf(what: keyof typeof NAMES, id: number, different: readonly Listed[]): string {
  const [first, second] = different;
  const times = different.length === 2 ? 'twice' : `${different.length} times`;
  const shown = `${excerpt(first?.raw)} and ${excerpt(second?.raw)}`;
  return `bpftool ${what} show: ${NAMES[what]} id ${id} is given ${times} with different content: ${shown}`;
}
