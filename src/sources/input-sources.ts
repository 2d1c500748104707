import type { InputSource, Source } from '../model/observation.ts';
import { append, lowest } from '../text/lists.ts';
import { agentSource } from './agents/detect.ts';
import { auditLogSource } from './audit-log/file.ts';
import { hostOfHeader } from './capture/decoder.ts';
import { eventFile } from './capture/event-file.ts';
import { captureSource } from './capture/file.ts';
import { type CollectionFile, readCollection } from './collection/collection.ts';
import { type CollectionKind, collectionRoots, placeOf, roleOf } from './collection/layout.ts';
import { DETECT_BYTES } from './detect.ts';
import type { FoundInput } from './find-inputs.ts';
import type { PassedOver } from './list-files.ts';
import { ofHost } from './of-host.ts';
import { logOf, oldestFirst } from './rotated-set.ts';
import { savedBpftoolSource } from './saved-bpftool.ts';
import type { ReadingThreads } from './thread/reading-threads.ts';
import { whileRead } from './while-read.ts';

/** What was found, as sources. */
export interface Sources {
  /** In the order in which their first files were found. */
  readonly inputs: readonly InputSource[];
  /** Event time, ms, from which on a source has something to say, where that is known. */
  readonly starts: ReadonlyMap<Source, number>;
  /** Files that seemed to tell something of a host and do not. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Makes sources of files: of a rotated log one, of the bpftool output in a folder one, of what a sosreport or a UAC
 * collection tells of its host one, of any other file one each. The logs of a collection are of its host. Large logs are
 * read in `threads`, where there are some.
 */
export async function sourcesOf(
  found: readonly FoundInput[],
  names: readonly string[],
  now: () => number,
  signal: AbortSignal,
  threads: ReadingThreads | null,
): Promise<Sources> {
  const roots = collectionRoots(names);
  const order = new Map(found.map(({ name }, index) => [name, index]));
  const placed: { readonly at: number; readonly source: InputSource }[] = [];
  const put = (file: string, source: InputSource): void => {
    placed.push({ at: order.get(file) ?? 0, source });
  };

  const hosts = new Map<string, string>();
  const collected = collectionFiles(found, roots);
  for (const [root, { kind, files }] of collected) {
    const { host, source } = await readCollection(root.replace(/[/!]$/, '') || kind, kind, files, now, signal);
    if (host !== null) hosts.set(root, host);
    put(files[0]?.input.name ?? '', source);
  }

  const taken = new Set([...collected.values()].flatMap(({ files }) => files.map(({ input }) => input.name)));
  const rest = found.filter(({ name }) => !taken.has(name));
  const only = await onlyHost(hosts.values(), rest);
  const starts = new Map<Source, number>();
  for (const files of groups(
    rest.filter(({ detected }) => detected.format === 'audit'),
    logOf,
  )) {
    const set = oldestFirst(files);
    const logs = set.map(({ input }) => input);
    const log = whileRead(logs, () => threads?.auditLogSource(logs) ?? auditLogSource(logs));
    const host = hosts.get(placeOf(set[0]?.name ?? '', roots)?.root ?? '') ?? only;
    const source = host === undefined ? log : ofHost(log, host);
    put(set[0]?.name ?? '', source);
    const times = set.flatMap(({ start }) => start ?? []);
    if (times.length === set.length) starts.set(source, lowest(times));
  }
  for (const files of groups(
    rest.filter(({ detected }) => detected.format === 'bpftool'),
    folderOf,
  )) {
    const first = files[0]?.name ?? '';
    const inputs = files.map(({ input }) => input);
    put(first, savedBpftoolSource(files.length === 1 ? first : folderOf(first), inputs, now));
  }
  for (const { name, detected, input } of rest) {
    const { format } = detected;
    if (format === 'agent')
      put(
        name,
        whileRead([input], () => agentSource(input, detected.agent)),
      );
    if (format === 'capture')
      put(
        name,
        whileRead([input], () => captureSource(input)),
      );
    if (format === 'events') put(name, eventFile(input));
  }
  placed.sort((a, b) => a.at - b.at);
  return { inputs: placed.map(({ source }) => source), starts, passedOver: rest.flatMap(unused) };
}

/**
 * The host of logs that do not say it: the one that captures and collections beside them are of. Without this it would
 * depend on which of their records come first. Undefined where there are several, or none.
 */
async function onlyHost(collected: Iterable<string>, files: readonly FoundInput[]): Promise<string | undefined> {
  const hosts = new Set(collected);
  for (const { detected, input } of files) {
    if (detected.format !== 'capture') continue;
    const host = hostOfHeader(await input.head(DETECT_BYTES));
    if (host !== null) hosts.add(host);
  }
  const [host] = hosts;
  return hosts.size === 1 ? host : undefined;
}

interface Collected {
  readonly kind: CollectionKind;
  readonly files: CollectionFile[];
}

/** The files of each collection that tell something of its host, by the collection's root. */
function collectionFiles(
  found: readonly FoundInput[],
  roots: ReadonlyMap<string, CollectionKind>,
): ReadonlyMap<string, Collected> {
  const collected = new Map<string, Collected>();
  for (const { name, input, detected } of found) {
    const place = placeOf(name, roots);
    if (place === null || detected.format === 'capture' || detected.format === 'audit') continue;
    const saved = { tells: 'bpftool', listing: null, netns: null, programId: null } as const;
    const role = roleOf(place.path) ?? (detected.format === 'bpftool' ? saved : null);
    if (role === null) continue;
    const known = collected.get(place.root) ?? { kind: place.kind, files: [] };
    collected.set(place.root, known);
    known.files.push({ input, role });
  }
  for (const { files } of collected.values()) dropProcessesWithoutFds(files);
  return collected;
}

/** Who a process is only matters where something tells what it holds. */
function dropProcessesWithoutFds(files: CollectionFile[]): void {
  if (files.some(({ role }) => role.tells === 'process' && role.file === 'fdinfo')) return;
  const others = files.filter(({ role }) => role.tells !== 'process');
  files.length = 0;
  append(files, others);
}

function unused({ name, detected }: FoundInput): readonly PassedOver[] {
  if ('reason' in detected) return [{ name, reason: detected.reason }];
  return [];
}

/** Files that go together, by what `keyOf` says of their names. */
function groups(files: readonly FoundInput[], keyOf: (name: string) => string): readonly (readonly FoundInput[])[] {
  const known = new Map<string, FoundInput[]>();
  for (const file of files) {
    const key = keyOf(file.name);
    const group = known.get(key);
    if (group === undefined) known.set(key, [file]);
    else group.push(file);
  }
  return [...known.values()];
}

/** The folder that a file lies in, or the archive. */
function folderOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), name.lastIndexOf('!'), 0)) || '.';
}
