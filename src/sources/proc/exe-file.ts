import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
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
   * The file that /proc/PID/exe leads to, which is there as long as the process even when its name is gone. Rejects when
   * it cannot be read; never ends where its file system does not answer.
   */
  async of(exeLink: string): Promise<ExeFile> {
    const about = await stat(exeLink);
    if (about.size > MAX_BYTES) return exeFile(about, null);
    const known = this.#known.get(keyOf(about));
    if (known !== undefined) return exeFile(about, known);
    const file = await open(exeLink, 'r');
    try {
      // The process may run another file by now.
      const opened = await file.stat();
      const sha256 = await hashOf(file);
      this.#known.set(keyOf(opened), sha256);
      return exeFile(opened, sha256);
    } finally {
      await file.close();
    }
  }
}

function exeFile({ uid, mode }: Stats, sha256: string | null): ExeFile {
  return { sha256, uid, mode: mode & 0o7777 };
}

function keyOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(PIECE);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
