import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { closeDescriptor, OPEN, openDescriptor, pathOfDescriptor } from '../../system/libc.ts';
import { textOfPath } from '../../text/path-bytes.ts';
import { inodeOfNetNamespace, parseNetNamespaceMounts } from './mounts.ts';

/** Where ip(8) keeps the names of network namespaces; /var/run leads there as well (ip-netns(8)). */
const NAMES = '/run/netns/';

/** A network namespace and the files that lead into it. */
export interface FoundNamespace {
  readonly inode: number;
  readonly name: string | null;
  readonly paths: readonly string[];
  /** Folders in /proc of the processes that are in it. */
  readonly processes: readonly string[];
}

/**
 * The network namespaces other than our own, by inode: those that processes are in (`byPid`) and those that a mount
 * keeps, which need no process. One that only a descriptor leads to is in neither list. Pids may be those of threads.
 */
export function findNetNamespaces(byPid: ReadonlyMap<number, number | null>, root = ''): readonly FoundNamespace[] {
  const own = statSync(`${root}/proc/self/ns/net`).ino;
  interface Found {
    name: string | null;
    readonly paths: string[];
    readonly processes: string[];
  }
  const found = new Map<number, Found>();
  const note = (inode: number): Found => {
    const known = found.get(inode) ?? { name: null, paths: [], processes: [] };
    found.set(inode, known);
    return known;
  };
  for (const { inode, path } of parseNetNamespaceMounts(textOfPath(readFileSync(`${root}/proc/self/mountinfo`)))) {
    const { paths, name } = note(inode);
    paths.push(root + path);
    if (name === null && path.startsWith(NAMES)) note(inode).name = nameOf(path);
  }
  for (const [pid, inode] of byPid) {
    if (inode === null) continue;
    note(inode).paths.push(`${root}/proc/${pid}/ns/net`);
    note(inode).processes.push(`${root}/proc/${pid}`);
  }
  found.delete(own);
  return [...found].map(([inode, each]) => ({ inode, ...each })).sort((a, b) => a.inode - b.inode);
}

/** A name that is written as the kernel writes an inode would be taken for another namespace. */
function nameOf(path: string): string | null {
  const name = path.slice(NAMES.length);
  return inodeOfNetNamespace(name) === null ? name : null;
}

/**
 * Inode of the network namespace that a thread is in: null where it may not be known, undefined for one that ended.
 * The link is for those who may trace the process alone (proc_ns_readlink in fs/proc/namespaces.c), which root may not of every
 * one; /proc/PID/net is for all, and its files have other inodes in each namespace (proc_alloc_inum in
 * fs/proc/generic.c): those that are in ours can be told by them. `task` is the folder below `root`: `812`, `812/task/813`.
 */
export function netNamespaceOf(root: string, task: string): number | null | undefined {
  try {
    return inodeOfNetNamespace(readlinkSync(`${root}/${task}/ns/net`)) ?? undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'EACCES' && code !== 'EPERM') return undefined;
  }
  try {
    const isOurs = statSync(`${root}/${task}/net/dev`).ino === statSync(`${root}/self/net/dev`).ino;
    return isOurs ? statSync(`${root}/self/ns/net`).ino : null;
  } catch {
    return null;
  }
}

/**
 * Opens a namespace and gives the descriptor, which is the kernel's, so that another program can be told of it; null where
 * none of its files leads there any more. The caller closes it with `closeDescriptor`.
 */
export function openNetNamespace({ inode, paths }: FoundNamespace): number | null {
  for (const path of paths) {
    let descriptor: number | null = null;
    try {
      descriptor = openDescriptor(path, OPEN.readOnly | OPEN.nonBlocking);
      // The process may have moved, or its pid may be another's by now.
      if (statSync(pathOfDescriptor(descriptor)).ino === inode) return descriptor;
    } catch {
      // It ended: another one may be in there as well.
    }
    if (descriptor !== null) closeDescriptor(descriptor);
  }
  return null;
}
