import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { Recent } from '../../normalise/recent.ts';
import { closeDescriptor, OPEN, openDescriptorLater } from '../../system/libc.ts';
import { type KnownFile, knownFile } from '../../system/statx.ts';
import { runDetached } from '../run-detached.ts';
import { isOnLocalMount } from './mounts.ts';

/** A larger executable is not read: a look may not take seconds. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Executables whose hash is remembered. */
const REMEMBERED = 256;

const PIECE = 1024 * 1024;

/** Time, ms, that another program has to hash a file. */
const CHILD_MS = 10_000;

export interface ExeFile {
  /** Null when it is too large to be read. */
  readonly sha256: string | null;
  readonly uid: number;
  /** Permission bits. */
  readonly mode: number;
}

/** What processes run: whose file, and its hash, read once for each file as it is now. */
export class ExeFiles {
  readonly #known = new Recent<string>(REMEMBERED);

  /**
   * The file that `exe` in the folder of a process in /proc leads to, which is there as long as the process even when its
   * name is gone. Rejects when it cannot be read; may take for ever where its file system does not answer.
   */
  async of(folder: string): Promise<ExeFile> {
    // The process may run another file at any time; the descriptor stays with this one, and opens nothing of it.
    const descriptor = await openDescriptorLater(`${folder}/exe`, OPEN.path);
    try {
      const path = `/proc/${process.pid}/fd/${descriptor}`;
      const about = await knownFile(path);
      if (about.size > MAX_BYTES) return exeFile(about, null);
      let sha256 = this.#known.get(keyOf(about));
      if (sha256 === undefined) {
        sha256 = isLocal(about, folder) ? await hashOf(path) : await hashElsewhere(path);
        this.#known.set(keyOf(about), sha256);
      }
      return exeFile(about, sha256);
    } finally {
      closeDescriptor(descriptor);
    }
  }
}

/** The hash as sha256sum(1) gives it: see `runDetached` for why another process reads the file. */
async function hashElsewhere(path: string): Promise<string> {
  const { out, errors } = await runDetached('sha256sum', [path], CHILD_MS);
  const sha256 = /^([0-9a-f]{64}) /.exec(out)?.[1];
  if (sha256 === undefined) throw new Error(errors.trim().slice(0, 200) || 'sha256sum did not answer');
  return sha256;
}

function exeFile({ uid, mode }: KnownFile, sha256: string | null): ExeFile {
  return { sha256, uid, mode };
}

function keyOf({ device, inode, size, changed, modified }: KnownFile): string {
  return [device, inode, size, changed, modified].join(' ');
}

/** Whether nothing but this kernel serves the file: then a read of it ends. */
function isLocal({ mountId }: KnownFile, folder: string): boolean {
  return mountId !== null && ['/proc/self', folder].some((who) => isOnLocalMount(mountinfoOf(who), mountId));
}

function mountinfoOf(folder: string): string {
  try {
    return readFileSync(`${folder}/mountinfo`, 'latin1');
  } catch {
    return '';
  }
}

async function hashOf(path: string): Promise<string> {
  const file: FileHandle = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = new Uint8Array(PIECE);
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, PIECE, at);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
