import { dirname } from 'node:path';
import { type Observation, type Source, SourceError, type Unreadable } from '../model/observation.ts';
import { reasonOf } from '../text/system-error.ts';
import { auditLogSource } from './audit-log/file.ts';
import { type ByteInput, memoryInput, openBytes, pipeInput } from './bytes.ts';
import { captureSource } from './capture/file.ts';
import { DETECT_BYTES, detectFormat, type Format } from './detect.ts';
import { ReadFault } from './gunzip.ts';
import { listFiles } from './list-files.ts';
import { mergeByTime } from './merge.ts';
import { savedBpftoolSource } from './saved-bpftool.ts';

/** What to read: a path, `-`, or bytes that are at hand under a name. */
export type InputSpec = string | { readonly name: string; readonly bytes: Uint8Array };

export interface OpenOptions {
  /** What `-` reads; standard input when it is not given. */
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** Now, in ms since the epoch: the time of a saved bpftool output that comes through a pipe. */
  readonly now?: () => number;
}

/** All inputs as one source, by time, and each for itself. */
export interface InputSet extends Source {
  readonly inputs: readonly Source[];
}

/**
 * Opens files, folders (with what is in them) and `-` to be replayed as one, by time. What a file is shows in its
 * first bytes. One that cannot be read or is not known is an unreadable; when nothing else is left, a `SourceError`
 * ('input') says why.
 */
export async function openInputs(specs: readonly InputSpec[], options: OpenOptions = {}): Promise<InputSet> {
  const unreadable: Unreadable[] = [];
  const inputs: Source[] = [];
  const saved = new Map<string, ByteInput[]>();
  let empty = 0;
  for (const [name, open] of await openers(specs, options, unreadable)) {
    const opened = await openOne(open);
    if ('reason' in opened) {
      unreadable.push({ at: { file: name }, reason: opened.reason, text: '' });
      if (opened.empty) empty += 1;
    } else if (opened.format === 'bpftool') {
      // The listings of one folder are one look at a host.
      const folder = dirname(name);
      const together = saved.get(folder);
      if (together === undefined) saved.set(folder, [opened.input]);
      else together.push(opened.input);
    } else {
      inputs.push(opened.format === 'audit' ? auditLogSource(opened.input) : captureSource(opened.input));
    }
  }
  for (const [folder, together] of saved) {
    const only = together.length === 1 ? together[0] : undefined;
    inputs.push(savedBpftoolSource(only?.name ?? folder, together, options.now ?? Date.now));
  }
  if (inputs.length === 0 && empty === 0) throw nothingToRead(unreadable);
  const all = unreadable.length === 0 ? inputs : [listed(unreadable), ...inputs];
  const name = specs.map((spec) => (typeof spec === 'string' ? spec : spec.name)).join(' ');
  return { ...mergeByTime(name, all), inputs };
}

type Opener = () => ByteInput | Promise<ByteInput>;

/** Each input by its name, folders being replaced by the files in them. */
async function openers(
  specs: readonly InputSpec[],
  options: OpenOptions,
  unreadable: Unreadable[],
): Promise<readonly (readonly [name: string, open: Opener])[]> {
  const found: [string, Opener][] = [];
  for (const spec of specs) {
    if (typeof spec !== 'string') {
      found.push([spec.name, () => memoryInput(spec.name, spec.bytes)]);
    } else if (spec === '-') {
      found.push(['-', () => pipeInput('-', options.stdin ?? (() => process.stdin))]);
    } else {
      const list = await listFiles(spec);
      unreadable.push(...list.unreadable);
      for (const path of list.files) found.push([path, () => openBytes(path)]);
    }
  }
  return found;
}

type Opened =
  | { readonly format: Format; readonly input: ByteInput }
  | { readonly reason: string; readonly empty: boolean };

async function openOne(open: Opener): Promise<Opened> {
  try {
    const input = await open();
    const detected = detectFormat(await input.head(DETECT_BYTES));
    if ('reason' in detected) return { reason: detected.reason, empty: detected.format === 'empty' };
    return { format: detected.format, input };
  } catch (error) {
    if (error instanceof ReadFault) return { reason: error.message, empty: false };
    if (error instanceof SourceError) return { reason: reasonOf(error.cause ?? error), empty: false };
    throw error;
  }
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

function nothingToRead(unreadable: readonly Unreadable[]): SourceError {
  if (unreadable.length === 0) return new SourceError('input', 'nothing to read: no file was found');
  const told = unreadable.slice(0, TOLD).map(({ at, reason }) => `${at.file}: ${reason}`);
  const more = unreadable.length - told.length;
  return new SourceError('input', [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; '));
}
