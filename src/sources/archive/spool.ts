import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../text/system-error.ts';
import { formatBytes } from '../../text/units.ts';
import { memoryStore, positionedChunks } from '../byte-store.ts';
import type { StoredPlace } from '../bytes.ts';
import { ReadFault } from '../read-fault.ts';

export interface SpoolOptions {
  /** Folder of the temporary file. */
  readonly folder?: string;
  /** Bytes kept in memory in all. */
  readonly memory?: number;
  /** Bytes kept in all. */
  readonly limit?: number;
}

/** What was kept of a stream, and why that is not all of it. */
export interface Spooled {
  readonly place: StoredPlace;
  readonly fault: string | null;
}

const MEMORY = 8 * 1024 * 1024;
const LIMIT = 8 * 1024 ** 3;

/** What one stream may take of the memory. */
const MEMORY_EACH = 1024 * 1024;

/**
 * Keeps what can be read only once and is read later: small streams in memory, others one after the other in a
 * temporary file, which has no name from the moment it is there, so that nothing is left of it however we end.
 */
export class Spool {
  readonly #folder: string;
  readonly #memory: number;
  readonly #limit: number;
  #inMemory = 0;
  #inFile = 0;
  #file: FileHandle | null = null;

  constructor(options: SpoolOptions = {}) {
    this.#folder = options.folder ?? tmpdir();
    this.#memory = options.memory ?? MEMORY;
    this.#limit = options.limit ?? LIMIT;
  }

  /** Keeps a stream up to its end, its damage, or the end of the room there is. */
  async keep(chunks: AsyncIterable<Uint8Array>): Promise<Spooled> {
    const room = Math.min(MEMORY_EACH, this.#memory - this.#inMemory);
    let held: Uint8Array[] = [];
    let length = 0;
    let start: number | null = null;
    let fault: string | null = null;
    try {
      for await (const chunk of chunks) {
        if (this.#inMemory + this.#inFile + length + chunk.length > this.#limit) throw new ReadFault(this.#full());
        length += chunk.length;
        if (start === null && length <= room) {
          held.push(chunk.slice());
          continue;
        }
        if (start === null) {
          start = this.#inFile;
          for (const part of held) await this.#write(part);
          held = [];
        }
        await this.#write(chunk);
      }
    } catch (error) {
      if (!(error instanceof ReadFault)) throw error;
      fault = error.message;
    }
    if (start !== null) return { place: { store: this.#store(), start, end: this.#inFile }, fault };
    const whole = Buffer.concat(held);
    this.#inMemory += whole.length;
    return { place: { store: memoryStore(whole), start: 0, end: whole.length }, fault };
  }

  /** Gives the disk space back; nothing that was kept in the file can be read any more. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  #full(): string {
    return `not read: what is to be read of archives is more than ${formatBytes(this.#limit)}; unpack it first`;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      this.#file ??= await openNameless(this.#folder);
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#inFile);
        at += bytesWritten;
        this.#inFile += bytesWritten;
      }
    } catch (error) {
      throw new ReadFault(`not read: no room to unpack it in ${this.#folder}: ${reasonOf(error)}`);
    }
  }

  #store(): StoredPlace['store'] {
    const read = async (buffer: Uint8Array, position: number): Promise<number> => {
      if (this.#file === null) throw new Error('it was given up');
      return (await this.#file.read(buffer, 0, buffer.length, position)).bytesRead;
    };
    return { chunks: (start, end) => positionedChunks(read, start, end, 'temporary file') };
  }
}

/** A file that only we can read, and that is gone when we are. */
async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `.bpfwitness-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
