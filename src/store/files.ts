import type { Buffer } from 'node:buffer';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readRegularFile } from '../system/regular-file.ts';
import { errorCode, reasonOf } from '../text/system-error.ts';
import { asStoreError, StoreError } from './error.ts';

/** Writes all of `bytes`; `write(2)` may take only a part, as it does when the disk is nearly full. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, null);
  }
}

/** Makes the names in a directory durable: fsync(2) of a file does not cover its entry in the directory. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * The bytes of a file of a state directory. Another user may have put a link, a FIFO, a device or a file without an end in
 * its place: throws a StoreError for these, and what `node:fs` throws. A link is only followed with `mayBeLink`.
 */
export function readStateFile(path: string, maxBytes: number, mayBeLink = false): Buffer {
  try {
    return readRegularFile(path, maxBytes, { mayBeLink });
  } catch (error) {
    if (errorCode(error) !== null) throw error;
    throw new StoreError(path, `${reasonOf(error)}; remove it, or give another directory`, { cause: error });
  }
}

/** The same, or null where there is no such file. Throws a StoreError. */
export function readIfThere(path: string, maxBytes: number): Buffer | null {
  try {
    return readStateFile(path, maxBytes);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw asStoreError(path, error);
  }
}
