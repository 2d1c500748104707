import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { DIGEST_LENGTH, digest } from './digest.ts';
import { StoreError } from './error.ts';
import { syncDirectory, writeAll } from './files.ts';
import { type StatePaths, TEMPORARY } from './state-paths.ts';

const MARK = '\nbpfwitness snapshot sha256 ';
/** Fixed, so that it can be found from the end of the file. */
const TRAILER_LENGTH = MARK.length + DIGEST_LENGTH + 1;

/**
 * Writes an image so that the directory holds all of it or nothing: into a temporary file, to the disk, renamed, and
 * the name to the disk. An SQLite database file with a last line that tells whether the rest is whole; SQLite goes by
 * the page count in its header and so still opens it. Throws what `node:fs` throws, and leaves nothing then.
 */
export function writeSnapshot(paths: StatePaths, record: number, image: Uint8Array): void {
  const path = paths.snapshot(record);
  const temporary = `${path}${TEMPORARY}`;
  try {
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeAll(fd, image);
      writeAll(fd, Buffer.from(`${MARK}${digest(image)}\n`));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(paths.directory);
}

/** The image in a snapshot file. Throws a StoreError for one that is not as it was written. */
export function readSnapshot(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const image = bytes.subarray(0, Math.max(0, bytes.length - TRAILER_LENGTH));
  if (bytes.toString('latin1', image.length) !== `${MARK}${digest(image)}\n`) {
    throw new StoreError(path, 'the snapshot is damaged (its checksum does not match)');
  }
  return image;
}
