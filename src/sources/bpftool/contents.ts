import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../model/json.ts';
import { runTool } from '../run-tool.ts';
import { isSmallDump } from './dump-size.ts';
import { parseBpftoolJson } from './json.ts';

/** Entries of a map that is watched; more is not configuration and would cost too much to read at each look. */
const MAX_ENTRIES = 4096;

/**
 * Types whose entries can be read without taking them out: queues, stacks and ring buffers are left alone, and so are
 * maps of programs, sockets and maps, whose entries are not configuration.
 */
const READABLE_TYPES: ReadonlySet<string> = new Set([
  'array',
  'hash',
  'percpu_array',
  'percpu_hash',
  'lru_hash',
  'lru_percpu_hash',
  'lpm_trie',
]);

/** True for a map that `--watch-config-maps` is meant for: its name holds `config`, and its entries can be read. */
export function isConfig({ name, type }: JsonObject): boolean {
  return typeof name === 'string' && name.includes('config') && typeof type === 'string' && READABLE_TYPES.has(type);
}

/** True for one of them that it watches: its entries can be read in little time. */
export function isWatched(map: JsonObject): boolean {
  return isConfig(map) && isSmallDump(map, MAX_ENTRIES);
}

/**
 * SHA-256 of the entries of one `bpftool -j map dump`, whatever their order; null when it was refused or cut.
 * `formatted` (the same with BTF) is left out: it is absent when BTF cannot be read.
 */
export function digestEntries(dump: string): string | null {
  const { documents, errors } = parseBpftoolJson(dump);
  const [entries] = documents;
  if (errors.length > 0 || !Array.isArray(entries)) return null;
  const lines = (entries as readonly Json[]).map((entry) => {
    const { key, value, values } = entry as JsonObject;
    return JSON.stringify([key ?? null, value ?? values ?? null]);
  });
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** Digests of these maps' entries by id; maps that could not be read are left out. */
export async function dumpContents(
  bpftool: string,
  mapIds: readonly number[],
  signal?: AbortSignal,
): Promise<{ readonly [mapId: string]: string }> {
  const contents: { [mapId: string]: string } = {};
  for (const id of mapIds) {
    const { stdout } = await runTool(bpftool, ['-j', '-n', 'map', 'dump', 'id', String(id)], signal ? { signal } : {});
    const digest = digestEntries(stdout.toString('utf8'));
    if (digest !== null) contents[String(id)] = digest;
  }
  return contents;
}
