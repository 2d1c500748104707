import type { JsonObject } from '../model/json.ts';
import type { InputFacts, InputSource, Observation } from '../model/observation.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { highest, lowest } from '../text/lists.ts';
import { dumpedCalls } from './bpftool/dumped-calls.ts';
import { LISTINGS, type Listing, type ProgramDump } from './bpftool-sections.ts';
import type { ByteInput } from './bytes.ts';
import { progressOfInputs } from './progress.ts';
import { readSavedFile, type SavedFile } from './saved-file.ts';

/**
 * Saved output of bpftool: files of one folder, which together are one look at a host, or several where a listing
 * comes twice. The time is when a file was last written, because the output has none; the host is not known.
 * `now` stands in for the time of a pipe.
 */
export function savedBpftoolSource(name: string, inputs: readonly ByteInput[], now: () => number): InputSource {
  const facts: InputFacts[] = [];
  return {
    name,
    progress: () => progressOfInputs(name, inputs, facts),
    facts: () => facts,
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      const files: DatedFile[] = [];
      for (const input of inputs) {
        const file = await readSavedFile(input, signal);
        if (signal.aborted) return;
        const time = file.modified ?? now();
        files.push({ ...file, time });
        const dated = file.output.listings.size > 0;
        facts.push(dated ? { ...file.facts, timeRange: { first: time, last: time } } : file.facts);
        if (file.unreadable.length > 0) yield unreadables(file);
      }
      const looks = looksOf(files);
      yield looks.map((look, index) => {
        const snapshot = toSnapshot(look, isApart(looks[index - 1], look) && isApart(look, looks[index + 1]));
        return { kind: 'snapshot', time: snapshot.time, snapshot };
      });
    },
  };
}

/** What of a file was not understood, as observations. */
export function unreadables(file: SavedFile): readonly Observation[] {
  return file.unreadable.map((unreadable) => ({ kind: 'unreadable', time: null, unreadable }));
}

/** Files written further apart than this may show an object that came or went between them, ms. */
const TAKEN_TOGETHER_MS = 2000;

interface DatedFile extends SavedFile {
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Files in order of time, put together: the next look begins where a listing would come a second time. */
function looksOf(files: readonly DatedFile[]): readonly (readonly DatedFile[])[] {
  const inOrder = files
    .filter(({ output, problems }) => {
      const says = output.listings.size > 0 || output.version !== null || problems.length > 0;
      return says || output.dumps.some(({ programId }) => programId !== null);
    })
    .sort((a, b) => a.time - b.time || (a.name < b.name ? -1 : 1));
  const looks: DatedFile[][] = [];
  for (const file of inOrder) {
    const look = looks.at(-1);
    const repeats = look?.some(({ output }) =>
      [...file.output.listings.keys()].some((each) => output.listings.has(each)),
    );
    if (look === undefined || repeats === true) looks.push([file]);
    else look.push(file);
  }
  return looks;
}

/** False where two looks are so near in time that a file of one may be of the other: then their times do not order them. */
function isApart(earlier: readonly DatedFile[] | undefined, later: readonly DatedFile[] | undefined): boolean {
  if (earlier === undefined || later === undefined) return true;
  const end = highest(earlier.map(({ time }) => time));
  return lowest(later.map(({ time }) => time)) - end > TAKEN_TOGETHER_MS;
}

function toSnapshot(files: readonly DatedFile[], isOneLook: boolean): Snapshot {
  const listings: { [listing in Listing]?: readonly JsonObject[] } = {};
  const origins: { [section: string]: string } = {};
  for (const { name, output } of files) {
    for (const listing of LISTINGS) {
      const elements = output.listings.get(listing);
      if (elements === undefined) continue;
      listings[listing] = elements;
      origins[SECTION[listing]] = name;
    }
  }
  const dumps = files.flatMap(({ output }) => output.dumps);
  const listed = files.filter(({ output }) => output.listings.size > 0);
  const times = listed.map((file) => file.time);
  const areTogether = isOneLook && highest(times) - lowest(times) <= TAKEN_TOGETHER_MS;
  const whole = listed.filter(({ isWholeListing }) => isWholeListing && areTogether);
  const sections = whole.flatMap(({ output }) => [...output.listings.keys()].map((listing) => SECTION[listing]));
  return {
    time: highest(files.map((file) => file.time)),
    host: 'unknown',
    boot: null,
    kernel: null,
    bpftoolVersion: files.map((file) => file.output.version).find((version) => version !== null) ?? null,
    ...listings,
    ...helpersOf(dumps),
    problems: files.flatMap((file) => file.problems),
    origins,
    ...(sections.length === 0 ? {} : { wholeListings: sections }),
  };
}

/** The helpers of the programs that were dumped, where the output says which those are; no section without any. */
export function helpersOf(dumps: readonly ProgramDump[]): Pick<Snapshot, 'helpers'> {
  const helpers: { [programId: string]: readonly string[] | null } = {};
  for (const { programId, instructions } of dumps) {
    if (programId !== null) helpers[String(programId)] = dumpedCalls(instructions);
  }
  return Object.keys(helpers).length === 0 ? {} : { helpers };
}

/** The section of a snapshot that a listing is. */
export const SECTION = {
  prog: 'programs',
  map: 'maps',
  link: 'links',
  net: 'net',
  perf: 'perf',
  cgroup: 'cgroups',
} as const satisfies { readonly [listing in Listing]: string };
