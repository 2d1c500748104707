import { type FileHandle, stat } from 'node:fs/promises';
import { openRegularFileLater } from '../system/regular-file.ts';
import { errorCode } from '../text/system-error.ts';
import { unusable } from './unusable.ts';

const CHUNK = 256 * 1024;
const NEWLINE = 10;

/** A place in a file: line counted from 1, offset of its first byte from 0. */
export interface LineStart {
  readonly line: number;
  readonly offset: number;
}

/** A file that grows, read from where we are to where it ends now. */
export class FollowedFile {
  /** Where reading began. */
  readonly start: LineStart;
  readonly #handle: FileHandle;
  readonly #inode: string;
  readonly #buffer = new Uint8Array(CHUNK);
  #position: number;

  private constructor(handle: FileHandle, inode: string, start: LineStart) {
    this.start = start;
    this.#handle = handle;
    this.#inode = inode;
    this.#position = start.offset;
  }

  /**
   * Opens a file to read what it holds (`start`) or what is written from now on (`end`: from its last unfinished
   * line). Null when there is no such file; throws `SourceError` when there is and it cannot be read.
   */
  static async open(path: string, from: 'start' | 'end'): Promise<FollowedFile | null> {
    let handle: FileHandle;
    try {
      handle = await openRegularFileLater(path, { mayBeLink: true });
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw unusable(path, error);
    }
    try {
      const about = await handle.stat({ bigint: true });
      const start = from === 'end' ? await lastLine(handle) : FIRST_LINE;
      return new FollowedFile(handle, `${about.dev}:${about.ino}`, start);
    } catch (error) {
      await handle.close();
      throw unusable(path, error);
    }
  }

  /** Whether this is the file with that device and inode. */
  is(inode: string): boolean {
    return inode === this.#inode;
  }

  /** The next bytes, good until the next read; none when it has been read to where it ends now. */
  async read(): Promise<Uint8Array> {
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK, this.#position);
    this.#position += bytesRead;
    return this.#buffer.subarray(0, bytesRead);
  }

  /** True when it has become shorter than what was read of it; reading then starts over. */
  async restartIfTruncated(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    if (size >= this.#position) return false;
    this.#position = 0;
    return true;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export const FIRST_LINE: LineStart = { line: 1, offset: 0 };

/** Device and inode of a path, or null when nothing is there. */
export async function inodeOf(path: string): Promise<string | null> {
  try {
    const about = await stat(path, { bigint: true });
    return `${about.dev}:${about.ino}`;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unusable(path, error);
  }
}

/** Where the last line starts, and its number: reads the file through, which auditd keeps to some megabytes. */
async function lastLine(handle: FileHandle): Promise<LineStart> {
  const buffer = new Uint8Array(CHUNK);
  let position = 0;
  let offset = 0;
  let line = 1;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return { offset, line };
    const bytes = buffer.subarray(0, bytesRead);
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      line += 1;
      offset = position + at + 1;
    }
    position += bytesRead;
  }
}
