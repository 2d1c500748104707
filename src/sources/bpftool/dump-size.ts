import { cpus } from 'node:os';
import type { JsonObject } from '../../model/json.ts';

/** Bytes of keys and values in a dump: bpftool writes seven characters for each, in one document that is read whole. */
const MAX_BYTES = 2 * 1024 * 1024;

/** True for a map, as `bpftool map show` has it, of at most `entries` entries whose dump is small even when it is full. */
export function isSmallDump(map: JsonObject, entries: number): boolean {
  const { type, max_entries: most, bytes_key: key, bytes_value: value } = map;
  if (typeof type !== 'string' || typeof most !== 'number' || typeof key !== 'number' || typeof value !== 'number')
    return false;
  const values = type.includes('percpu') ? cpus().length : 1;
  return most <= entries && most * (key + value * values) <= MAX_BYTES;
}
