import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { textOfPath } from '../../text/path-bytes.ts';
import { type ListedBpfMount, parseBpfMounts, showsRoot } from './mounts.ts';

/**
 * Inode of the mount namespace that a thread is in: null where it may not be known, undefined for one that ended. The
 * link is for those who may trace the process alone, its mounts are for all (fs/proc_namespace.c): who sees the same ones as we
 * do is where we are. `root` is that of /proc, `task` the folder below it: `812`, `812/task/813`.
 */
export function mountNamespaceOf(root: string, task: string): number | null | undefined {
  try {
    const inode = /^mnt:\[(\d+)\]$/.exec(readlinkSync(`${root}/${task}/ns/mnt`))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'EACCES' && code !== 'EPERM') return undefined;
  }
  try {
    const [own, other] = ['self', task].map((who) => readFileSync(`${root}/${who}/mountinfo`, 'utf8'));
    return own === other ? statSync(`${root}/self/ns/mnt`).ino : null;
  } catch {
    return null;
  }
}

/**
 * The BPF file systems that a mount namespace has, by a process that is still in it: null where none of `pids` is,
 * 'unseen' where each has a root that is no mount (chroot(2)), since it is shown only what lies below that. Not noticed is
 * one whose root is another mount of the namespace.
 */
export function readBpfMountsOf(
  root: string,
  inode: number,
  pids: readonly number[],
): readonly ListedBpfMount[] | 'unseen' | null {
  let answer: 'unseen' | null = null;
  for (const pid of pids) {
    try {
      const mountinfo = textOfPath(readFileSync(`${root}/${pid}/mountinfo`));
      if (statSync(`${root}/${pid}/ns/mnt`).ino !== inode) continue;
      if (showsRoot(mountinfo)) return parseBpfMounts(mountinfo);
      answer = 'unseen';
    } catch {
      // It ended: another one may be in there as well.
    }
  }
  return answer;
}
