import { statSync } from 'node:fs';
import { NOT_REGULAR } from '../system/regular-file.ts';
import { fileAt, type KnownFile } from '../system/statx.ts';
import { withUsablePath } from '../system/usable-path.ts';
import { boundedChunks } from './bounded-chunks.ts';
import { type ByteStore, deviceChunks, fileStore, memoryStore, OpenFiles } from './byte-store.ts';
import type { FileState } from './file-state.ts';
import type { Tap } from './input-hashes.ts';
import { ReadFault } from './read-fault.ts';
import { isPacked, unpack } from './unpack/unpack.ts';
import { unusable } from './unusable.ts';

/** Bytes to be read: a file, or a pipe that can be read only once. How they are packed shows in their magic. */
export interface ByteInput {
  /** The path as given, `-`, or `archive.tar!path/inside`. */
  readonly name: string;
  /** Size as stored; null when it is not known. */
  readonly totalBytes: number | null;
  /** When the file was last written, ms since the epoch; null for a pipe. */
  readonly modified: number | null;
  /** Where the stored bytes lie, when they can be read from any place. */
  readonly place?: StoredPlace;
  /** Of a regular file: what it can be opened again by. */
  readonly path?: string;
  /** Of a regular file: the state in which it was found. */
  readonly seen?: FileState;
  /** Of a regular file: bytes that were written to it since it was opened, which are not read. */
  readonly grown?: () => number;
  /** Bytes as stored that were read so far. */
  bytesRead(): number;
  /** Up to `count` unpacked bytes from the start, which `chunks` will give again. Throws `ReadFault` if none is good. */
  head(count: number): Promise<Uint8Array>;
  /**
   * All unpacked bytes. A chunk is only good until the next one is asked for. Throws `ReadFault` when they end before
   * they should, `SourceError` when they cannot be opened.
   */
  chunks(signal: AbortSignal): AsyncGenerator<Uint8Array>;
}

/** A range of a store. */
export interface StoredPlace {
  readonly store: ByteStore;
  readonly start: number;
  readonly end: number;
}

export interface OpenBytesOptions {
  /** The files that are held open. */
  readonly files?: OpenFiles;
  /** Is given the bytes of a pipe or a device. */
  readonly tap?: Tap | undefined;
  /** The state in which the file was found, where it is opened again; as it is now where that is not given. */
  readonly seen?: FileState | undefined;
  /** Whether it was found in a folder, where it was a regular file: anything else took its place since. */
  readonly isInFolder?: boolean;
}

/** Opens a path for reading. Throws `SourceError` ('input') that names the path and why it cannot be read. */
export async function openBytes(path: string, options: OpenBytesOptions = {}): Promise<ByteInput> {
  const { files = new OpenFiles(), tap, isInFolder = false } = options;
  let about: KnownFile;
  try {
    about = fileAt(path, !isInFolder);
    if (isInFolder && !about.isRegular) throw new Error(NOT_REGULAR);
  } catch (error) {
    throw unusable(path, error);
  }
  if (about.isRegular) {
    const seen = options.seen ?? about;
    // It is read as it is now: one that grows as fast as it is read would never end. What the kernel makes when it is
    // asked (proc(5)) says that it is empty.
    const size = Number(seen.size);
    const end = size === 0 ? Number.POSITIVE_INFINITY : size;
    const place = { store: fileStore(path, files, seen), start: 0, end };
    const grown = (): number => (size === 0 ? 0 : Math.max(0, sizeOf(path) - size));
    const facts = { size, modified: Number(seen.modified / 1_000_000n) };
    return { ...storedInput(path, place, facts), path, seen, grown };
  }
  return pipeInput(path, () => tap?.(path, deviceChunks(path)) ?? deviceChunks(path));
}

/** An input that is in memory, such as one that is part of the program. */
export function memoryInput(name: string, bytes: Uint8Array): ByteInput {
  return storedInput(name, { store: memoryStore(bytes), start: 0, end: bytes.length });
}

/** What is known of an input beside its bytes. */
export interface StoredFacts {
  /** Bytes as stored, when the place does not end there. */
  readonly size?: number;
  readonly modified?: number | null;
  /** Why the bytes end where they do, when they should not. */
  readonly fault?: string;
}

/** An input whose bytes are at rest somewhere. */
export function storedInput(name: string, place: StoredPlace, facts: StoredFacts = {}): ByteInput {
  let read = 0;
  const raw = async function* (signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    read = 0;
    for await (const chunk of place.store.chunks(place.start, place.end)) {
      if (signal?.aborted === true) return;
      read += chunk.length;
      yield chunk;
    }
    if (facts.fault !== undefined) throw new ReadFault(facts.fault);
  };
  return {
    name,
    totalBytes: facts.size ?? place.end - place.start,
    modified: facts.modified ?? null,
    place,
    bytesRead: () => read,
    head: async (count) => {
      const first = place.store.peek?.(place.start, Math.min(count, place.end - place.start));
      const tells = first !== undefined && !isPacked(first) && (first.length > 0 || facts.fault === undefined);
      return tells ? first : headOf(raw(), count);
    },
    chunks: (signal) => boundedChunks(unpack(raw(signal)), { bytesRead: () => read, hasEnd: true }, signal),
  };
}

/** An input that is given as it comes and can be read once, such as standard input. */
export function pipeInput(name: string, chunks: () => AsyncIterable<Uint8Array>): ByteInput {
  const held: Uint8Array[] = [];
  let read = 0;
  let source: AsyncGenerator<Uint8Array> | null = null;
  let fault: ReadFault | null = null;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks()) {
      read += chunk.length;
      yield chunk;
    }
  };
  const unpacked = (): AsyncGenerator<Uint8Array> => {
    source ??= unpack(counted());
    return source;
  };
  return {
    name,
    totalBytes: null,
    modified: null,
    bytesRead: () => read,
    head: async (count) => {
      let have = held.reduce((sum, chunk) => sum + chunk.length, 0);
      while (have < count && fault === null) {
        try {
          const next = await unpacked().next();
          if (next.done === true) break;
          held.push(next.value.slice());
          have += next.value.length;
        } catch (error) {
          if (!(error instanceof ReadFault)) throw error;
          fault = error;
        }
      }
      if (fault !== null && have === 0) throw fault;
      return concat(held, count);
    },
    chunks: async function* (signal) {
      while (held.length > 0) {
        const chunk = held.shift();
        if (signal.aborted) return;
        if (chunk !== undefined) yield chunk;
      }
      if (fault !== null) throw fault;
      const stream = boundedChunks(unpacked(), { bytesRead: () => read, hasEnd: false }, signal);
      for (;;) {
        const next = await unlessAborted(stream.next(), signal);
        if (next === null || next.done === true) return;
        yield next.value;
      }
    },
  };
}

/**
 * What a promise gives, or null as soon as the signal is aborted: a pipe that nobody writes to must not keep us when we
 * are told to stop. Not `Promise.race` with one promise for all, which would hold what each of the others gave.
 */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(null);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function sizeOf(path: string): number {
  return withUsablePath(path, (usable) => statSync(usable, { throwIfNoEntry: false }))?.size ?? 0;
}

async function headOf(raw: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let have = 0;
  try {
    for await (const chunk of unpack(raw)) {
      const piece = chunk.slice(0, count - have);
      parts.push(piece);
      have += piece.length;
      if (have >= count) break;
    }
  } catch (error) {
    // Whoever reads it all will meet the damage again, and say where it is.
    if (!(error instanceof ReadFault) || have === 0) throw error;
  }
  return concat(parts, count);
}

function concat(parts: readonly Uint8Array[], limit: number): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(Math.min(limit, length));
  let at = 0;
  for (const part of parts) {
    const piece = part.subarray(0, whole.length - at);
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
