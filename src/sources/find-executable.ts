import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environmentVariable } from '../system/environment.ts';
import { whyNotTrusted } from '../system/trust.ts';

/** Where a tool for administrators may be when PATH is a user's, or empty. */
const SYSTEM_DIRECTORIES = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin', '/bin'];

/**
 * Paths of an executable of this name that no other user can replace: those on PATH first, then the system's
 * directories; each path once.
 */
export function findExecutables(name: string, path = environmentVariable('PATH') ?? ''): readonly string[] {
  return candidates(name, path).filter((each) => whyNotTrusted(each) === null);
}

/** The same, including those that another user can replace, which are not run. */
export function candidates(name: string, path = environmentVariable('PATH') ?? ''): readonly string[] {
  // A relative directory on PATH would run whatever lies in the directory that an operator happens to be in, as root.
  const directories = [...path.split(delimiter).filter((part) => part.startsWith('/')), ...SYSTEM_DIRECTORIES];
  return [...new Set(directories.map((directory) => join(directory, name)))].filter(isExecutable);
}

/** True for a file that this process may execute. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
