import type { Command } from 'commander';
import { BUILTIN_CHECKS } from '../checks/builtin.ts';
import { gradeOwnChecks, type OwnProfile, unknownCheck } from '../checks/own-profile.ts';
import type { Fault, Pack, PackCheck } from '../checks/pack/pack.ts';
import { lineOfError } from '../checks/pack/sql-line.ts';
import { definitionsOf, faultText, refusal, unitePacks } from '../checks/pack/unite.ts';
import { checksFolder } from '../config/folders.ts';
import { checkPaths, holdsChecks, readChecks } from '../config/read-checks.ts';
import type { CheckDefinition } from '../model/check.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { environmentVariable } from '../system/environment.ts';
import { printable } from '../text/sanitise.ts';
import { type GivenExceptions, refuseUnknown } from './exceptions.ts';
import { existingPath } from './existing-path.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { RepeatableOption } from './given-options.ts';
import { complain } from './output.ts';
import { warnIfNotTrusted } from './trust.ts';

/** Flags of everything that runs checks. */
export interface ChecksFlags {
  readonly checks?: readonly string[];
}

/** Columns without which a violation says nothing. */
const COLUMNS = ['object_kind', 'object_id', 'object_name', 'message'] as const;

const BUILTIN_IDS = BUILTIN_CHECKS.map(({ id }) => id);

export function withChecksFlag(command: Command): Command {
  const about = 'run the checks in this file or folder too; may be given again (default: ~/.config/bpfwitness/checks)';
  const parse = (path: string, earlier: readonly string[] = []) => [...earlier, existingPath(path)];
  return command.addOption(new RepeatableOption('--checks <path>', about).argParser(parse));
}

/** The same, with what names checks: the profile, which grades them, and exceptions. */
interface GradingFlags extends ChecksFlags {
  readonly profile?: string | OwnProfile;
  readonly exceptions?: GivenExceptions;
}

/** The user's own checks as the profile has them, those that were refused included. */
export interface OwnChecks {
  readonly definitions: readonly CheckDefinition[];
  /** What a run that is fine itself exits with. */
  readonly exitCode: ExitCode;
}

/**
 * Reads the user's own checks and says on stderr which are refused, and why. `entry` is the file that threads are
 * started from. A profile or an exception that names a check that is not there ends the run, as everything in them that
 * is not understood does.
 */
export async function loadOwnChecks(flags: GradingFlags, entry: URL): Promise<OwnChecks> {
  const pack = await readOwnPack(pathsOf(flags), entry);
  for (const { faults } of pack.refused) for (const fault of faults) complain(faultText(fault));
  const exitCode = pack.refused.length > 0 ? EXIT.input : EXIT.fine;
  const definitions = definitionsOf(pack, BUILTIN_IDS);
  if (flags.exceptions !== undefined) {
    await refuseUnknown(flags.exceptions, [...BUILTIN_CHECKS, ...definitions], entry);
  }
  return { definitions: asProfileHas(flags.profile, definitions), exitCode };
}

function asProfileHas(profile: GradingFlags['profile'], checks: OwnChecks['definitions']): OwnChecks['definitions'] {
  // Those that come with the program say nothing of a user's checks.
  if (profile === undefined || typeof profile === 'string') return checks;
  const fault = unknownCheck(profile, checks);
  if (fault !== null) throw new CliError(EXIT.input, printable(faultText(fault)));
  return gradeOwnChecks(profile, checks);
}

/** Where the user's checks are: what was named, else the usual folder when it is there and somebody put one into it. */
export function pathsOf({ checks }: ChecksFlags): readonly string[] {
  if (checks !== undefined) return checks;
  let usual: string | null;
  try {
    usual = checksFolder({ XDG_CONFIG_HOME: environmentVariable('XDG_CONFIG_HOME') });
  } catch (error) {
    // Nobody asked for them: HOME may be that of another user, as it is with sudo -u.
    complain(`warning: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
  return usual === null || !holdsChecks(usual) ? [] : [usual];
}

/** All checks in these folders and files, their SQL looked at by SQLite. */
export async function readOwnPack(paths: readonly string[], entry: URL): Promise<Pack> {
  for (const path of paths) warnIfNotTrusted('the checks', checkPaths(path));
  const packs = (await Promise.all(paths.map(readChecks))).flat();
  const { checks, refused } = unitePacks(packs, BUILTIN_IDS);
  if (checks.length === 0) return { checks, refused };
  // SQL of others is not even compiled in this thread.
  const thread = new QueryThread(entry);
  const examined = checks.map((check) => ({ check, faults: faultsInSql(check, (sql) => thread.examine(sql)) }));
  await thread.stop();
  const isSound = ({ faults }: { readonly faults: readonly Fault[] }): boolean => faults.length === 0;
  return {
    checks: examined.filter(isSound).map(({ check }) => check),
    refused: [
      ...refused,
      ...examined.filter((each) => !isSound(each)).map(({ check, faults }) => refusal(check, faults)),
    ],
  };
}

function faultsInSql(check: PackCheck, examine: (sql: string) => readonly string[]): readonly Fault[] {
  const { definition, at, sqlLine, discoveryLine } = check;
  const faults: Fault[] = [];
  const columnsOf = (sql: string, line: number): readonly string[] | null => {
    try {
      return examine(sql);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.push({ at: { file: at.file, line: lineOfError(reason, sql, line) }, reason });
      return null;
    }
  };
  if (definition.discovery !== undefined) columnsOf(definition.discovery, discoveryLine);
  const columns = columnsOf(definition.sql, sqlLine);
  const missing = columns === null ? [] : COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const reason = `the statement gives no column ${missing.join(', ')}`;
    faults.push({ at: { file: at.file, line: lineOfError(reason, definition.sql, sqlLine) }, reason });
  }
  return faults;
}
