import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor } from './libc.ts';

/** A file that takes the place of another one when it is complete. */
export interface Replacement {
  /** A descriptor of `node:fs`. */
  readonly fd: number;
  /** Makes the file durable, gives it the name of the other one and closes it. */
  commit(): void;
  /** Removes the file; the other one stays as it is. */
  discard(): void;
}

/** A path whose folder stays the same one until it is released, whatever takes the place of that folder meanwhile. */
export interface PinnedPath {
  readonly path: string;
  release(): void;
}

/** Pins the folder of a path. Throws a SystemCallError where there is none. */
export function pinFolder(path: string): PinnedPath {
  const folder = openDescriptor(dirname(path), OPEN.path | OPEN.directory);
  return { path: join(pathOfDescriptor(folder), basename(path)), release: () => closeDescriptor(folder) };
}

/**
 * Begins to replace a regular file that `openOutputFile` has opened: after a crash the file is the old one or the
 * whole new one (rename(2)), never a part. The new one is for its owner only. Throws what `node:fs` throws.
 */
export function beginReplacement(path: string): Replacement {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const fd = openSync(temporary, 'wx', 0o600);
  const remove = (): void => rmSync(temporary, { force: true });
  return {
    fd,
    commit: () => {
      try {
        fsyncSync(fd);
        renameSync(temporary, path);
      } catch (error) {
        remove();
        throw error;
      } finally {
        closeSync(fd);
      }
    },
    discard: () => {
      closeSync(fd);
      remove();
    },
  };
}
