import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { checksFolder } from '../config/folders.ts';
import { logOf } from '../sources/rotated-set.ts';
import { environmentVariable } from '../system/environment.ts';
import { ENTRY, type FolderEntry, listFolder } from '../system/names.ts';
import { guardOutputs, isStandardOutput, type OutputGuard } from '../system/output-file.ts';
import { withUsablePath } from '../system/usable-path.ts';
import { printable } from '../text/sanitise.ts';
import { CliError, EXIT } from './exit-code.ts';

const STANDARD_INPUT = '/proc/self/fd/0';

/** Folders within folders that are looked into, as when they are read. */
const MAX_DEPTH = 64;

/** Options of commands that name what is read or written. */
interface Files {
  readonly output?: string;
  readonly alertLog?: string;
  readonly state?: string;
  readonly auditLog?: string | boolean;
  readonly profile?: unknown;
  readonly exceptions?: unknown;
  readonly checks?: readonly string[];
  readonly bpftool?: string;
  readonly follow?: boolean;
  readonly sign?: string;
  readonly key?: string;
  readonly context?: string;
}

/**
 * Throws a CliError when a file that the command would write is one of those that it reads, which may be evidence: by
 * whatever name, since device and inode are compared. A folder that is read stands for all that is in it.
 */
export function protectInputs(command: Command): void {
  const files = command.opts<Files>();
  const { profile, exceptions, auditLog, bpftool, sign, key, context, checks = usualChecks(command) } = files;
  const named = [...command.args, ...checks, profile, exceptions, auditLog, bpftool, sign, key, context];
  const given = named.filter(isPath).map((path) => (path === '-' ? STANDARD_INPUT : path));
  const followed = [auditLog, ...(files.follow === true ? command.args : [])]
    .filter(isPath)
    .filter((path) => path !== '-');
  const inputs = [...given, ...followed.flatMap(rotatedFrom)];
  refuseToWrite('/proc/self/fd/1', 'standard output', inputs);
  refuseToWrite('/proc/self/fd/2', 'standard error', inputs);
  for (const output of [files.output, files.alertLog]) {
    if (output === undefined || isStandardOutput(output)) continue;
    refuseToWrite(output, printable(output), inputs);
    if (files.state !== undefined) refuseToWrite(output, printable(output), [files.state]);
  }
  refuseToWriteTwice(files.output, files.alertLog);
  if (files.state !== undefined) refuseToWriteInto(files.state, inputs);
  guardOutputs(guardOf(inputs));
}

/** The folder of the user's own checks, for a command that reads it where no other is named. */
function usualChecks(command: Command): readonly string[] {
  if (!command.options.some((option) => option.attributeName() === 'checks')) return [];
  try {
    return [checksFolder({ XDG_CONFIG_HOME: environmentVariable('XDG_CONFIG_HOME') }) ?? []].flat();
  } catch {
    // Who reads them says why they cannot be looked for.
    return [];
  }
}

/** Asks of an opened file whether it is an input: what its path led to may be another file than when it was compared. */
function guardOf(inputs: readonly string[]): OutputGuard {
  // The alert log is opened for each line.
  const asked = new Set<string>();
  return (path) => {
    const opened = identityOf(path);
    if (opened === null || opened.isOther || asked.has(opened.id)) return;
    const input = inputs.find((each) => holds(each, new Set([opened.id]), 0));
    if (input !== undefined) throw new Error(isRead(input));
    asked.add(opened.id);
  };
}

function isRead(input: string): string {
  return `it is one of the files to be read (${input === STANDARD_INPUT ? 'standard input' : printable(input)})`;
}

/** Two outputs in one file would be neither. */
function refuseToWriteTwice(output: string | undefined, alertLog: string | undefined): void {
  if (output === undefined || alertLog === undefined) return;
  const [one, other] = [identityOf(output), identityOf(alertLog)];
  const isOne = one === null ? resolve(output) === resolve(alertLog) : one.id === other?.id && !one.isOther;
  if (!isOne) return;
  throw new CliError(EXIT.usage, `-o and --alert-log name the same file: ${printable(output)}`);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string';
}

/** Files that a log which is followed was rotated to: they are read with it (filesAfter). */
function rotatedFrom(log: string): readonly string[] {
  const folder = dirname(log);
  try {
    return listFolder(folder)
      .filter(({ name }) => name !== basename(log) && logOf(name) === basename(log))
      .map(({ name }) => join(folder, name));
  } catch {
    // Nothing can be read there either.
    return [];
  }
}

function refuseToWrite(output: string, name: string, inputs: readonly string[]): void {
  const written = identityOf(output);
  // What is not there yet cannot be an input, and a device or a pipe is not changed by being written to.
  if (written === null || written.isOther) return;
  const input = inputs.find((path) => holds(path, new Set([written.id]), 0));
  if (input !== undefined) throw new CliError(EXIT.input, `cannot write ${name}: ${isRead(input)}`);
}

/** The same for a directory whose files are written: none of those that are read may be directly in it. */
function refuseToWriteInto(directory: string, inputs: readonly string[]): void {
  const written = identityOf(directory);
  if (written === null) return;
  const files = written.isFolder ? entriesOf(directory) : [];
  const within = files.flatMap(({ name }) => identityOf(join(directory, name)) ?? []);
  const ids = new Set([written, ...within.filter(({ isFolder }) => !isFolder)].map(({ id }) => id));
  const input = inputs.find((path) => holds(path, ids, 0));
  if (input === undefined) return;
  const shown = input === STANDARD_INPUT ? 'standard input' : printable(input);
  const why = `it holds files to be read (${shown}); give another directory`;
  throw new CliError(EXIT.input, `cannot write into ${printable(directory)}: ${why}`);
}

interface Identity {
  readonly id: string;
  readonly isFolder: boolean;
  readonly isOther: boolean;
}

function identityOf(path: string): Identity | null {
  try {
    const about = withUsablePath(path, (usable) => statSync(usable, { bigint: true }));
    const isFolder = about.isDirectory();
    return { id: `${about.dev}:${about.ino}`, isFolder, isOther: !isFolder && !about.isFile() };
  } catch {
    return null;
  }
}

/** Whether what is at `path` has one of these identities, or a file or folder below it. Links in a folder are not followed. */
function holds(path: string, ids: ReadonlySet<string>, depth: number): boolean {
  const about = identityOf(path);
  if (about === null) return false;
  if (ids.has(about.id)) return true;
  if (!about.isFolder || depth > MAX_DEPTH) return false;
  return entriesOf(path).some(({ name, type }) => type !== ENTRY.link && holds(join(path, name), ids, depth + 1));
}

function entriesOf(folder: string): readonly FolderEntry[] {
  try {
    return listFolder(folder);
  } catch {
    // Reading it will say why it cannot be listed.
    return [];
  }
}
