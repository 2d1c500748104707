import type { Json, JsonObject } from '../../model/json.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import { runTool, type ToolResult } from '../run-tool.ts';
import { parseBpftoolJson } from './json.ts';

/** The listings that we ask for, by the key that a snapshot keeps them under. */
export const LISTINGS = {
  prog: ['prog', 'show'],
  map: ['map', 'show'],
  link: ['link', 'show'],
  net: ['net', 'show'],
  perf: ['perf', 'show'],
  cgroup: ['cgroup', 'tree'],
} as const;

export type Listing = keyof typeof LISTINGS;

/** What one bpftool command answered. */
export interface Answer {
  /** Elements as printed, `{"error": ...}` ones included; null when there was no readable answer at all. */
  readonly elements: readonly JsonObject[] | null;
  /** What bpftool or the reader complained about; empty when all is well. */
  readonly errors: readonly string[];
}

export interface Listings {
  readonly answers: ReadonlyMap<Listing, Answer>;
  /** Pids of the bpftool processes that ran. */
  readonly pids: readonly number[];
  /** Bytes of output. */
  readonly bytes: number;
  /** Repairs that the JSON needed, each once. */
  readonly repairs: readonly string[];
}

/** -n: never mount bpffs or tracefs. */
export const OPTIONS = ['-j', '-n'];

/** Time, ms, for which pins are not asked for after bpftool waited for them in vain. */
const PINS_OFF_MS = 600_000;

/**
 * Whether bpftool is asked for the names of pinned files (-f). For them it walks each BPF file system that is mounted: on the
 * way to one, or mounted in it, may be a file system that never answers. That bpftool is killed and may not end before its
 * file system does, so that another one is not sent after it at each look.
 */
export class PinSearch {
  readonly #now: () => number;
  #hungAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isOn(): boolean {
    return this.#now() - this.#hungAt >= PINS_OFF_MS;
  }

  hung(): void {
    this.#hungAt = this.#now();
  }
}

/**
 * Asks bpftool for several listings, in one process where it can: `batch file -` reads the commands from stdin and
 * wraps each answer as `{"command": [...], "output": ...}`. A batch ends at the first command that fails, so those
 * without an answer are asked again one by one. Its exit status says little: bpftool 7.1 ends a good batch with an
 * error when errno was left set by a listing that itself went on (do_batch in bpftool's main.c). Where it does not end in
 * time, everything is asked again without the names of pinned files.
 */
export async function runListings(
  bpftool: string,
  listings: readonly Listing[],
  signal?: AbortSignal,
  pins = new PinSearch(),
): Promise<Listings> {
  const answers = new Map<Listing, Answer>();
  const pids: number[] = [];
  const repairs = new Set<string>();
  let bytes = 0;
  const run = async (args: readonly string[], input?: string) => {
    const result = await runTool(bpftool, [...OPTIONS, ...(pins.isOn ? ['-f'] : []), ...args], {
      ...(input && { input }),
      ...(signal && { signal }),
    });
    if (result.pid !== null) pids.push(result.pid);
    bytes += result.stdout.length;
    const parsed = parseBpftoolJson(textOfPath(result.stdout));
    for (const repair of parsed.repairs) repairs.add(repair);
    return { result, parsed };
  };

  const commands = listings.map((listing) => LISTINGS[listing].join(' '));
  const runBatch = () => run(['batch', 'file', '-'], `${commands.join('\n')}\n`);
  let batch = await runBatch();
  if (pins.isOn && batch.result.failure?.startsWith('timed out')) {
    pins.hung();
    batch = await runBatch();
  }
  if (batch.parsed.errors.length === 0) {
    for (const [listing, elements] of splitBatch(batch.parsed.documents))
      answers.set(listing, { elements, errors: [] });
  }
  for (const listing of listings) {
    if (answers.has(listing) || signal?.aborted) continue;
    const { result, parsed } = await run(LISTINGS[listing]);
    answers.set(listing, answerOf(result, parsed));
  }
  return { answers, pids, bytes, repairs: [...repairs] };
}

/** What a bpftool that was asked for one listing answered. */
export function answerOf(result: ToolResult, parsed = parseBpftoolJson(textOfPath(result.stdout))): Answer {
  const elements = parsed.documents.flatMap((document) => elementsOf(document) ?? []);
  const errors = [
    ...errorsIn(elements),
    ...parsed.errors.map(({ line, column, reason }) => `line ${line}, column ${column}: ${reason}`),
    ...(result.failure === null ? [] : [result.failure]),
  ];
  const silent = result.stdout.toString('latin1').trim() === '';
  if (silent && result.code !== 0 && result.failure === null) {
    errors.push(result.stderr.trim().slice(0, 200) || `it ended with status ${result.code}`);
  }
  return { elements: errors.length > 0 && elements.length === 0 ? null : elements, errors };
}

/** The answers in a batch's output, by listing. One that failed is left out: it is asked again by itself. */
export function splitBatch(documents: readonly Json[]): ReadonlyMap<Listing, readonly JsonObject[]> {
  const answers = new Map<Listing, readonly JsonObject[]>();
  for (const entry of documents.flatMap((document) => elementsOf(document) ?? [])) {
    const command = Array.isArray(entry.command) ? entry.command.join(' ') : null;
    const listing = (Object.keys(LISTINGS) as Listing[]).find((key) => LISTINGS[key].join(' ') === command);
    const elements = elementsOf(entry.output);
    if (listing !== undefined && elements !== null && errorsIn(elements).length === 0) answers.set(listing, elements);
  }
  return answers;
}

/** The objects of an answer: an array's elements, or the one that `show id N` prints bare; null for anything else. */
function elementsOf(document: Json | undefined): readonly JsonObject[] | null {
  if (typeof document !== 'object' || document === null) return null;
  const elements = Array.isArray(document) ? (document as readonly Json[]) : [document];
  return elements.filter(
    (element): element is JsonObject => typeof element === 'object' && element !== null && !Array.isArray(element),
  );
}

function errorsIn(elements: readonly JsonObject[]): string[] {
  return elements.flatMap((element) =>
    typeof element.error === 'string' && !('id' in element) ? [element.error] : [],
  );
}
