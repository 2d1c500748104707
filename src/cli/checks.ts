import type { Command } from 'commander';
import { BUILTIN_CHECKS } from '../checks/builtin.ts';
import type { OwnProfile } from '../checks/own-profile.ts';
import { ID_RULE, isCheckId } from '../checks/pack/definition.ts';
import { checkTemplate } from '../checks/pack/template.ts';
import { faultText } from '../checks/pack/unite.ts';
import { profileOf, profilesWith } from '../checks/profiles.ts';
import type { CheckDefinition } from '../model/check.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { placeText } from '../text/place.ts';
import { safeJson } from '../text/safe-json.ts';
import { printable } from '../text/sanitise.ts';
import { CliError, EXIT, type ExitCode, worseOf } from './exit-code.ts';
import { complain, forceOption, openOutput } from './output.ts';
import { type ChecksFlags, loadOwnChecks, pathsOf, readOwnPack, withChecksFlag } from './own-checks.ts';
import { withProfileFlag } from './profile.ts';
import { rowsTable } from './rows-text.ts';
import type { Shell } from './shell.ts';
import { testCheck } from './test-checks.ts';

interface ListFlags extends ChecksFlags {
  readonly profile?: string | OwnProfile;
  readonly json?: boolean;
}

/** `bpfwitness checks`: what is checked, and help for who writes a check (docs/checks.md). */
export function addChecksCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('checks')
    .summary('list, show, write and test checks')
    .description('List and show the checks that are run, write one of your own, and test it.');
  withProfileFlag(withChecksFlag(command.command('list')))
    .description('List all checks, your own included, or with --profile those that it runs.')
    .option('--json', 'print an array of objects')
    .action(async (flags: ListFlags) => done(await list(flags, entry)));
  withChecksFlag(command.command('show').description('Show one check: why, what to do, and its SQL.'))
    .argument('<id>', 'the id of a check')
    .action(async (id: string, flags: ChecksFlags) => done(await show(id, flags, entry)));
  withChecksFlag(command.command('test').description('Run the tests in files of checks. Exits with 1 when one fails.'))
    .argument('[path]', 'a file or a folder (default: your own checks)')
    .action(async (path: string | undefined, flags: ChecksFlags) => {
      done(await test(path === undefined ? pathsOf(flags) : [path], entry));
    });
  command
    .command('new')
    .description('Print a check to begin with.')
    .argument('<id>', 'the id of the new check')
    .option('-o, --output <file>', 'write it to this file')
    .addOption(forceOption())
    .action((id: string, flags: { readonly output?: string; readonly force?: boolean }) =>
      done(create(id, flags.output ?? null, flags.force ?? false)),
    );
}

async function list(flags: ListFlags, entry: URL): Promise<ExitCode> {
  const own = await loadOwnChecks(flags, entry);
  const profile = flags.profile === undefined ? undefined : profileOf(flags.profile);
  const all = [...(profile?.checks ?? BUILTIN_CHECKS), ...own.definitions];
  const rows = all.map((each) => [
    each.id,
    each.severity,
    each.name,
    profile?.name ?? profilesOf(each),
    originText(each),
  ]);
  const table = rowsTable({ columns: ['ID', 'SEVERITY', 'NAME', 'PROFILES', 'FROM'], rows });
  openOutput(null).write(flags.json === true ? `${safeJson(all, 2)}\n` : table);
  return own.exitCode;
}

async function show(id: string, flags: ChecksFlags, entry: URL): Promise<ExitCode> {
  const own = await loadOwnChecks(flags, entry);
  const check = [...BUILTIN_CHECKS, ...own.definitions].find((each) => each.id === id);
  if (check === undefined) throw new CliError(EXIT.usage, `there is no check ${id}: bpfwitness checks list`);
  const lines = [
    `${check.name} (${check.severity})`,
    `  ${check.id}, ${originText(check)}; profiles: ${profilesOf(check)}`,
    `  ${check.description}`,
    '',
    `Why:        ${check.rationale}`,
    `Remedy:     ${check.remedy}`,
    ...check.references.map((reference, index) => `${index === 0 ? 'References:' : '           '} ${reference}`),
    `Needs:      ${check.needs.length === 0 ? 'nothing' : check.needs.join(', ')}`,
    ...(check.refused === undefined ? [] : [`Refused:    ${check.refused}`]),
    ...(check.discovery === undefined ? [] : ['', 'Discovery:', ...check.discovery.trim().split('\n')]),
    '',
    ...check.sql.trim().split('\n'),
  ];
  openOutput(null).write(lines.map((line) => `${printable(line)}\n`).join(''));
  return own.exitCode;
}

/** A check of the user's own is run with all. */
function profilesOf(check: CheckDefinition): string {
  return check.origin === undefined ? profilesWith(check) : 'all';
}

function originText({ origin, refused }: CheckDefinition): string {
  if (origin === undefined) return 'built in';
  return refused === undefined ? placeText(origin) : `${placeText(origin)} (refused)`;
}

async function test(paths: readonly string[], entry: URL): Promise<ExitCode> {
  if (paths.length === 0) throw new CliError(EXIT.usage, 'what is to be tested? give a file or a folder of checks');
  const { checks, refused } = await readOwnPack(paths, entry);
  for (const { faults } of refused) for (const fault of faults) complain(faultText(fault));
  const output = openOutput(null);
  const thread = new QueryThread(entry);
  let failed = false;
  for (const check of checks) {
    if (check.tests.length === 0) complain(`${placeText(check.at)}: ${check.definition.id} has no tests`);
    for (const { test: each, problem } of testCheck(check, thread)) {
      failed ||= problem !== null;
      const name = `${check.definition.id}: ${each.name}`;
      const line = problem === null ? `ok    ${name}` : `FAIL  ${name} (${placeText(each.at)}): ${problem}`;
      output.write(`${printable(line)}\n`);
    }
  }
  await thread.stop();
  return worseOf(failed ? EXIT.findings : EXIT.fine, refused.length > 0 ? EXIT.input : EXIT.fine);
}

function create(id: string, path: string | null, force: boolean): ExitCode {
  if (!isCheckId(id)) throw new CliError(EXIT.usage, ID_RULE);
  if (BUILTIN_CHECKS.some((check) => check.id === id)) {
    throw new CliError(EXIT.usage, `the id ${id} is that of a check that comes with bpfwitness`);
  }
  const output = openOutput(path, force);
  output.write(checkTemplate(id));
  output.close();
  return EXIT.fine;
}
