import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { SocketHolder } from '../../model/snapshot.ts';
import { withUsablePathLater } from '../../system/usable-path.ts';

type ExeOrigin = Required<Pick<SocketHolder, 'exeUid' | 'exeMode' | 'exeIsHosts'>>;

/**
 * Whose file a process runs, and whether it is the one that the host has at that path. A path says nothing of that:
 * /proc/PID/exe gives the one in the process' own mount namespace, and a container has a root of its own. The namespace alone
 * does not tell either, since systemd gives most of its services one (ProtectSystem= in systemd.exec(5)) with the host's files
 * in it. So the device and the inode are compared. `folder` is that of the process in /proc, `exe` where its link leads to.
 * Rejects where the file cannot be looked at, and never ends where its file system does not answer.
 */
export async function exeOrigin(proc: string, folder: string, exe: string): Promise<ExeOrigin> {
  const file = await identityOf(`${folder}/exe`);
  const exeIsHosts = await isAt(await hostRoot(proc), exe, file);
  return { exeUid: Number(file.uid), exeMode: Number(file.mode) & 0o7777, exeIsHosts };
}

type Identity = Awaited<ReturnType<typeof identityOf>>;

async function isAt(root: string | null, path: string, { dev, ino }: Identity): Promise<boolean | null> {
  if (root === null) return null;
  try {
    const there = await withUsablePathLater(root + path, identityOf);
    return there.dev === dev && there.ino === ino;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === 'ENOENT' || code === 'ENOTDIR' ? false : null;
  }
}

/** Inodes of large file systems do not fit in a double. */
function identityOf(path: string) {
  return stat(path, { bigint: true });
}

/**
 * Where the root of the host, which is that of pid 1, can be reached; null where it cannot. The link is for those who may
 * trace pid 1 alone; its mounts are for all (fs/proc_namespace.c), and who sees the very same ones has the same root: the
 * number of a mount is that of no other namespace.
 */
async function hostRoot(proc: string): Promise<string | null> {
  try {
    await stat(`${proc}/1/root`);
    return `${proc}/1/root`;
  } catch {
    // May not be followed.
  }
  try {
    const [first, own] = ['1', 'self'].map((who) => readFileSync(`${proc}/${who}/mountinfo`, 'utf8'));
    return first === own ? '' : null;
  } catch {
    return null;
  }
}
