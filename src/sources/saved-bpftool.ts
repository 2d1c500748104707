import type { JsonObject } from '../model/json.ts';
import type { Observation, Progress, Source } from '../model/observation.ts';
import type { Problem, Snapshot } from '../model/snapshot.ts';
import { parseBpftoolJson } from './bpftool/json.ts';
import { LISTINGS, type Listing, type SavedOutput, sortOut } from './bpftool-sections.ts';
import type { ByteInput } from './bytes.ts';
import { ReadFault } from './gunzip.ts';
import { SHOWN } from './lines.ts';

/** A saved output is read whole; listings of ten thousand programs are some megabytes. */
const MAX_BYTES = 128 * 1024 * 1024;

/** What one file amounts to. */
interface SavedFile {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly output: SavedOutput;
  readonly problems: readonly Problem[];
}

/**
 * Saved output of `bpftool -j`: files of one folder, which together are one look at a host, or several where a listing
 * comes twice. The time is when a file was last written, because the output has none; the host is not known.
 * `now` stands in for the time of a pipe.
 */
export function savedBpftoolSource(name: string, inputs: readonly ByteInput[], now: () => number): Source {
  const records = new Map<string, number>();
  let lines = 0;
  const note = (kind: string, count: number): void => {
    records.set(kind, (records.get(kind) ?? 0) + count);
  };
  return {
    name,
    progress: () => progressOf(name, inputs, lines, records),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      const files: SavedFile[] = [];
      for (const input of inputs) {
        const unread: Observation[] = [];
        const refuse = (reason: string, text: string, line?: number): void => {
          const at = line === undefined ? { file: input.name } : { file: input.name, line };
          unread.push({ kind: 'unreadable', time: null, unreadable: { at, reason, text: text.slice(0, SHOWN) } });
        };
        const text = await readText(input, signal, refuse);
        if (signal.aborted) return;
        lines += countLines(text);
        const { documents, repairs, errors } = parseBpftoolJson(text);
        for (const { line, column, reason } of errors) refuse(`column ${column}: ${reason}`, '', line);
        const output = sortOut(documents);
        for (const [listing, elements] of output.listings) note(listing, elements.length);
        for (const [kind, count] of output.ignored) note(kind, count);
        for (const element of output.unknown) refuse('not an element of a bpftool listing', JSON.stringify(element));
        if (documents.length === 0 && errors.length === 0) refuse('no data', text);
        else if (saysNothing(output)) refuse('nothing shows which listing this is', text);
        files.push({
          name: input.name,
          time: input.modified ?? now(),
          output,
          problems: problemsOf(input, output, repairs),
        });
        if (unread.length > 0) yield unread;
      }
      yield snapshotsOf(files).map((snapshot) => ({ kind: 'snapshot', time: snapshot.time, snapshot }));
    },
  };
}

/** Snapshots from files in order of time: the next one begins where a listing would come a second time. */
function snapshotsOf(files: readonly SavedFile[]): Snapshot[] {
  const inOrder = files
    .filter(({ output, problems }) => output.listings.size > 0 || output.version !== null || problems.length > 0)
    .sort((a, b) => a.time - b.time || (a.name < b.name ? -1 : 1));
  const looks: SavedFile[][] = [];
  for (const file of inOrder) {
    const look = looks.at(-1);
    const repeats = look?.some(({ output }) =>
      [...file.output.listings.keys()].some((each) => output.listings.has(each)),
    );
    if (look === undefined || repeats === true) looks.push([file]);
    else look.push(file);
  }
  return looks.map(toSnapshot);
}

function toSnapshot(files: readonly SavedFile[]): Snapshot {
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
  return {
    time: Math.max(...files.map((file) => file.time)),
    host: 'unknown',
    boot: null,
    kernel: null,
    bpftoolVersion: files.map((file) => file.output.version).find((version) => version !== null) ?? null,
    ...listings,
    problems: files.flatMap((file) => file.problems),
    origins,
  };
}

const SECTION = {
  prog: 'programs',
  map: 'maps',
  link: 'links',
  net: 'net',
  perf: 'perf',
  cgroup: 'cgroups',
} as const satisfies { readonly [listing in Listing]: string };

function problemsOf(input: ByteInput, output: SavedOutput, repairs: readonly string[]): Problem[] {
  const say = (message: string): Problem => ({ section: null, message: `${input.name}: ${message}` });
  return [
    ...repairs.map((repair) => say(`is not JSON as it stands; put right: ${repair}`)),
    ...output.errors.map((error) => say(`bpftool said: ${error}`)),
    ...output.superseded.map((listing) => say(`holds several ${listing} listings; only the last one counts`)),
  ];
}

function saysNothing(output: SavedOutput): boolean {
  const { listings, ignored, errors, unknown, version } = output;
  return listings.size + ignored.size + errors.length + unknown.length === 0 && version === null;
}

async function readText(
  input: ByteInput,
  signal: AbortSignal,
  refuse: (reason: string, text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of input.chunks(signal)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) {
        refuse(`is longer than ${MAX_BYTES} bytes; what comes after is not read`, '');
        break;
      }
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    refuse(error.message, '');
  }
  return text + decoder.decode();
}

function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function progressOf(
  name: string,
  inputs: readonly ByteInput[],
  lines: number,
  records: ReadonlyMap<string, number>,
): Progress {
  return {
    name,
    bytes: inputs.reduce((sum, input) => sum + input.bytesRead(), 0),
    totalBytes: inputs.reduce<number | null>(
      (sum, input) => (sum === null || input.totalBytes === null ? null : sum + input.totalBytes),
      0,
    ),
    lines,
    records: Object.fromEntries(records),
  };
}
