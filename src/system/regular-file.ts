import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { formatBytes } from '../text/units.ts';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor } from './libc.ts';

/** Which files are opened. */
export interface RegularFileOptions {
  /** Whether a symbolic link in the last part of the path is followed. */
  readonly mayBeLink?: boolean;
  /** Throws where this file, though a regular one, is not wanted. */
  readonly check?: (about: Stats) => void;
}

/** What is said of a path that leads to anything else. */
const NOT_REGULAR = 'it is not a regular file';

/**
 * Opens a regular file to be read and returns a descriptor of `node:fs`. A FIFO, which would be waited for, and a device,
 * which may never end, are not opened at all, whenever they took the place of a file: what is looked at is what is
 * opened. Throws an Error that says why not.
 */
export function openRegularFile(path: string, { mayBeLink = false, check }: RegularFileOptions = {}): number {
  const descriptor = openDescriptor(path, OPEN.path | (mayBeLink ? 0 : OPEN.noFollow));
  try {
    const about = statSync(pathOfDescriptor(descriptor));
    if (!about.isFile()) throw new Error(NOT_REGULAR);
    check?.(about);
    return openSync(pathOfDescriptor(descriptor), 'r');
  } finally {
    closeDescriptor(descriptor);
  }
}

/** The bytes of a regular file, as long as it is when it is opened. Throws an Error that says why it cannot be read. */
export function readRegularFile(path: string, maxBytes: number, options: RegularFileOptions = {}): Buffer {
  const file = openRegularFile(path, options);
  try {
    const { size } = fstatSync(file);
    if (size > maxBytes) throw new Error(`it is larger than ${formatBytes(maxBytes)}`);
    const bytes = Buffer.alloc(size);
    let have = 0;
    for (let got = -1; have < size && got !== 0; have += got) got = readSync(file, bytes, have, size - have, have);
    return bytes.subarray(0, have);
  } finally {
    closeSync(file);
  }
}
