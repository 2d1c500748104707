import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { reasonOf } from '../text/system-error.ts';

/** As many symbolic links as the kernel follows in one path (path_resolution(7)). */
const MAX_LINKS = 40;

/** What stands for every user that this user namespace does not map (/proc/sys/kernel/overflowuid, user_namespaces(7)). */
const OVERFLOW_UID = 65534;
const UNMAPPED = ', nobody: in a user namespace any user outside it';

const GROUP_OR_OTHER_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Why a path is not trusted, as the rest of a sentence about it: another user can change what is there, or it cannot be
 * looked at. Null where only root and the user of this process can change it:
 * the file, every folder above it and every symbolic link on the way must be owned by one of the two, and nobody else may
 * write to them. A folder with the sticky bit, such as /tmp, may be writable: there only the owner of an entry can
 * replace it (unlink(2)). These are the rules of sshd's StrictModes and of sudo for its plugins. Takes one lstat(2) for
 * each part of the path. Never throws: what cannot be looked at is not trusted.
 */
export function whyNotTrusted(path: string): string | null {
  try {
    const fault = faultOnTheWay(resolve(path), { left: MAX_LINKS });
    return fault === null ? null : `another user can change it: ${fault}`;
  } catch (error) {
    return `it cannot be looked at: ${reasonOf(error)}`;
  }
}

function faultOnTheWay(path: string, links: { left: number }): string | null {
  let parent = '/';
  const rootFault = faultOf(parent, lstatSync(parent));
  if (rootFault !== null) return rootFault;
  const names = path.split('/').filter((name) => name !== '');
  for (const [index, name] of names.entries()) {
    const here = join(parent, name);
    const about = lstatSync(here);
    const fault = faultOf(here, about);
    if (fault !== null) return fault;
    if (about.isSymbolicLink()) {
      links.left -= 1;
      if (links.left < 0) return `${path} has too many symbolic links`;
      return faultOnTheWay(resolve(dirname(here), readlinkSync(here), ...names.slice(index + 1)), links);
    }
    parent = here;
  }
  return null;
}

function faultOf(path: string, about: Stats): string | null {
  if (about.uid !== 0 && about.uid !== process.geteuid?.()) {
    return `${path} is owned by uid ${about.uid}${about.uid === OVERFLOW_UID ? UNMAPPED : ''}`;
  }
  // A symbolic link has no mode of its own.
  if (about.isSymbolicLink() || (about.mode & GROUP_OR_OTHER_WRITE) === 0) return null;
  if (about.isDirectory() && (about.mode & STICKY) !== 0) return null;
  return `${path} may be written by other users (mode ${(about.mode & 0o7777).toString(8)})`;
}
