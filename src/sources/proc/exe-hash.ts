import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Recent } from '../../normalise/recent.ts';

/** A larger executable is not read: a look may not take seconds. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Executables whose hash is remembered. */
const REMEMBERED = 256;

const PIECE = 1024 * 1024;

/** SHA-256 of what processes run, read once for each file as it is now. */
export class ExeHashes {
  #known = new Recent<string>(REMEMBERED);

  /**
   * Of the file that /proc/PID/exe leads to, which is there as long as the process even when its name is gone; null when
   * it cannot be read or is too large.
   */
  of(exeLink: string): string | null {
    let fd: number;
    try {
      fd = openSync(exeLink, 'r');
    } catch {
      return null;
    }
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(fd);
      if (size > MAX_BYTES) return null;
      const key = [dev, ino, size, mtimeMs, ctimeMs].join(' ');
      const hash = this.#known.get(key) ?? hashOf(fd);
      this.#known.set(key, hash);
      return hash;
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
