import { closeDescriptor, OPEN, openDescriptor, statxDescriptor, statxLater } from './libc.ts';

/** What a file system remembers of a file. */
export interface KnownFile {
  /** Number of the file system, as `0:39` in /proc/PID/mountinfo. */
  readonly device: string;
  /** Number of the mount that it was reached through, the first field in /proc/PID/mountinfo; null before Linux 5.8. */
  readonly mountId: string | null;
  readonly inode: bigint;
  readonly size: bigint;
  readonly uid: number;
  readonly isRegular: boolean;
  readonly isFolder: boolean;
  /** Permission bits. */
  readonly mode: number;
  /** Nanoseconds since the epoch. */
  readonly changed: bigint;
  readonly modified: bigint;
}

/** Size of struct statx (include/uapi/linux/stat.h), and the offsets of what is used of it. */
const BYTES = 256;
const OFFSET = {
  mask: 0,
  uid: 20,
  mode: 28,
  inode: 32,
  size: 40,
  ctime: 96,
  mtime: 112,
  major: 136,
  minor: 140,
  mountId: 144,
};
const STATX_MNT_ID = 0x1000;

/** Types of files in their mode (inode(7)). */
const TYPE = { mask: 0o170000, regular: 0o100000, folder: 0o040000 } as const;

/**
 * What is known of the file that `path` leads to, without a question to the server of its file system
 * (AT_STATX_DONT_SYNC in statx(2); fuse_update_get_attr() in fs/fuse/dir.c) and without an automount. It is safe for a
 * link of /proc/PID such as `exe`, which is followed without a lookup of names. Rejects with a SystemCallError.
 */
export async function knownFile(path: string): Promise<KnownFile> {
  const bytes = new Uint8Array(BYTES);
  await statxLater(path, bytes);
  return decode(bytes);
}

/** What is known of the file that a descriptor refers to. Throws a SystemCallError. */
export function fileOfDescriptor(descriptor: number): KnownFile {
  const bytes = new Uint8Array(BYTES);
  statxDescriptor(descriptor, bytes);
  return decode(bytes);
}

/** What is known of the file at a path; of a link itself unless it `mayBeLink`. Throws a SystemCallError. */
export function fileAt(path: string, mayBeLink: boolean): KnownFile {
  const descriptor = openDescriptor(path, OPEN.path | (mayBeLink ? 0 : OPEN.noFollow));
  try {
    return fileOfDescriptor(descriptor);
  } finally {
    closeDescriptor(descriptor);
  }
}

function decode(bytes: Uint8Array): KnownFile {
  const view = new DataView(bytes.buffer);
  const number = (at: number): number => view.getUint32(at, true);
  const big = (at: number): bigint => view.getBigUint64(at, true);
  const time = (at: number): bigint => view.getBigInt64(at, true) * 1_000_000_000n + BigInt(number(at + 8));
  const mode = view.getUint16(OFFSET.mode, true);
  return {
    device: `${number(OFFSET.major)}:${number(OFFSET.minor)}`,
    mountId: (number(OFFSET.mask) & STATX_MNT_ID) === 0 ? null : String(big(OFFSET.mountId)),
    inode: big(OFFSET.inode),
    size: big(OFFSET.size),
    uid: number(OFFSET.uid),
    isRegular: (mode & TYPE.mask) === TYPE.regular,
    isFolder: (mode & TYPE.mask) === TYPE.folder,
    mode: mode & 0o7777,
    changed: time(OFFSET.ctime),
    modified: time(OFFSET.mtime),
  };
}
