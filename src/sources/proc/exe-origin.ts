import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { SocketHolder } from '../../model/snapshot.ts';
import { type KnownFile, knownFile } from '../../system/statx.ts';
import { statElsewhere } from '../stat-elsewhere.ts';
import { deviceNumber } from './mounts.ts';

type ExeOrigin = Required<Pick<SocketHolder, 'exeUid' | 'exeMode' | 'exeIsHosts'>>;

/**
 * Whose file a process runs, and whether it is the one that the host has at that path. A path says nothing of that:
 * /proc/PID/exe gives the one in the process' own mount namespace, and a container has a root of its own. The namespace alone
 * does not tell either, since systemd gives most of its services one (ProtectSystem= in systemd.exec(5)) with the host's files
 * in it. So the device and the inode are compared. `folder` is that of the process in /proc, `exe` where its link leads to.
 * Rejects where the file cannot be looked at, and never ends where its file system does not answer.
 */
export async function exeOrigin(proc: string, folder: string, exe: string): Promise<ExeOrigin> {
  const file = await knownFile(`${folder}/exe`);
  const exeIsHosts = await isAt(await hostRoot(proc), exe, file);
  return { exeUid: file.uid, exeMode: file.mode, exeIsHosts };
}

/** Other users may have put a link to a file system that does not answer at any part of the path. */
async function isAt(root: string | null, path: string, { device, inode }: KnownFile): Promise<boolean | null> {
  if (root === null) return null;
  const there = await statElsewhere(root + path);
  return there !== null && there.device === deviceNumber(device) && there.inode === inode;
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
