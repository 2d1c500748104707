import type { Inventory, UnlistedObject } from '../model/inventory.ts';
import type { Section, Snapshot } from '../model/snapshot.ts';
import { formatTime } from '../text/time.ts';
import type { AuditedLoad } from './audited-loads.ts';

/** Which saved listings are whole, and the files they are from. */
export type SavedLook = Pick<Snapshot, 'origins' | 'wholeListings'>;

/** Iterators, which bpftool itself loads for each listing (pid_iter.bpf.c) and the kernel frees somewhat later. */
const OF_ITERATOR = /^(?:link \d+ \()?iter\b|^an open file of bpftool /;

type Kind = UnlistedObject['kind'];

/** Views that are told of one object; of a map that is shared by all there may be hundreds. */
const MAX_VIEWS = 10;

/** The listing that an object of a kind has to be in. */
const LISTED_IN: { readonly [kind in Kind]: Section } = { program: 'programs', map: 'maps', link: 'links' };

/**
 * Objects that one view of the kernel refers to and their own listing lacks: attachments, maps of programs, and open file
 * descriptors name ids that `bpftool prog show`, `map show` and `link show` do not. They read different things (links and
 * netlink, fdinfo, BPF_OBJ_GET_NEXT_ID), so a program that rewrites what one of them answers is seen in another. One that
 * rewrites them all is still seen by what the audit log told of its loads before. Our own objects, which are left out of the listings, are none of them.
 */
export function unlistedObjects(
  inventory: Inventory,
  own: Snapshot['own'],
  audited: readonly AuditedLoad[] = [],
  saved: SavedLook = {},
): readonly UnlistedObject[] {
  const found = new Map<string, { readonly kind: Kind; readonly id: number; readonly views: Set<string> }>();
  const listed: { readonly [kind in Kind]: ReadonlySet<number> } = {
    program: new Set([...inventory.programs.map(({ id }) => id), ...(own?.programs ?? [])]),
    map: new Set([...inventory.maps.map(({ id }) => id), ...(own?.maps ?? [])]),
    link: new Set([
      ...inventory.attachments.flatMap(({ section, linkId }) => (section === 'links' ? (linkId ?? []) : [])),
      ...(own?.links ?? []),
    ]),
  };
  const refer = (kind: Kind, id: number | null, view: string): void => {
    // There is no object 0 (idr_alloc_cyclic in kernel/bpf/syscall.c begins at 1).
    if (id === null || id === 0 || listed[kind].has(id) || !inventory.covers.includes(LISTED_IN[kind])) return;
    const key = `${kind} ${id}`;
    const known = found.get(key) ?? { kind, id, views: new Set<string>() };
    if (known.views.size < MAX_VIEWS) known.views.add(view);
    found.set(key, known);
  };
  for (const { type, target, programId, linkId } of inventory.attachments) {
    const view = `${type} ${target}`.trim();
    refer('program', programId, linkId === null ? view : `link ${linkId} (${view})`);
    refer('link', linkId, view);
  }
  for (const { id, mapIds } of inventory.programs) for (const map of mapIds) refer('map', map, `program ${id}`);
  for (const { pid, comm, programIds, mapIds, linkIds } of inventory.processes) {
    const view = `an open file of ${comm} (pid ${pid})`;
    for (const id of programIds) refer('program', id, view);
    for (const id of mapIds) refer('map', id, view);
    for (const id of linkIds) refer('link', id, view);
  }
  const iterators = new Set(inventory.programs.filter(({ name }) => name === 'iter').map(({ id }) => `program ${id}`));
  const isLasting = (view: string) => !OF_ITERATOR.test(view) && !iterators.has(view);
  const isShown = new Set(found.keys());
  for (const { id, loadedAt } of audited)
    refer('program', id, `the audit record of its load at ${formatTime(loadedAt)}`);
  return [...found].map(([key, { kind, id, views }]) => {
    const section = LISTED_IN[kind];
    const lackedBy = saved.wholeListings?.includes(section) === true ? saved.origins?.[section] : undefined;
    const unlisted = { kind, id, seenIn: [...views], looks: 1, isAudited: !isShown.has(key) };
    if (saved.origins !== undefined && ![...views].some(isLasting)) return { ...unlisted, isOfIterator: true };
    return lackedBy === undefined ? unlisted : { ...unlisted, lackedBy };
  });
}

/**
 * The same with the looks of before counted in: what was unlisted then as well. Where this look has no listing of a kind,
 * what was unlisted before stays so: whoever hides it may well make the listing fail.
 */
export function stillUnlisted(
  previous: readonly UnlistedObject[],
  now: readonly UnlistedObject[],
  covers: readonly Section[],
): readonly UnlistedObject[] {
  const before = new Map(previous.map(({ kind, id, looks }) => [`${kind} ${id}`, looks]));
  const open = previous.filter(({ kind }) => !covers.includes(LISTED_IN[kind]));
  const counted = now.map((each) => ({ ...each, looks: each.looks + (before.get(`${each.kind} ${each.id}`) ?? 0) }));
  return [...open, ...counted];
}
