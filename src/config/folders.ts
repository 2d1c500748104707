import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { withUsablePath } from '../system/usable-path.ts';
import { errorCode, reasonOf } from '../text/system-error.ts';

/**
 * The folder of the user's own checks, or null when it is not there: `bpfwitness/checks` below `$XDG_CONFIG_HOME`, or
 * below `~/.config` where that is not set or not absolute (XDG Base Directory Specification). Throws an Error that says why it
 * cannot be looked for, such as in the home of another user.
 */
export function checksFolder(env: { readonly [name: string]: string | undefined }): string | null {
  const { XDG_CONFIG_HOME: base = '' } = env;
  const config = isAbsolute(base) ? base : join(homedir(), '.config');
  // Without a home it would be a folder where we stand, which may hold what is to be judged.
  if (!isAbsolute(config)) return null;
  const folder = join(config, 'bpfwitness', 'checks');
  return isFolder(folder) ? folder : null;
}

function isFolder(path: string): boolean {
  try {
    return withUsablePath(path, (usable) => statSync(usable).isDirectory());
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw new Error(`cannot look for checks in ${path}: ${reasonOf(error)}`, { cause: error });
  }
}
