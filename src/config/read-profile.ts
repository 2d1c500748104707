import type { OwnProfile } from '../checks/own-profile.ts';
import { readText } from './read-text.ts';

/** Whether `--profile` names a file, and not a profile that comes with the program. */
export function isProfileFile(text: string): boolean {
  return text.includes('/') || /\.ya?ml$/.test(text);
}

/** The profile in a file. Throws a YamlError for one that is not understood, and an Error where it cannot be read. */
export async function readProfile(path: string): Promise<OwnProfile> {
  const text = readText(path);
  // Who has no YAML does not wait for its parser.
  return (await import('../checks/profile-file.ts')).parseProfile(path, text);
}
