import type { SqlValue } from 'sql.js';
import { HELPER_RISKS } from '../model/helper-risks.ts';
import { type Inventory, type Owner, wholeSections } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { parseAuditRule } from '../text/audit-rule.ts';
import { isUtf8Path } from '../text/path-bytes.ts';
import { isDeleted, placeOfCgroup } from '../text/process-place.ts';
import type { InventoryTable } from './inventory-schema.ts';
import { readableText } from './text-column.ts';

type Cell = string | number | boolean | null;

export type InventoryRows = { readonly [table in InventoryTable]: readonly SqlValue[][] };

/** Rows of the large tables: of a list that is the one of before they are those of before. */
const programRows = oncePer((programs: Inventory['programs']): SqlValue[][] =>
  programs.map((program) =>
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
      flagOf(program.raw.gpl_compatible),
      numberOf(program.raw.btf_id),
      JSON.stringify(program.raw),
    ]),
  ),
);
const mapRows = oncePer((maps: Inventory['maps']): SqlValue[][] =>
  maps.map((map) =>
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
      map.entries ?? null,
      JSON.stringify(map.raw),
    ]),
  ),
);
const attachmentRows = oncePer((attachments: Inventory['attachments']): SqlValue[][] =>
  attachments.map(({ key, section, type, target, programId, linkId, netns = null, raw }) =>
    cells([key, section, type, target, programId, linkId, netns, JSON.stringify(raw)]),
  ),
);

function oncePer<List extends object, Rows>(make: (list: List) => Rows): (list: List) => Rows {
  const made = new WeakMap<List, Rows>();
  return (list) => {
    const rows = made.get(list) ?? make(list);
    made.set(list, rows);
    return rows;
  };
}

/** An inventory as rows of the inventory tables, columns in the order of the schema. */
export function inventoryRows(inventory: Inventory): InventoryRows {
  const { programs, maps, attachments, processes, capabilities, settings, audit } = inventory;
  // The kernel pins two of its own in each BPF file system (populate_bpffs in kernel/bpf/inode.c), which only run when read.
  const iterators = new Set(attachments.flatMap(({ type, linkId }) => (type === 'iter' ? [linkId] : [])));
  const pins = [
    ...programs.flatMap(({ id, pinned }) => pinned.map((path) => ['program', id, path] as const)),
    ...maps.flatMap(({ id, pinned }) => pinned.map((path) => ['map', id, path] as const)),
    ...attachments.flatMap(({ linkId, raw }) => pinsOf(raw).map((path) => ['link', linkId, path] as const)),
  ];
  return {
    host: [cells([inventory.host, inventory.boot, inventory.time])],
    program: programRows(programs),
    program_helper: programs.flatMap(({ id, helpers }) =>
      [...new Set(helpers)].map((helper) => cells([id, helper, !HELPER_RISKS.has(helper)])),
    ),
    program_map: programs.flatMap(({ id, mapIds }) => mapIds.map((map) => cells([id, map]))),
    map: mapRows(maps),
    attachment: attachmentRows(attachments),
    process: processes.map((process) => {
      const { pid, comm, exe, uid, startTime, cmdline = null, cgroup = null, exeSha256 = null } = process;
      const { exeUid = null, exeMode = null } = process;
      const { unit, container } = placeOfCgroup(cgroup ?? '');
      const deleted = exe === null ? null : isDeleted(exe);
      return cells([
        pid,
        comm,
        exe,
        uid,
        startTime,
        cmdline,
        cgroup,
        unit,
        container,
        deleted,
        exeSha256,
        exeUid,
        exeMode,
      ]);
    }),
    object_owner: [
      ...programs.flatMap(({ id, owners }) => ownerRows('program', id, owners)),
      ...maps.flatMap(({ id, owners }) => ownerRows('map', id, owners)),
      ...attachments.flatMap(({ linkId, owners }) => ownerRows('attachment', linkId, owners)),
    ],
    pin: pins.map(cells),
    capability: capabilities.flatMap(({ pid, comm, capabilities: names }) =>
      [...new Set(names)].map((name) => cells([pid, comm, name])),
    ),
    setting: Object.entries(settings).map(([name, value]) => cells([name, value])),
    audit_status: audit === null ? [] : [cells([audit.enabled, audit.lost, audit.backlog])],
    audit_rule: inventory.auditRules.map((text, index) => {
      const { list, action, calls, arch, narrowed } = parseAuditRule(text);
      return cells([index + 1, text, list, action, calls, arch, narrowed]);
    }),
    mount: inventory.mounts.map(({ path, options, mode, isCovered = false }) =>
      cells([path, options.join(','), mode, isCovered]),
    ),
    mount_elsewhere: inventory.mountsElsewhere.map(({ path, namespace, pid, comm, options, pins }) => {
      const count = pins?.filter(({ kind, id }) => kind !== 'link' || !iterators.has(id)).length ?? null;
      return cells([path, `mnt:[${namespace}]`, pid, comm, options.join(','), count]);
    }),
    persisted_setting: inventory.persisted.map(({ name, value, file, line }) => cells([name, value, file, line])),
    packet_socket: inventory.packetSockets.map((socket) => {
      const { inode, protocol, ifindex, uid, holder, netns = null, filter = null, unheldLooks } = socket;
      const { pid = null, comm = null, exe = null, exeUid = null, exeMode = null, exeIsHosts = null } = holder ?? {};
      return cells([
        inode,
        protocol,
        ifindex,
        uid,
        pid,
        comm,
        exe,
        netns,
        exeUid,
        exeMode,
        exeIsHosts,
        filter,
        unheldLooks,
      ]);
    }),
    kernel_hook: inventory.kernelHooks.map(({ view, target, handler, canDivert, owner, isSettled }) =>
      cells([view, target, handler, canDivert, owner, isSettled]),
    ),
    section: wholeSections(inventory).map((name) => cells([name, inventory.fresh.includes(name)])),
    unlisted: inventory.unlisted.map(({ kind, id, seenIn, looks, lackedBy }) =>
      cells([kind, id, seenIn.join(', '), looks, lackedBy ?? null]),
    ),
    unlisted_symbol: symbolRows(inventory.unlistedSymbols),
    odd_name: [
      ...processes.flatMap(({ pid, comm, exe, cmdline, cgroup }) => [
        ...oddName('process', pid, 'comm', comm),
        ...oddName('process', pid, 'executable', exe),
        ...oddName('process', pid, 'arguments', cmdline ?? null),
        ...oddName('process', pid, 'cgroup', cgroup ?? null),
      ]),
      ...programs.flatMap(({ id, name }) => oddName('program', id, 'name', name)),
      ...maps.flatMap(({ id, name }) => oddName('map', id, 'name', name)),
      ...pins.flatMap(([kind, id, path]) => oddName(kind, id, 'pin', path)),
      ...inventory.persisted.flatMap(({ file }) => oddName('setting file', null, 'file', file)),
      ...[...inventory.mounts, ...inventory.mountsElsewhere].flatMap(({ path }) =>
        oddName('mount', null, 'path', path),
      ),
    ],
    unkept: inventory.unkept.map(({ id, isSettled }) => cells([id, isSettled])),
  };
}

function oddName(kind: string, id: number | null, what: string, name: string | null): SqlValue[][] {
  return name === null || isUtf8Path(name) ? [] : [cells([kind, id, what, name])];
}

function symbolRows(symbols: Inventory['unlistedSymbols']): SqlValue[][] {
  if (symbols === null) return [];
  const { names, explained, looks, isLost } = symbols;
  return [...names, ...(isLost ? [null] : [])].map((name) => cells([name, explained, looks]));
}

/** JSON says it as a boolean. */
function flagOf(value: Json | undefined): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function pinsOf({ pinned }: JsonObject): readonly string[] {
  return Array.isArray(pinned) ? pinned.filter((path) => typeof path === 'string') : [];
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
