import type { Attachment, BpfMap, Inventory, Program } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Section, Snapshot } from '../model/snapshot.ts';
import { withBoundedLists } from './bounded-lists.ts';
import { isError } from './covered-sections.ts';
import { decodeCgroup, decodeNet, decodeNetNamespaces, decodePerf } from './decode-attachments.ts';
import { decodeLink } from './decode-links.ts';
import { decodeMap, decodeProgram } from './decode-objects.ts';
import { indexOwners } from './decode-owners.ts';
import { asArray, asObject, excerpt } from './decode-value.ts';
import { distinctObjects } from './given-twice.ts';
import { mergeAttachments } from './merge-attachments.ts';
import { pinsElsewhere } from './pins-elsewhere.ts';
import type { SectionMemo } from './section-memo.ts';

/** What the listings of bpftool hold. */
export interface DecodedListings extends Pick<Inventory, 'programs' | 'maps' | 'attachments'> {
  /** One sentence for each element that could not be decoded, and for each id with several. */
  readonly malformed: readonly string[];
  /** Sections that hold two objects with one id. */
  readonly doubted: readonly Section[];
}

/** Objects of one listing, and what is to be said of the others. */
interface Part<T> {
  readonly objects: readonly T[];
  readonly faults: readonly string[];
  readonly isDoubted: boolean;
}

type Listing = 'prog' | 'map' | 'link' | 'net' | 'perf' | 'cgroup';

/** Decodes the listings of a snapshot, each only where it is another one than `memo` knows. */
export function decodeListings(snapshot: Snapshot, memo: SectionMemo): DecodedListings {
  const { processes, observer, mountsElsewhere, helpers, contents, entries, structOps, btfFunctions } = snapshot;
  const owners = memo.of('owners', [processes, observer?.pid], () => indexOwners(snapshot));
  const withPins = memo.of('pins', [mountsElsewhere], () => pinsElsewhere(snapshot));
  const own = ownIds(snapshot);
  const programs = memo.of('prog', [snapshot.prog, helpers, owners, withPins, own.programs.join()], () =>
    withoutOwn(
      distinctPart('prog', snapshot, (raw) => decodeProgram(withPins('program', raw), snapshot, owners)),
      own.programs,
    ),
  );
  const maps = memo.of('map', [snapshot.map, contents, entries, structOps, owners, withPins, own.maps.join()], () =>
    withoutOwn(
      distinctPart('map', snapshot, (raw) => decodeMap(withPins('map', raw), snapshot, owners)),
      own.maps,
    ),
  );
  const links = memo.of('link', [snapshot.link, btfFunctions, owners, withPins], () =>
    distinctPart('link', snapshot, (raw) => decodeLink(withPins('link', raw), owners, btfFunctions)),
  );
  const net = memo.of('net', [snapshot.net], () => part('net', snapshot, decodeNet));
  const perf = memo.of('perf', [snapshot.perf, owners], () => part('perf', snapshot, (raw) => decodePerf(raw, owners)));
  const cgroups = memo.of('cgroup', [snapshot.cgroup], () => part('cgroup', snapshot, decodeCgroup));
  const elsewhere = memo.of('elsewhere', [snapshot.netNamespaces], () => decodeNetNamespaces(snapshot));
  const seen = [links, net, elsewhere, perf, cgroups, own.links.join(), own.programs.join()];
  const attachments = memo.of('attachments', seen, () => {
    const rows = [...net.objects, ...elsewhere, ...perf.objects, ...cgroups.objects];
    const [ownLinks, ownPrograms] = [new Set(own.links), new Set(own.programs)];
    return mergeAttachments(links.objects, rows).filter(
      ({ linkId, programId }) => !ownLinks.has(linkId ?? 0) && !ownPrograms.has(programId ?? 0),
    );
  });
  const doubted: Section[] = [];
  if (programs.isDoubted) doubted.push('programs');
  if (maps.isDoubted) doubted.push('maps');
  if (links.isDoubted) doubted.push('links');
  const malformed = [programs, maps, links, net, perf, cgroups].flatMap(({ faults }) => faults);
  return { programs: programs.objects, maps: maps.objects, attachments, malformed, doubted };
}

/** The elements of a listing decoded, all that are none named. */
function part<T>(
  listing: Listing,
  snapshot: Snapshot,
  decodeOne: (raw: JsonObject) => T | readonly T[] | null,
): Part<T> {
  const broken: string[] = [];
  const nameless: string[] = [];
  const objects = asArray(snapshot[listing] as Json | undefined).flatMap<T>((element) => {
    const raw = asObject(element);
    if (raw === null || isError(raw)) {
      const what = raw === null ? `not an object: ${excerpt(element)}` : String(raw.error).slice(0, 200);
      broken.push(`bpftool ${listing} show: ${what}`);
      return [];
    }
    const object = decodeOne(withBoundedLists(raw, listing, broken));
    if (object === null) nameless.push(`bpftool ${listing} show: no id in ${excerpt(raw)}`);
    return object ?? [];
  });
  return { objects, faults: [...broken, ...nameless], isDoubted: false };
}

function distinctPart<T extends Program | BpfMap | Attachment>(
  listing: 'prog' | 'map' | 'link',
  snapshot: Snapshot,
  decodeOne: (raw: JsonObject) => T | null,
): Part<T> {
  const { objects, faults } = part(listing, snapshot, decodeOne);
  const distinct = distinctObjects(listing, objects, idOf);
  return { objects: distinct.objects, faults: [...faults, ...distinct.faults], isDoubted: distinct.faults.length > 0 };
}

function idOf(object: Program | BpfMap | Attachment): number {
  return 'id' in object ? object.id : (object.linkId ?? 0);
}

function withoutOwn<T extends Program | BpfMap>(given: Part<T>, own: readonly number[]): Part<T> {
  if (own.length === 0) return given;
  const ids = new Set(own);
  return { ...given, objects: given.objects.filter(({ id }) => !ids.has(id)) };
}

/** Ids of objects that our own tools made. */
function ownIds({ own }: Snapshot): Snapshot['own'] & object {
  return own ?? { programs: [], maps: [], links: [] };
}
