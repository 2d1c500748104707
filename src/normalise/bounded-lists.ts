import type { JsonObject } from '../model/json.ts';
import { asArray } from './decode-value.ts';

/** Lists of a program, map or link that something is made of for each element. */
const LISTS = ['map_ids', 'pinned', 'pids'] as const;

/**
 * Elements that are kept of each: the verifier lets a program use 64 maps (MAX_USED_MAPS in include/linux/bpf_verifier.h),
 * BPF_PROG_BIND_MAP may add some.
 */
export const MAX_LIST = 4096;

/** An element of a listing with lists that are no longer than {@link MAX_LIST}; what was left out is added to `malformed`. */
export function withBoundedLists(raw: JsonObject, listing: string, malformed: string[]): JsonObject {
  const long = LISTS.filter((name) => asArray(raw[name]).length > MAX_LIST);
  if (long.length === 0) return raw;
  const id = String(raw.id).slice(0, 20);
  for (const name of long) {
    const { length } = asArray(raw[name]);
    malformed.push(`bpftool ${listing} show: id ${id} has ${length} ${name}; ${MAX_LIST} were read`);
  }
  const bounded = long.map((name) => [name, asArray(raw[name]).slice(0, MAX_LIST)] as const);
  return { ...raw, ...Object.fromEntries(bounded) };
}
