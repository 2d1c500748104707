import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { formatBytes } from '../text/units.ts';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor, readAt } from './libc.ts';
import { fileOfDescriptor, type KnownFile } from './statx.ts';

/** Which files are opened. */
export interface RegularFileOptions {
  /** Whether a symbolic link in the last part of the path is followed. */
  readonly mayBeLink?: boolean;
  /** Throws where this file, though a regular one, is not wanted. */
  readonly check?: (about: KnownFile) => void;
}

/** What is said of a path that leads to anything else. */
export const NOT_REGULAR = 'it is not a regular file';

/**
 * Opens a regular file to be read and returns a descriptor of `node:fs`. A FIFO, which would be waited for, and a device,
 * which may never end, are not opened at all, whenever they took the place of a file: what is looked at is what is
 * opened. Throws an Error that says why not.
 */
export function openRegularFile(path: string, options: RegularFileOptions = {}): number {
  const descriptor = opened(path, OPEN.path, options);
  try {
    return openSync(pathOfDescriptor(descriptor), 'r');
  } finally {
    closeDescriptor(descriptor);
  }
}

/** The same for reading through the event loop. Rejects with an Error that says why not. */
export async function openRegularFileLater(path: string, options: RegularFileOptions = {}): Promise<FileHandle> {
  const descriptor = opened(path, OPEN.path, options);
  try {
    return await open(pathOfDescriptor(descriptor), 'r');
  } finally {
    closeDescriptor(descriptor);
  }
}

/**
 * Up to `count` bytes of a regular file from a position, in half the time that it takes to open the file for `node:fs`. A
 * FIFO or a device in its place is opened for a moment, without waiting for it. Throws an Error that says why not.
 */
export function peekRegularFile(
  path: string,
  position: number,
  count: number,
  options: RegularFileOptions = {},
): Uint8Array {
  const descriptor = opened(path, OPEN.readOnly | OPEN.nonBlocking, options);
  try {
    const buffer = new Uint8Array(count);
    return buffer.subarray(0, readAt(descriptor, buffer, position));
  } finally {
    closeDescriptor(descriptor);
  }
}

/** A descriptor of the kernel's that is known to be of a regular file. */
function opened(path: string, flags: number, { mayBeLink = false, check }: RegularFileOptions): number {
  const descriptor = openDescriptor(path, flags | (mayBeLink ? 0 : OPEN.noFollow));
  try {
    const about = fileOfDescriptor(descriptor);
    if (!about.isRegular) throw new Error(about.isFolder ? 'it is a folder' : NOT_REGULAR);
    check?.(about);
    return descriptor;
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
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
