import { closeSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { openRegularFile, peekRegularFile } from '../system/regular-file.ts';
import { fileAt } from '../system/statx.ts';
import { reasonOf } from '../text/system-error.ts';
import { type FileState, isUnchanged, refuseOther } from './file-state.ts';
import { ReadFault } from './read-fault.ts';
import { unusable } from './unusable.ts';

/** Bytes at rest, which can be read from any place and again. */
export interface ByteStore {
  /**
   * The bytes from `start` up to `end`, or to where they end. A chunk is only good until the next one is asked for.
   * Throws `SourceError` when they cannot be opened, `ReadFault` when the medium fails on the way.
   */
  chunks(start: number, end: number): AsyncGenerator<Uint8Array>;
  /** The same bytes at once, where that is quick: most files of a folder are looked at for their start alone. */
  peek?(start: number, count: number): Uint8Array;
  /** Why these may be other bytes than those that were first read, where that is so; null where they are the same. */
  changed?(): string | null;
}

/** Bytes of a chunk at most: with smaller ones a tenth of the time to read a log goes to asking for the next. */
const CHUNK = 1024 * 1024;

/** How long signals and timers wait for their turn: to give it to them takes as long as to read half a chunk. */
const TURN_MS = 10;

/** Files held open at once: thousands are read in turn, and a process may have 1024 (`ulimit -n`). */
const MAX_OPEN = 64;

/** Bytes in memory. */
export function memoryStore(bytes: Uint8Array): ByteStore {
  return {
    chunks: async function* (start, end) {
      const limit = Math.min(end, bytes.length);
      for (let at = start; at < limit; at += CHUNK) yield bytes.subarray(at, Math.min(at + CHUNK, limit));
    },
    peek: (start, count) => bytes.subarray(start, start + count),
  };
}

/** The bytes of a regular file, in the state in which it was found: another one in its place is not read. */
export function fileStore(path: string, files: OpenFiles, seen: FileState): ByteStore {
  return {
    chunks: async function* (start, end) {
      const file = files.file(path, seen);
      try {
        yield* positionedChunks((buffer, position) => files.read(file, buffer, position), start, end, path);
      } finally {
        files.close(file);
      }
    },
    peek: (start, count) => readAtOnce(path, seen, start, count),
    changed: () => changeOf(path, seen),
  };
}

function openSeen(path: string, seen: FileState): number {
  return openRegularFile(path, { mayBeLink: true, check: (now) => refuseOther(seen, now) });
}

function changeOf(path: string, seen: FileState): string | null {
  try {
    return isUnchanged(seen, fileAt(path, true)) ? null : 'it was written to, renamed or replaced while it was read';
  } catch (error) {
    return `it cannot be looked at any more: ${reasonOf(error)}`;
  }
}

function readAtOnce(path: string, seen: FileState, start: number, count: number): Uint8Array {
  try {
    return peekRegularFile(path, start, count, { mayBeLink: true, check: (now) => refuseOther(seen, now) });
  } catch (error) {
    throw unusable(path, error);
  }
}

/**
 * Reads from `start` to `end` with a call that fills a buffer from a position and says how much it got. Between
 * chunks signals and timers get their turn now and then, even where the call does not wait.
 */
export async function* positionedChunks(
  read: (buffer: Uint8Array, position: number) => number | Promise<number>,
  start: number,
  end: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(1, Math.min(CHUNK, end - start)));
  let due = 0;
  for (let at = start; at < end; ) {
    const got = await readOnce(read, buffer.subarray(0, Math.min(buffer.length, end - at)), at, name, at > start);
    if (got === 0) return;
    at += got;
    yield buffer.subarray(0, got);
    if (performance.now() < due) continue;
    await setImmediate();
    due = performance.now() + TURN_MS;
  }
}

async function readOnce(
  read: (buffer: Uint8Array, position: number) => number | Promise<number>,
  buffer: Uint8Array,
  position: number,
  name: string,
  begun: boolean,
): Promise<number> {
  try {
    return await read(buffer, position);
  } catch (error) {
    throw begun ? new ReadFault(reasonOf(error)) : unusable(name, error);
  }
}

/** The bytes of a pipe or a device, which are read as they come. */
export async function* deviceChunks(path: string): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK);
  let handle: FileHandle | null = null;
  let begun = false;
  try {
    handle = await open(path, 'r');
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      begun = true;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw begun ? new ReadFault(reasonOf(error)) : unusable(path, error);
  } finally {
    await handle?.close();
  }
}

/** A file that is being read; whether it is open at the moment is for {@link OpenFiles} to say. */
interface ReadFile {
  readonly path: string;
  readonly seen: FileState;
  /** Its descriptor; null while it is closed. */
  fd: number | null;
}

/**
 * The files that are being read, of which only the last used are open: what was not read for long is closed, and
 * opened again where it is needed. Reads wait for the disk: through the event loop each costs a third more, and the
 * thread has nothing else to do.
 */
export class OpenFiles {
  /** Those that are open, the least recently used first. */
  readonly #open = new Set<ReadFile>();

  file(path: string, seen: FileState): ReadFile {
    return { path, seen, fd: null };
  }

  /** Fills the buffer from this position, and gives the number of bytes read; 0 at the end. */
  read(file: ReadFile, buffer: Uint8Array, position: number): number {
    file.fd ??= openSeen(file.path, file.seen);
    this.#open.delete(file);
    this.#open.add(file);
    const [oldest] = this.#open;
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.close(oldest);
    return readSync(file.fd, buffer, 0, buffer.length, position);
  }

  close(file: ReadFile): void {
    const { fd } = file;
    file.fd = null;
    this.#open.delete(file);
    if (fd !== null) closeSync(fd);
  }
}
