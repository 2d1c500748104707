import type { JsonObject } from '../../model/json.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { runTool } from '../run-tool.ts';
import { isSmallDump } from './dump-size.ts';
import { parseBpftoolJson } from './json.ts';

/** Types that refuse a new entry when they are full. Arrays are full from the start; the kernel takes old entries out of `lru_*`. */
const FILLED_TYPES: ReadonlySet<unknown> = new Set(['hash', 'percpu_hash', 'lpm_trie', 'hash_of_maps']);

/** Entries that a map may have to be dumped for it: more would take too long at each look. */
const MAX_ENTRIES = 16_384;

/** Maps that are dumped in one look, in turn. */
const MAX_MAPS = 16;

/** True for a map whose entries are counted: one that can be full, and whose dump is small even then. */
export function isCounted(map: JsonObject): boolean {
  return FILLED_TYPES.has(map['type']) && isSmallDump(map, MAX_ENTRIES);
}

/**
 * Counts the entries of maps that can be full, by dumping them: nothing else tells (`bpftool map show` has the most only). A
 * few at each look, those that have waited longest first; of the others the last count stands.
 */
export class EntryCounts {
  readonly #bpftool: string;
  readonly #known = new Map<number, { readonly entries: number | null; readonly look: number }>();
  #looks = 0;

  constructor(bpftool: string) {
    this.#bpftool = bpftool;
  }

  /** Entries by map id; maps that could not be dumped, or not yet, are left out. */
  async read(maps: readonly JsonObject[], signal: AbortSignal): Promise<NonNullable<Snapshot['entries']>> {
    this.#looks += 1;
    const ids = maps.filter(isCounted).flatMap(({ id }) => (typeof id === 'number' ? id : []));
    const lookOf = (id: number): number => this.#known.get(id)?.look ?? 0;
    const due = [...ids].sort((a, b) => lookOf(a) - lookOf(b)).slice(0, MAX_MAPS);
    for (const id of due) {
      if (!signal.aborted) this.#known.set(id, { entries: await this.#count(id, signal), look: this.#looks });
    }
    const there = new Set(ids);
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id);
    return Object.fromEntries(
      [...this.#known].flatMap(([id, { entries }]) => (entries === null ? [] : [[String(id), entries]])),
    );
  }

  async #count(id: number, signal: AbortSignal): Promise<number | null> {
    const { stdout, code } = await runTool(this.#bpftool, ['-j', '-n', 'map', 'dump', 'id', String(id)], { signal });
    const { documents, errors } = parseBpftoolJson(stdout.toString('utf8'));
    const [entries] = documents;
    return code !== 0 || errors.length > 0 || !Array.isArray(entries) ? null : entries.length;
  }
}
