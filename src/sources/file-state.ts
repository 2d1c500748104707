import type { KnownFile } from '../system/statx.ts';

/** What tells a file from another one, and from itself after it was written to (inode(7)). */
export type FileState = Pick<KnownFile, 'device' | 'inode' | 'size' | 'modified' | 'changed'>;

/** Whether nothing was written to the file, nor to its name, and no other file took its place. */
export function isUnchanged(seen: FileState, now: FileState): boolean {
  return seen.device === now.device && seen.inode === now.inode && isAsOld(seen, now);
}

/**
 * Throws where another file took the place of the one that was seen. Some file systems give a file that they had forgotten
 * another number, and nobody can set when that was changed. What the kernel makes when it is asked has neither (proc(5)).
 */
export function refuseOther(seen: FileState, now: FileState): void {
  if (seen.size === 0n) return;
  if (seen.device === now.device && (seen.inode === now.inode || isAsOld(seen, now))) return;
  throw new Error('another file took its place after it was found: read it again');
}

function isAsOld(seen: FileState, now: FileState): boolean {
  return seen.size === now.size && seen.modified === now.modified && seen.changed === now.changed;
}
