import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BpfMount } from '../../model/snapshot.ts';
import { withUsablePathLater } from '../../system/usable-path.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import type { BoundedReads } from '../bounded-reads.ts';
import { type Stat, statElsewhere } from '../stat-elsewhere.ts';

interface Mount {
  /** Number of the mount, as `statx` gives it as well. */
  readonly id: string;
  readonly type: string;
  /** Number of the file system, as `0:39`: that of no other one. */
  readonly device: string;
  /** What of the file system is mounted: `/`, or `net:[4026532177]` of nsfs. */
  readonly root: string;
  readonly path: string;
  readonly options: readonly string[];
}

/**
 * The mounts in the text of /proc/PID/mountinfo. Fields before ` - ` end with the options of the mount, those after it
 * with the options of the file system (proc_pid_mountinfo(5)); blanks, `#` and backslashes in a path are written in octal
 * (mangle() in include/linux/seq_file.h), other bytes as they are.
 */
function parseMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount = '', system = ''] = line.split(' - ', 2);
    const [id = '', , device = '', root = '', path, options = ''] = mount.split(' ');
    const [type = '', , superOptions = ''] = system.split(' ');
    if (path === undefined) return [];
    const all = [...options.split(','), ...superOptions.split(',')].filter((each) => each !== '');
    return [{ id, type, device, root, path: unescaped(path), options: [...new Set(all)] }];
  });
}

/**
 * File systems of this kernel that ask no other process and no other host for what is in them. An overlay does as its layers
 * do, which are not known.
 */
const LOCAL: ReadonlySet<string> = new Set(
  'bcachefs btrfs cramfs devtmpfs erofs exfat ext2 ext3 ext4 f2fs iso9660 ramfs rootfs squashfs tmpfs udf vfat xfs zfs'.split(
    ' ',
  ),
);

/** File systems that show what this kernel knows, and have no files of their own. */
const OF_KERNEL: ReadonlySet<string> = new Set(
  'bpf cgroup cgroup2 configfs debugfs devpts efivarfs hugetlbfs mqueue proc pstore securityfs sysfs tracefs'.split(
    ' ',
  ),
);

/** Whether each mount that a walk along `path` may meet is of a file system that asks no other process. */
function isReachedLocally(path: string, mounts: readonly Mount[]): boolean {
  const isAbove = (above: string) => above === '/' || path === above || path.startsWith(`${above}/`);
  return mounts.every((mount) => !isAbove(mount.path) || LOCAL.has(mount.type) || OF_KERNEL.has(mount.type));
}

/** Whether the mount of this number is in the text of mountinfo, and of such a file system. */
export function isOnLocalMount(mountinfo: string, id: string): boolean {
  return parseMounts(mountinfo).some((mount) => mount.id === id && LOCAL.has(mount.type));
}

/** A BPF file system as /proc/PID/mountinfo tells it, without its permissions. */
export type ListedBpfMount = Omit<BpfMount, 'mode'> & { readonly device: string };

/** The BPF file systems in the text of /proc/PID/mountinfo. */
export function parseBpfMounts(mountinfo: string): readonly ListedBpfMount[] {
  return parseMounts(mountinfo).flatMap(({ type, device, path, options }) =>
    type === 'bpf' ? [{ device, path, options }] : [],
  );
}

/** Whether the text of mountinfo has a mount at the root of the process. */
export function showsRoot(mountinfo: string): boolean {
  return parseMounts(mountinfo).some(({ path }) => path === '/');
}

/** Network namespaces that a mount keeps, as `ip netns add` and container engines make them, in the text of mountinfo. */
export function parseNetNamespaceMounts(
  mountinfo: string,
): readonly { readonly inode: number; readonly path: string }[] {
  return parseMounts(mountinfo).flatMap(({ type, root, path }) => {
    const inode = type === 'nsfs' ? inodeOfNetNamespace(root) : null;
    return inode === null ? [] : [{ inode, path }];
  });
}

/** The inode in `net:[4026532177]`, as namespaces(7) has links name a network namespace; null for anything else. */
export function inodeOfNetNamespace(text: string): number | null {
  const inode = /^net:\[(\d+)\]$/.exec(text)?.[1];
  return inode === undefined ? null : Number(inode);
}

/**
 * The BPF file systems that this process sees mounted; null when that cannot be read. A path to one may lead through a
 * file system that does not answer: its permissions are null then, as where they may not be read.
 */
export async function readBpfMounts(reads: BoundedReads, root = ''): Promise<readonly BpfMount[] | null> {
  let mountinfo: string;
  try {
    mountinfo = textOfPath(readFileSync(`${root}/proc/self/mountinfo`));
  } catch {
    return null;
  }
  const all = parseMounts(mountinfo);
  const mounts = parseBpfMounts(mountinfo).map(async ({ path, options, device }) => {
    const about = await reads.of(`the mount ${path}`, () =>
      isReachedLocally(path, all) ? statHere(`${root}${path}`) : statElsewhere(`${root}${path}`),
    );
    // What is pinned in one that another is mounted over is seen by nobody who goes by its path.
    const isCovered = root === '' && about !== null && about.device !== deviceNumber(device);
    return { path, options, mode: about === null ? null : about.mode & 0o7777, ...(isCovered && { isCovered }) };
  });
  return Promise.all(mounts);
}

async function statHere(path: string): Promise<Pick<Stat, 'device' | 'mode'>> {
  const { dev, mode } = await withUsablePathLater(path, (usable) => stat(usable));
  return { device: String(dev), mode };
}

/** st_dev of a file system whose number is written as `0:39` (makedev(3)); those of BPF have no major number. */
export function deviceNumber(device: string): string {
  const [major = 0, minor = 0] = device.split(':').map(Number);
  return String(major * 256 + (minor % 256) + Math.floor(minor / 256) * 2 ** 20);
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
