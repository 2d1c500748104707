import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { reasonOf } from '../text/system-error.ts';
import { gunzip, ReadFault } from './gunzip.ts';
import { unusable } from './unusable.ts';

/** Bytes to be read: a file, or a pipe that can be read only once. Gzip is found by its magic and unpacked. */
export interface ByteInput {
  /** The path as given, or `-`. */
  readonly name: string;
  /** Size as stored; null when it is not known. */
  readonly totalBytes: number | null;
  /** When the file was last written, ms since the epoch; null for a pipe. */
  readonly modified: number | null;
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

const CHUNK = 256 * 1024;

/** Opens a path for reading. Throws `SourceError` ('input') that names the path and why it cannot be read. */
export async function openBytes(path: string): Promise<ByteInput> {
  const handle = await openHandle(path, constants.O_RDONLY);
  try {
    const about = await handle.stat();
    if (about.isFile()) {
      await handle.close();
      return fileInput(path, about.size, about.mtimeMs);
    }
  } catch (error) {
    await handle.close();
    throw unusable(path, error);
  }
  return pipeInput(path, () => handleChunks(handle, path));
}

/** An input that is in memory, such as one that is part of the program. */
export function memoryInput(name: string, bytes: Uint8Array): ByteInput {
  let read = 0;
  const raw = async function* (): AsyncGenerator<Uint8Array> {
    for (read = 0; read < bytes.length; ) {
      const chunk = bytes.subarray(read, read + CHUNK);
      read += chunk.length;
      yield chunk;
    }
  };
  return {
    name,
    totalBytes: bytes.length,
    modified: null,
    bytesRead: () => read,
    head: (count) => headOf(raw(), count),
    chunks: () => gunzip(raw()),
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
    source ??= gunzip(counted());
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
      const stream = unpacked();
      const aborted = new Promise<IteratorReturnResult<undefined>>((resolve) => {
        const done = (): void => resolve({ done: true, value: undefined });
        if (signal.aborted) done();
        else signal.addEventListener('abort', done, { once: true });
      });
      for (;;) {
        // A pipe that nobody writes to must not keep us when we are told to stop.
        const next = await Promise.race([stream.next(), aborted]);
        if (next.done === true) return;
        yield next.value;
      }
    },
  };
}

function fileInput(path: string, size: number, modified: number): ByteInput {
  let read = 0;
  const raw = async function* (signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const handle = await openHandle(path, constants.O_RDONLY);
    for await (const chunk of handleChunks(handle, path)) {
      if (signal?.aborted === true) return;
      read += chunk.length;
      yield chunk;
    }
  };
  return {
    name: path,
    totalBytes: size,
    modified: Math.floor(modified),
    bytesRead: () => read,
    head: (count) => headOf(raw(), count),
    chunks: (signal) => {
      read = 0;
      return gunzip(raw(signal));
    },
  };
}

async function headOf(raw: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let have = 0;
  try {
    for await (const chunk of gunzip(raw)) {
      parts.push(chunk.slice(0, count - have));
      have += chunk.length;
      if (have >= count) break;
    }
  } catch (error) {
    // Whoever reads it all will meet the damage again, and say where it is.
    if (!(error instanceof ReadFault) || have === 0) throw error;
  }
  return concat(parts, count);
}

/** Reads to the end and closes the handle. A medium that fails midway is a `ReadFault`. */
async function* handleChunks(handle: FileHandle, path: string): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK);
  let begun = false;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      begun = true;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw begun ? new ReadFault(reasonOf(error)) : unusable(path, error);
  } finally {
    await handle.close();
  }
}

async function openHandle(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    throw unusable(path, error);
  }
}

function concat(parts: readonly Uint8Array[], limit: number): Uint8Array {
  const whole = new Uint8Array(
    Math.min(
      limit,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  let at = 0;
  for (const part of parts) {
    const piece = part.subarray(0, whole.length - at);
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
