import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The text that `sha256sum -c` reads in the folder of these files. */
export function sumsOf(folder: string, names: readonly string[]): string {
  return names.map((name) => `${sha256Of(join(folder, name))}  ${name}\n`).join('');
}
