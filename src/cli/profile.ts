import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OwnProfile } from '../checks/own-profile.ts';
import { PROFILES } from '../checks/profiles.ts';
import { isProfileFile, readProfile } from '../config/read-profile.ts';
import { existingPath } from './existing-path.ts';
import { warnIfNotTrusted } from './trust.ts';
import { unreadable } from './unreadable.ts';

const NAMES = PROFILES.map(({ name }) => name);

/**
 * `--profile`: which checks are run. The command gets the name of one that comes with the program as it is, and in place
 * of a path the {@link OwnProfile} in the file.
 */
export function withProfileFlag(command: Command, byDefault?: string): Command {
  const about = `which checks are run, and how strictly: ${NAMES.join(', ')}, or a YAML file (docs/profiles.md)`;
  return command
    .addOption(new Option('--profile <name|file>', about).argParser(nameOrPath).default(byDefault))
    .hook('preAction', async (_, action) => {
      const { profile } = action.opts<{ readonly profile?: string }>();
      if (profile === undefined || NAMES.includes(profile)) return;
      warnIfNotTrusted('the profile', [profile]);
      action.setOptionValueWithSource('profile', await readOrRefuse(profile), 'cli');
    });
}

function nameOrPath(text: string): string {
  if (NAMES.includes(text)) return text;
  if (isProfileFile(text)) return existingPath(text);
  throw new InvalidArgumentError(`there are ${NAMES.join(', ')}, and files: ./${text} or ${text}.yaml`);
}

/** One that is not understood ends the run before it begins: which checks are meant would be guessed. */
async function readOrRefuse(path: string): Promise<OwnProfile> {
  try {
    return await readProfile(path);
  } catch (error) {
    throw unreadable('the profile', path, error);
  }
}
