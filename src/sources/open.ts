import {
  type InputSource,
  type Observation,
  type Progress,
  type Source,
  SourceError,
  type Unreadable,
} from '../model/observation.ts';
import { Spool } from './archive/spool.ts';
import { InputFinder, type InputSpec } from './find-inputs.ts';
import { InputHashes } from './input-hashes.ts';
import { factsOfRest } from './input-rest.ts';
import { sourcesOf } from './input-sources.ts';
import type { PassedOver } from './list-files.ts';
import { mergeByTime } from './merge.ts';
import type { ReadingThreads } from './thread/reading-threads.ts';

export type { InputSpec } from './find-inputs.ts';

export interface OpenOptions {
  /** What `-` reads; standard input when it is not given. */
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** Now, in ms since the epoch: the time of a saved bpftool output that comes through a pipe. */
  readonly now?: () => number;
  /** Stops the search for what there is to be read: a packed archive is read to its end for that. */
  readonly signal?: AbortSignal;
  /** Called as an archive is opened, which takes long where it is packed: how far that has come can be asked for. */
  readonly onArchive?: (progress: () => Progress) => void;
  /** Whether `facts()` has the SHA-256 of each file, which costs to read it once more. */
  readonly hash?: boolean;
  /** Threads to read large logs in; this one reads all when there are none. */
  readonly threads?: ReadingThreads;
}

/** All inputs as one source, by time, and each for itself. To be read once. */
export interface InputSet extends InputSource {
  readonly inputs: readonly InputSource[];
  /** Files that were written to since they were opened, with the bytes that were not read for that. Read all before asking. */
  grown(): readonly { readonly name: string; readonly bytes: number }[];
  /** False where something was refused as well, which only `observations()` tells. */
  readonly isAll: boolean;
}

/**
 * Opens files, folders and archives (with what is in them) and `-` to be replayed as one, by time. What a file is shows
 * in its first bytes. One that was named and cannot be read or is not known is an unreadable; one of a folder that is
 * not ours is listed in `facts()`. When nothing is to be read at all, a `SourceError` ('input') says why.
 */
export async function openInputs(specs: readonly InputSpec[], options: OpenOptions = {}): Promise<InputSet> {
  const signal = options.signal ?? new AbortController().signal;
  const spool = new Spool();
  const hashes = options.hash === true ? new InputHashes() : null;
  const finder = new InputFinder(spool, signal, options.onArchive ?? (() => {}), hashes);
  for (const spec of specs) await finder.find(spec, options.stdin ?? (() => process.stdin));
  const { inputs, starts, ...more } = await sourcesOf(
    finder.inputs,
    [...finder.names],
    options.now ?? Date.now,
    signal,
    options.threads ?? null,
  );
  const { unreadable, archives } = finder;
  const passedOver = [...finder.passedOver, ...more.passedOver];
  if (inputs.length === 0 && finder.empty === 0) throw nothingToRead(unreadable, passedOver);
  const all: readonly Source[] = unreadable.length === 0 ? inputs : [listed(unreadable), ...inputs];
  const name = specs.map((spec) => (typeof spec === 'string' ? spec : spec.name)).join(' ');
  const merged = mergeByTime(name, all, { startOf: (source) => starts.get(source) ?? null });
  return {
    ...merged,
    inputs,
    isAll: unreadable.length === 0,
    grown: () =>
      finder.inputs.flatMap(({ input: { name: file, grown } }) => {
        const bytes = grown?.() ?? 0;
        return bytes === 0 ? [] : [{ name: file, bytes }];
      }),
    facts: () => {
      const facts = [...inputs.flatMap((input) => input.facts()), ...factsOfRest({ archives, unreadable, passedOver })];
      return hashes === null ? facts : facts.map((each) => hashes.withHash(each));
    },
    observations: async function* (reading): AsyncGenerator<readonly Observation[]> {
      // Beside the reading, of which much is done in other threads.
      const hashed = hashes?.read(
        [...finder.inputs, ...archives].map(({ input }) => input),
        reading,
      );
      try {
        yield* merged.observations(reading);
      } finally {
        await hashed;
        await spool.close();
      }
    },
  };
}

/** A source that only says what could not be read. */
function listed(unreadable: readonly Unreadable[]): Source {
  const name = 'not read';
  return {
    name,
    progress: () => ({ name, bytes: 0, totalBytes: 0, lines: 0, records: {} }),
    observations: async function* (): AsyncGenerator<readonly Observation[]> {
      yield unreadable.map((what) => ({ kind: 'unreadable', time: null, unreadable: what }));
    },
  };
}

/** Reasons told in full; of more, the number. */
const TOLD = 5;

function nothingToRead(unreadable: readonly Unreadable[], passedOver: readonly PassedOver[]): SourceError {
  const all = [...unreadable.map(({ at, reason }) => ({ name: at.file, reason })), ...passedOver];
  if (all.length === 0) return new SourceError('input', 'nothing to read: no file was found');
  const told = all.slice(0, TOLD).map(({ name, reason }) => `${name}: ${reason}`);
  const more = all.length - told.length;
  return new SourceError('input', [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; '));
}
