import type { Attachment, Inventory } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { MAX_TRACING_CHARACTERS, type Section, type Snapshot, type Tracing } from '../model/snapshot.ts';
import { withBoundedLists } from './bounded-lists.ts';
import { decodeCgroup, decodeNet, decodeNetNamespaces, decodePerf } from './decode-attachments.ts';
import { decodeLink } from './decode-links.ts';
import { decodeMap, decodeProgram } from './decode-objects.ts';
import { indexOwners } from './decode-owners.ts';
import { decodePacketSockets } from './decode-packet-sockets.ts';
import { asArray, asCount, asObject, excerpt } from './decode-value.ts';
import { kernelHooks } from './hooks/owners.ts';
import { mergeAttachments } from './merge-attachments.ts';
import { pinsElsewhere } from './pins-elsewhere.ts';
import { unlistedObjects } from './unlisted.ts';

/** The other parts, and the sections that they cover. */
const PARTS = [
  ['helpers', 'helpers'],
  ['processes', 'processes'],
  ['settings', 'settings'],
  ['audit', 'audit'],
  ['auditRules', 'audit-rules'],
  ['mounts', 'mounts'],
  ['persisted', 'sysctl-files'],
  ['packetSockets', 'packet-sockets'],
  ['symbols', 'symbols'],
  ['entries', 'map-entries'],
] as const satisfies readonly (readonly [keyof Snapshot, Section])[];

export interface DecodedInventory {
  readonly inventory: Inventory;
  /** One sentence for each element that could not be decoded, with the start of it. */
  readonly malformed: readonly string[];
}

/** The listings of a snapshot, and the section that each one covers. */
const LISTINGS = [
  ['prog', 'programs'],
  ['map', 'maps'],
  ['link', 'links'],
  ['net', 'net'],
  ['perf', 'perf'],
  ['cgroup', 'cgroups'],
] as const satisfies readonly (readonly [keyof Snapshot, Section])[];

/**
 * Decodes what bpftool and /proc showed at one moment, whichever version of bpftool it was. Objects of our own
 * (`snapshot.own`) are left out. A listing that holds bpftool's `{"error": ...}` is incomplete: what it lists is
 * decoded, but the section is not in `covers`. Ids ascend; of two elements with one id the later counts.
 */
export function toInventory(snapshot: Snapshot): DecodedInventory {
  const malformed: string[] = [];
  const owners = indexOwners(snapshot);
  const listed = readListings(snapshot, malformed);
  const decode = <T>(listing: Listing, decodeOne: (raw: JsonObject) => T | null): T[] =>
    listed[listing].flatMap<T>((raw) => {
      const object = decodeOne(withBoundedLists(raw, listing, malformed));
      if (object === null) malformed.push(`bpftool ${listing} show: no id in ${excerpt(raw)}`);
      return object ?? [];
    });

  const withPins = pinsElsewhere(snapshot);
  const own = snapshot.own ?? { programs: [], maps: [], links: [] };
  const programs = byId(
    decode('prog', (raw) => decodeProgram(withPins('program', raw), snapshot, owners)),
    own.programs,
  );
  const maps = byId(
    decode('map', (raw) => decodeMap(withPins('map', raw), snapshot, owners)),
    own.maps,
  );
  const links = decode('link', (raw) => decodeLink(withPins('link', raw), owners, snapshot.btfFunctions)).sort(
    (a, b) => (a.linkId ?? 0) - (b.linkId ?? 0),
  );
  const rows: readonly Attachment[] = [
    ...listed.net.flatMap(decodeNet),
    ...decodeNetNamespaces(snapshot),
    ...decode('perf', (raw) => decodePerf(raw, owners)),
    ...listed.cgroup.flatMap(decodeCgroup),
  ];
  const attachments = mergeAttachments(links, rows).filter(
    ({ linkId, programId }) => !own.links.includes(linkId ?? 0) && !own.programs.includes(programId ?? 0),
  );
  const processes = (snapshot.processes ?? []).filter((process) => process.pid !== snapshot.observer?.pid);
  const covers = coveredSections(snapshot);
  const tracing = boundedTracing(snapshot);
  const areCgroups = covers.includes('cgroups');
  const areAll = covers.includes('links') && covers.includes('perf');
  const inventory: Inventory = {
    time: snapshot.time,
    host: snapshot.host,
    boot: snapshot.boot,
    covers,
    fresh: covers,
    programs,
    maps,
    attachments,
    processes,
    capabilities: processes.map(({ pid, comm, capabilities }) => ({ pid, comm, capabilities })),
    settings: snapshot.settings ?? {},
    audit: snapshot.audit ?? null,
    auditRules: snapshot.auditRules ?? [],
    mounts: snapshot.mounts ?? [],
    mountsElsewhere: snapshot.mountsElsewhere?.list ?? [],
    persisted: snapshot.persisted ?? [],
    packetSockets: decodePacketSockets(snapshot),
    kernelHooks: kernelHooks(tracing, { attachments, programs, areAll, areCgroups }, snapshot.time),
    unlisted: [],
    unlistedSymbols: null,
    unkept: [],
    ...programIds(snapshot),
  };
  return { inventory: { ...inventory, unlisted: unlistedObjects(inventory, snapshot.own, [], snapshot) }, malformed };
}

type Listing = (typeof LISTINGS)[number][0];

function readListings(
  snapshot: Snapshot,
  malformed: string[],
): { readonly [listing in Listing]: readonly JsonObject[] } {
  const read = (listing: Listing): readonly JsonObject[] =>
    asArray(snapshot[listing] as Json | undefined).flatMap<JsonObject>((element) => {
      const object = asObject(element);
      if (object !== null && !isError(object)) return object;
      const what = object === null ? `not an object: ${excerpt(element)}` : String(object.error).slice(0, 200);
      malformed.push(`bpftool ${listing} show: ${what}`);
      return [];
    });
  return {
    prog: read('prog'),
    map: read('map'),
    link: read('link'),
    net: read('net'),
    perf: read('perf'),
    cgroup: read('cgroup'),
  };
}

function coveredSections(snapshot: Snapshot): readonly Section[] {
  const covers: Section[] = [];
  for (const [listing, section] of LISTINGS) {
    const elements = snapshot[listing];
    if (elements !== undefined && !asArray(elements).some(isError)) covers.push(section);
  }
  for (const [part, section] of PARTS) if (snapshot[part] !== undefined) covers.push(section);
  const areAll = !snapshot.problems.some(({ section }) => section === 'processes');
  if (snapshot.processes !== undefined && areAll) covers.push('all-processes');
  const { mountsElsewhere } = snapshot;
  const areMountsSeen = snapshot.mounts?.every(({ isCovered }) => isCovered !== true) === true;
  const arePinsRead = !snapshot.problems.some(({ section }) => section === 'all-mounts');
  const areMountsKnown = areMountsSeen && arePinsRead && mountsElsewhere?.unread === 0;
  if (areMountsKnown && mountsElsewhere.list.every(({ pins }) => pins !== undefined)) covers.push('all-mounts');
  const { enabledFunctions, kprobeEvents, uprobeEvents, dynamicEvents } = boundedTracing(snapshot);
  if (enabledFunctions !== undefined) covers.push('function-hooks');
  if ([kprobeEvents, uprobeEvents, dynamicEvents].every((text) => text !== undefined)) covers.push('probe-events');
  // The processes of which the namespace is not known may be in as many.
  if (snapshot.netNamespaces?.unread !== 0) return covers;
  const { list } = snapshot.netNamespaces;
  if (list.every(({ net }) => net !== undefined)) covers.push('net-namespaces');
  const areAllRead = list.every(({ packets }) => packets !== undefined);
  if (snapshot.packetSockets !== undefined && areAllRead) covers.push('all-packet-sockets');
  return covers;
}

/** What tracefs said without what is too long: a capture may hold anything. */
function boundedTracing({ tracing = {} }: Snapshot): Tracing {
  return Object.fromEntries(Object.entries(tracing).filter(([, text]) => text.length <= MAX_TRACING_CHARACTERS));
}

/** bpftool puts its error in the place of an answer, or after the elements that it had already printed. */
function isError(element: Json): boolean {
  const object = asObject(element);
  return typeof object?.error === 'string' && object.id === undefined;
}

function byId<T extends { readonly id: number }>(objects: readonly T[], own: readonly number[]): readonly T[] {
  const known = new Map(objects.map((object) => [object.id, object]));
  for (const id of own) known.delete(id);
  return [...known.values()].sort((a, b) => a.id - b.id);
}

/** The live source's note on program ids (`extra.programIds`), where it could keep one. */
function programIds(snapshot: Snapshot): Pick<Inventory, 'programIds'> {
  const note = asObject(snapshot.extra?.programIds);
  const highest = asCount(note?.highest);
  return highest === null ? {} : { programIds: { highest, exact: note?.exact === true } };
}
