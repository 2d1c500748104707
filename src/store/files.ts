import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

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
