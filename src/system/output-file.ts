import { openSync, type Stats, statSync } from 'node:fs';
import process from 'node:process';
import { errorCode } from '../text/system-error.ts';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor } from './libc.ts';

/** Names of a descriptor of this process: what is open there was opened by whoever started it. */
const OWN_DESCRIPTOR = /^\/(?:dev\/(?<name>stdout|stderr)|(?:dev|proc\/self)\/fd\/(?<number>\d{1,9}))$/;

/**
 * The descriptor of this process that a path names, or null. Whoever started us opened it and may have data there: it is
 * added to, and neither emptied nor replaced.
 */
export function ownDescriptor(path: string): number | null {
  const groups = OWN_DESCRIPTOR.exec(path)?.groups;
  if (groups === undefined) return null;
  if (groups.number !== undefined) return Number(groups.number);
  return groups.name === 'stdout' ? 1 : 2;
}

/** Whether a path that was given for an output names standard output: `-`, or its descriptor. */
export function isStandardOutput(path: string): boolean {
  return path === '-' || ownDescriptor(path) === 1;
}

export interface OutputOptions {
  /** Whether a file that holds something may be opened, to be added to or to be replaced. */
  readonly mayHoldData: boolean;
  /** Whether what is in it is written over from a position, where it is otherwise added to. */
  readonly inPlace?: boolean;
}

/** Throws where a file that was there, to which this path leads, must not be written. */
export type OutputGuard = (path: string) => void;

let guard: OutputGuard = () => {};

/**
 * Has {@link openOutputFile} ask, of each file that it opens and did not make, whether it may be written. What a path led
 * to when it was looked at may be another file by now.
 */
export function guardOutputs(ask: OutputGuard): void {
  guard = ask;
}

/**
 * Opens a file to be written and returns a descriptor of `node:fs` that appends to it; a new one is for its owner only.
 * It is not emptied. Refused are symbolic links, which another user may have planted, FIFOs and sockets, which block for
 * ever where nobody reads, files that another user made or may write, and, unless `mayHoldData`, files that hold something.
 * Devices such as /dev/null and the names of our own descriptors (/dev/stderr, /dev/fd/63 of a shell's `>(...)`) are
 * taken. Throws an Error that says why not.
 */
export function openOutputFile(path: string, { mayHoldData, inPlace = false }: OutputOptions): number {
  const own = ownDescriptor(path);
  if (own !== null) return openSync(pathOfDescriptor(own), 'a');
  const { descriptor, isNew } = openToWrite(path, inPlace ? OPEN.readWrite : OPEN.writeOnly);
  try {
    if (!isNew) {
      refuse(statSync(pathOfDescriptor(descriptor)), mayHoldData);
      guard(pathOfDescriptor(descriptor));
    }
    return openSync(pathOfDescriptor(descriptor), inPlace ? 'r+' : 'a');
  } finally {
    closeDescriptor(descriptor);
  }
}

function openToWrite(path: string, access: number): { readonly descriptor: number; readonly isNew: boolean } {
  const flags = access | OPEN.create | OPEN.noFollow | OPEN.nonBlocking;
  try {
    return { descriptor: openDescriptor(path, flags | OPEN.exclusive, NEW_MODE), isNew: true };
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  try {
    return { descriptor: openDescriptor(path, flags, NEW_MODE), isNew: false };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP') throw new Error('it is a symbolic link: give the path of the file itself', { cause: error });
    // open(2): a FIFO that nobody reads, or a socket.
    if (code === 'ENXIO') throw new Error(NOT_A_FILE, { cause: error });
    throw error;
  }
}

/** A new file is for its owner only. */
const NEW_MODE = 0o600;

const NOT_A_FILE = 'it is not a regular file: give another path, or - and a pipe';

const GROUP_OR_OTHER_WRITE = 0o022;

function refuse(about: Stats, mayHoldData: boolean): void {
  if (about.isFIFO() || about.isSocket()) throw new Error(NOT_A_FILE);
  // Who made the file or has it open reads all that is written, and can change it.
  if (about.isFile() && about.uid !== 0 && about.uid !== process.geteuid?.()) {
    throw new Error(`the file belongs to another user (uid ${about.uid}): remove it, or give another path`);
  }
  if (about.isFile() && (about.mode & GROUP_OR_OTHER_WRITE) !== 0) {
    throw new Error('other users may write the file: remove it, chmod go-w it, or give another path');
  }
  if (about.isFile() && about.size > 0 && !mayHoldData) {
    throw new Error('the file exists: give another path, or --force to replace it');
  }
}
