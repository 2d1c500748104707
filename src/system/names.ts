import { statSync } from 'node:fs';
import { append } from '../text/lists.ts';
import { textOfPath } from '../text/path-bytes.ts';
import { closeDescriptor, nextEntries, OPEN, openDescriptor, pathOfDescriptor, readLinkBytes } from './libc.ts';

/** What is in a folder: its name, as `bytesOfPath` takes it, and the type that the file system gives for it. */
export interface FolderEntry {
  readonly name: string;
  readonly type: number;
}

/** Types of directory entries (DT_* in readdir(3)); `unknown` where the file system does not give one. */
export const ENTRY = {
  unknown: 0,
  fifo: 1,
  characterDevice: 2,
  folder: 4,
  blockDevice: 6,
  file: 8,
  link: 10,
  socket: 12,
} as const;

/** Bytes of entries that the kernel is asked for at once. */
const PIECE_BYTES = 64 * 1024;

/** Offsets in struct linux_dirent64 (getdents64(2)): d_ino and d_off, before these, have 8 bytes each. */
const D_RECLEN = 16;
const D_TYPE = 18;
const D_NAME = 19;

/**
 * What is in a folder, `.` and `..` aside, in the order of the file system. Names that are not UTF-8, which `readdir` of
 * Deno 2.4 leaves out, are there as `textOfPath` gives them. Throws a SystemCallError.
 */
export function listFolder(path: string): readonly FolderEntry[] {
  const descriptor = openDescriptor(path, OPEN.readOnly | OPEN.directory | OPEN.nonBlocking);
  const piece = new Uint8Array(PIECE_BYTES);
  const entries: FolderEntry[] = [];
  try {
    for (let length = nextEntries(descriptor, path, piece); length > 0; ) {
      append(entries, entriesIn(piece.subarray(0, length)));
      length = nextEntries(descriptor, path, piece);
    }
  } finally {
    closeDescriptor(descriptor);
  }
  return entries;
}

/** The type of what a path leads to, links not followed, where its folder does not give it; `unknown` for none of these. */
export function typeOf(path: string): number {
  const descriptor = openDescriptor(path, OPEN.path | OPEN.noFollow);
  try {
    const about = statSync(pathOfDescriptor(descriptor));
    if (about.isFile()) return ENTRY.file;
    if (about.isDirectory()) return ENTRY.folder;
    return about.isSymbolicLink() ? ENTRY.link : ENTRY.unknown;
  } finally {
    closeDescriptor(descriptor);
  }
}

/** Where a symbolic link leads, as `textOfPath` gives it. Throws a SystemCallError. */
export function readLink(path: string): string {
  return textOfPath(readLinkBytes(path));
}

function* entriesIn(piece: Uint8Array): Generator<FolderEntry> {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  for (let at = 0; at < piece.length; at += view.getUint16(at + D_RECLEN, true)) {
    const name = textOfPath(piece.subarray(at + D_NAME, piece.indexOf(0, at + D_NAME)));
    if (name !== '.' && name !== '..') yield { name, type: piece[at + D_TYPE] ?? ENTRY.unknown };
  }
}
