import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The folder of the user's own checks, or null when it is not there: `bpfwitness/checks` below `$XDG_CONFIG_HOME`, or
 * below `~/.config` where that is not set or not absolute (XDG Base Directory Specification).
 */
export function checksFolder(env: { readonly [name: string]: string | undefined }): string | null {
  const { XDG_CONFIG_HOME: base = '' } = env;
  const folder = join(isAbsolute(base) ? base : join(homedir(), '.config'), 'bpfwitness', 'checks');
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null;
}
