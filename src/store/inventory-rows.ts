import type { SqlValue } from 'sql.js';
import type { Inventory, Owner } from '../model/inventory.ts';
import type { InventoryTable } from './inventory-schema.ts';
import { readableText } from './text-column.ts';

type Cell = string | number | boolean | null;

export type InventoryRows = { readonly [table in InventoryTable]: readonly SqlValue[][] };

/** An inventory as rows of the inventory tables, columns in the order of the schema. */
export function inventoryRows(inventory: Inventory): InventoryRows {
  const { programs, maps, attachments, processes, capabilities, settings, audit } = inventory;
  return {
    host: [cells([inventory.host, inventory.boot, inventory.time])],
    program: programs.map((program) =>
      cells([
        program.id,
        program.type,
        program.name,
        program.tag,
        program.uid,
        program.loadedAt,
        program.bytesXlated,
        program.bytesMemlock,
        program.helpers !== null,
      ]),
    ),
    program_helper: programs.flatMap(({ id, helpers }) => [...new Set(helpers)].map((helper) => cells([id, helper]))),
    program_map: programs.flatMap(({ id, mapIds }) => mapIds.map((map) => cells([id, map]))),
    map: maps.map((map) =>
      cells([
        map.id,
        map.type,
        map.name,
        map.flags,
        map.keySize,
        map.valueSize,
        map.maxEntries,
        map.bytesMemlock,
        map.frozen,
      ]),
    ),
    attachment: attachments.map(({ key, section, type, target, programId, linkId }) =>
      cells([key, section, type, target, programId, linkId]),
    ),
    process: processes.map(({ pid, comm, exe, uid, startTime }) => cells([pid, comm, exe, uid, startTime])),
    object_owner: [
      ...programs.flatMap(({ id, owners }) => ownerRows('program', id, owners)),
      ...maps.flatMap(({ id, owners }) => ownerRows('map', id, owners)),
      ...attachments.flatMap(({ linkId, owners }) => ownerRows('attachment', linkId, owners)),
    ],
    pin: [
      ...programs.flatMap(({ id, pinned }) => pinned.map((path) => cells(['program', id, path]))),
      ...maps.flatMap(({ id, pinned }) => pinned.map((path) => cells(['map', id, path]))),
    ],
    capability: capabilities.flatMap(({ pid, comm, capabilities: names }) =>
      [...new Set(names)].map((name) => cells([pid, comm, name])),
    ),
    setting: Object.entries(settings).map(([name, value]) => cells([name, value])),
    audit_status: audit === null ? [] : [cells([audit.enabled, audit.lost, audit.backlog])],
  };
}

function ownerRows(kind: string, id: number | null, owners: readonly Owner[]): SqlValue[][] {
  return owners.map(({ pid, comm }) => cells([kind, id, pid, comm]));
}

function cells(values: readonly Cell[]): SqlValue[] {
  return values.map((value) => {
    if (typeof value === 'string') return readableText(value);
    return typeof value === 'boolean' ? Number(value) : value;
  });
}
