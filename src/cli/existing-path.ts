import { statSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { errorCode, reasonOf } from '../text/system-error.ts';

const NOT_THERE: readonly (string | null)[] = ['ENOENT', 'ENOTDIR'];

/**
 * Parser of a flag that names what a person wrote: that nothing is there is a slip in the command line, as a name that is
 * not known would be. Whether it can be read is told by who reads it.
 */
export function existingPath(path: string): string {
  try {
    statSync(path);
  } catch (error) {
    if (NOT_THERE.includes(errorCode(error))) throw new InvalidArgumentError(reasonOf(error));
  }
  return path;
}
