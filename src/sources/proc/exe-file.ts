import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Recent } from '../../normalise/recent.ts';

/** A larger executable is not read: a look may not take seconds. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Executables whose hash is remembered. */
const REMEMBERED = 256;

const PIECE = 1024 * 1024;

export interface ExeFile {
  /** Null when it is too large to be read. */
  readonly sha256: string | null;
  readonly uid: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What processes run: whose file, and its hash, read once for each file as it is now. */
export class ExeFiles {
  #known = new Recent<string>(REMEMBERED);

  /**
   * The file that /proc/PID/exe leads to, which is there as long as the process even when its name is gone; null when it
   * cannot be read.
   */
  of(exeLink: string): ExeFile | null {
    let fd: number;
    try {
      fd = openSync(exeLink, 'r');
    } catch {
      return null;
    }
    try {
      const { dev, ino, size, mtimeMs, ctimeMs, uid, mode: typeAndMode } = fstatSync(fd);
      const mode = typeAndMode & 0o7777;
      if (size > MAX_BYTES) return { sha256: null, uid, mode };
      const key = [dev, ino, size, mtimeMs, ctimeMs].join(' ');
      const sha256 = this.#known.get(key) ?? hashOf(fd);
      this.#known.set(key, sha256);
      return { sha256, uid, mode };
    } catch {
      return null;
    } finally {
      closeSync(fd);
    }
  }
}

function hashOf(fd: number): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(PIECE);
  for (let at = 0; ; ) {
    const read = readSync(fd, buffer, 0, PIECE, at);
    if (read === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, read));
    at += read;
  }
}
