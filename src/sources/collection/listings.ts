import type { JsonObject } from '../../model/json.ts';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import { append } from '../../text/lists.ts';
import { LISTINGS, type Listing } from '../bpftool-sections.ts';
import { helpersOf, SECTION } from '../saved-bpftool.ts';
import type { SavedFile } from '../saved-file.ts';
import type { BpftoolRole } from './layout.ts';

/** One file of bpftool's output in a collection. */
export interface CollectedOutput {
  readonly role: BpftoolRole;
  readonly file: SavedFile;
}

type Parts = Pick<Snapshot, Listing | 'helpers' | 'bpftoolVersion' | 'problems' | 'origins'>;

/**
 * Puts together what a collector asked bpftool for: the same listing as JSON and as text (the JSON counts), single
 * programs beside the list of all, and `net list` once for each network namespace.
 */
export function listingsOf(outputs: readonly CollectedOutput[]): Parts {
  const listings: { [listing in Listing]?: readonly JsonObject[] } = {};
  const origins: { [section: string]: string } = {};
  const problems: Problem[] = outputs.flatMap(({ file }) => file.problems);
  for (const listing of LISTINGS) {
    const whole = bestOf(listing, outputs);
    const elements = [...(whole === null ? [] : elementsOf(listing, whole))];
    const known = new Set(elements.map(({ id }) => id));
    const others = outputs.filter((each) => each !== whole && !isWhole(listing, each));
    for (const each of others) {
      const more = elementsOf(listing, each).filter(({ id }) => id === undefined || !known.has(id));
      if (more.length > 0) origins[SECTION[listing]] ??= each.file.name;
      append(elements, more);
    }
    if (whole !== null) origins[SECTION[listing]] = whole.file.name;
    else if (elements.length > 0) elements.push({ error: 'only some of them were asked for, not the whole list' });
    else continue;
    listings[listing] = elements;
  }
  return { bpftoolVersion: versionOf(outputs), ...listings, ...dumpsOf(outputs), problems, origins };
}

/** True for the answer to a question for the whole listing, on the host itself. */
function isWhole(listing: Listing, { role, file }: CollectedOutput): boolean {
  if (role.netns !== null) return false;
  if (role.listing === listing) return file.output.listings.has(listing) || file.none;
  // Not named after a command: as a saved output in any folder, taken for what it shows.
  return role.listing === null && role.programId === null && file.output.listings.has(listing) && !isSingle(file);
}

/** `prog show name X` of UAC, which shows what it finds of one name. */
function isSingle({ name }: SavedFile): boolean {
  return /\/ebpf\/[^/]+\/show\.txt$/.test(name);
}

/** JSON is exact where text leaves things open, so it comes first. */
function bestOf(listing: Listing, outputs: readonly CollectedOutput[]): CollectedOutput | null {
  const whole = outputs.filter((each) => isWhole(listing, each));
  return whole.find(({ file }) => file.facts.format === 'bpftool JSON') ?? whole[0] ?? null;
}

function elementsOf(listing: Listing, { role, file }: CollectedOutput): readonly JsonObject[] {
  const elements = file.output.listings.get(listing) ?? [];
  const { netns } = role;
  return netns === null ? elements : elements.map((element) => ({ netns, ...element }));
}

function versionOf(outputs: readonly CollectedOutput[]): string | null {
  return outputs.map(({ file }) => file.output.version).find((version) => version !== null) ?? null;
}

/** Helpers of the dumped programs: the file's name says which one it was, where its content does not. */
function dumpsOf(outputs: readonly CollectedOutput[]): Pick<Snapshot, 'helpers'> {
  const dumps = outputs.flatMap(({ role, file }) =>
    file.output.dumps.map(({ programId, instructions }) => ({ programId: programId ?? role.programId, instructions })),
  );
  return helpersOf(dumps);
}
