import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { Recent } from '../../normalise/recent.ts';
import { closeDescriptor, OPEN, openDescriptorLater } from '../../system/libc.ts';
import { type KnownFile, knownFile } from '../../system/statx.ts';
import { findExecutables } from '../find-executable.ts';
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
  readonly #sha256sum = findExecutables('sha256sum')[0] ?? null;

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
        sha256 = isLocal(about, folder) ? await hashOf(path) : await this.#hashElsewhere(path);
        this.#known.set(keyOf(about), sha256);
      }
      return exeFile(about, sha256);
    } finally {
      closeDescriptor(descriptor);
    }
  }

  /**
   * The hash as sha256sum(1) gives it. A thread that waits for the server of a file system may not be ended by anything
   * (request_wait_answer() in fs/fuse/dev.c), and a process does not end before its threads: so it must be one of another
   * process, which does not keep this one from ending. Settles only when that has ended.
   */
  #hashElsewhere(path: string): Promise<string> {
    const tool = this.#sha256sum;
    if (tool === null) return Promise.reject(new Error('sha256sum was not found'));
    return new Promise((resolve, reject) => {
      const child = spawn(tool, [path], { stdio: ['ignore', 'pipe', 'ignore'] });
      // Unlike setTimeout of Deno 2.4, it does not keep the command from ending.
      AbortSignal.timeout(CHILD_MS).addEventListener('abort', () => child.kill('SIGKILL'));
      child.unref();
      let text = '';
      child.stdout?.on('data', (piece: Buffer) => {
        text += piece.toString('latin1');
      });
      child.on('error', reject);
      child.on('close', () => {
        const sha256 = /^([0-9a-f]{64}) /.exec(text)?.[1];
        if (sha256 === undefined) reject(new Error(`sha256sum did not read ${path}`));
        else resolve(sha256);
      });
    });
  }
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
