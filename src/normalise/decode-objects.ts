import type { BpfMap, Program } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { mapTypeName, programTypeName } from './bpf-names.ts';
import type { Owners } from './decode-owners.ts';
import { asCount, asId, asIds, asText, asTexts } from './decode-value.ts';
import { canonicalHelpers } from './helper-names.ts';

/**
 * Map types without a limit of their own: their `max_entries` must be 0, entries live and die with the socket, inode,
 * task or cgroup they belong to (bpf_local_storage_map_alloc_check in kernel/bpf/bpf_local_storage.c,
 * cgroup_storage_map_alloc in kernel/bpf/local_storage.c).
 */
const UNLIMITED_MAP_TYPES: ReadonlySet<string> = new Set([
  'sk_storage',
  'inode_storage',
  'task_storage',
  'cgrp_storage',
  'cgroup_storage',
  'percpu_cgroup_storage',
]);

/** One element of `bpftool -j prog show`, any version; null without an id. */
export function decodeProgram(raw: JsonObject, snapshot: Snapshot, owners: Owners): Program | null {
  const id = asId(raw.id);
  if (id === null) return null;
  const loadedAt = asCount(raw.loaded_at);
  return {
    id,
    type: programTypeName(raw.type),
    name: asText(raw.name) ?? '',
    tag: asText(raw.tag) ?? '',
    uid: asCount(raw.uid),
    loadedAt: loadedAt === null ? null : loadedAt * 1000,
    bytesXlated: asCount(raw.bytes_xlated),
    bytesMemlock: asCount(raw.bytes_memlock),
    mapIds: asIds(raw.map_ids),
    pinned: asTexts(raw.pinned),
    helpers: canonicalHelpers(snapshot.helpers?.[String(id)]),
    owners: owners.of('program', id, raw.pids),
    raw,
  };
}

/** One element of `bpftool -j map show`, any version; null without an id. */
export function decodeMap(raw: JsonObject, snapshot: Snapshot, owners: Owners): BpfMap | null {
  const id = asId(raw.id);
  if (id === null) return null;
  const type = mapTypeName(raw.type);
  const maxEntries = asCount(raw.max_entries);
  return {
    id,
    type,
    name: asText(raw.name) ?? '',
    flags: asCount(raw.flags),
    keySize: asCount(raw.bytes_key),
    valueSize: asCount(raw.bytes_value),
    maxEntries: maxEntries === 0 && UNLIMITED_MAP_TYPES.has(type) ? null : maxEntries,
    bytesMemlock: asCount(raw.bytes_memlock),
    frozen: asFlag(raw.frozen),
    pinned: asTexts(raw.pinned),
    owners: owners.of('map', id, raw.pids),
    contents: snapshot.contents?.[String(id)] ?? null,
    ...entriesOf(id, snapshot),
    raw: withStructOps(id, raw, snapshot),
  };
}

/** The part of the kernel that a struct_ops map stands for, under the name that `bpftool struct_ops show` has for it. */
function withStructOps(id: number, raw: JsonObject, { structOps }: Snapshot): JsonObject {
  const name = structOps?.[String(id)];
  return name === undefined ? raw : { ...raw, kernel_struct_ops: name };
}

function entriesOf(id: number, { entries }: Snapshot): Pick<BpfMap, 'entries'> {
  const count = entries?.[String(id)];
  return count === undefined ? {} : { entries: count };
}

/** bpftool prints `frozen` as 0 or 1. */
function asFlag(value: Json | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  const number = asCount(value);
  return number === null ? null : number !== 0;
}
