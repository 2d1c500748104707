import { readRegularFile } from '../system/regular-file.ts';

/** What is read here is written by hand. */
const MAX_BYTES = 1024 * 1024;

/** The text of a file that a person wrote. Throws an Error that says why it cannot be read. */
export function readText(file: string): string {
  const bytes = readRegularFile(file, MAX_BYTES, { mayBeLink: true });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('it is not UTF-8', { cause: error });
  }
}
