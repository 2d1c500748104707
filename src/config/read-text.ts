import { readFileSync, statSync } from 'node:fs';
import { withUsablePath } from '../system/usable-path.ts';
import { formatBytes } from '../text/units.ts';

/** What is read here is written by hand. */
const MAX_BYTES = 1024 * 1024;

/** The text of a file that a person wrote. Throws an Error that says why it cannot be read. */
export function readText(file: string): string {
  return withUsablePath(file, readUsable);
}

function readUsable(file: string): string {
  const about = statSync(file);
  // Anything else may never end.
  if (!about.isFile()) throw new Error('it is no file');
  if (about.size > MAX_BYTES) throw new Error(`it is larger than ${formatBytes(MAX_BYTES)}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new Error('it is not UTF-8');
    throw error;
  }
}
