import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Command } from 'commander';
import { parseLabContext } from '../checks/context.ts';
import { applyExceptions } from '../checks/exceptions.ts';
import { profileNameOf } from '../checks/own-profile.ts';
import { profileOf } from '../checks/profiles.ts';
import { type CheckQuery, runChecks } from '../checks/run.ts';
import type { CheckRun, ProfileName } from '../model/check.ts';
import type { Json } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import { checksFail } from '../report/generate.ts';
import { checkLines } from '../report/text.ts';
import { openStore } from '../store/open.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { describeProfile } from '../text/describe-profile.ts';
import { safeJson } from '../text/safe-json.ts';
import { printable } from '../text/sanitise.ts';
import { reasonOf } from '../text/system-error.ts';
import { CliError, EXIT, type ExitCode, worseOf } from './exit-code.ts';
import { refuseUnused } from './given-options.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { type InputFlags, inputConfig, runTime } from './input.ts';
import { complainOfOpenVerdicts } from './open-verdicts.ts';
import { PATHS, withAnalysisFlags, withFailOn, withLiveFlags } from './options.ts';
import { openOutput } from './output.ts';
import { type ChecksFlags, loadOwnChecks, withChecksFlag } from './own-checks.ts';
import type { Shell } from './shell.ts';

interface CheckFlags extends InputFlags, ChecksFlags {
  readonly context?: string;
  readonly json?: boolean;
  readonly failOn: Severity;
}

/** `bpfwitness check`: the security checks, over files, this host, or a context as the lab describes one. */
export function addCheckCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('check')
    .summary('run the security checks once')
    .description('Run the security checks over captured files, over this host (--live), or over a context file.')
    .argument('[path...]', PATHS)
    .option('--live', 'look at this host once')
    .option(
      '--context <file>',
      'judge this JSON with programs, maps, capabilities and audit-enabled instead, by --profile lab if none is given (- is standard input)',
    )
    .option('--json', 'print the check run as JSON');
  withFailOn(withChecksFlag(withLiveFlags(withAnalysisFlags(command)))).action(
    async (paths: string[], flags: CheckFlags) => {
      const { context } = flags;
      if (context === undefined) return done(await checkInput(paths, flags, entry));
      refuseBesideContext(command, paths);
      const profile = command.getOptionValueSource('profile') === 'default' ? CONTEXT_PROFILE : flags.profile;
      done(await checkContext(context, { ...flags, profile }, entry));
    },
  );
}

async function checkInput(paths: readonly string[], flags: CheckFlags, entry: URL): Promise<ExitCode> {
  const own = await loadOwnChecks(flags, entry);
  const run = await runHeadless(inputConfig(paths, flags, own.definitions), {
    entry,
    onlyLast: true,
    forMs: runTime(flags),
  });
  const { checks, store } = run.pipeline;
  if (checks === null) throw new Error('the run is not over: its checks have not been run');
  const exitCode = print(checks, profileNameOf(flags.profile), flags);
  const loss = worseOf(complainOfLoss(run), complainOfOpenVerdicts(run.pipeline.inventory, checks));
  await store.close();
  return worseOf(exitCode, loss, own.exitCode);
}

/** A context has what the lab's checks ask for; another profile wants to be asked for. */
const CONTEXT_PROFILE = 'lab';

/** Flags that say how to judge. All others say what to read and how, and there is nothing to read beside a context. */
const JUDGING = ['context', 'json', 'failOn', 'checks', 'profile', 'exceptions'];

function refuseBesideContext(command: Command, paths: readonly string[]): void {
  if (paths.length > 0) throw new CliError(EXIT.usage, '--context stands alone: it takes no paths');
  refuseUnused(command, (attribute) => !JUDGING.includes(attribute), '--context stands alone: it');
}

async function checkContext(path: string, flags: CheckFlags, entry: URL): Promise<ExitCode> {
  const { inventory } = readContext(path);
  const own = await loadOwnChecks(flags, entry);
  const { checks: builtin, parameters, helpers } = profileOf(flags.profile);
  const store = await openStore({ maxEvents: 0, stateDir: null });
  store.setBounds({ parameters, helpers });
  store.setInventory(inventory);
  const thread = new QueryThread(entry);
  thread.setBounds({ parameters, helpers });
  const query: CheckQuery = (sql, { origin }) => (origin === undefined ? store.rows(sql) : thread.rows(inventory, sql));
  const all = [...builtin, ...own.definitions];
  // It has no time of its own: it is judged now, and exceptions hold or not by that.
  const run = runChecks(all, query, inventory.covers, Date.now(), () => performance.now());
  await Promise.all([store.close(), thread.stop()]);
  const checks = applyExceptions(run, flags.exceptions?.list ?? []);
  return worseOf(print(checks, profileNameOf(flags.profile), flags), own.exitCode);
}

function readContext(path: string): ReturnType<typeof parseLabContext> {
  try {
    return parseLabContext(JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8')) as Json);
  } catch (error) {
    throw new CliError(EXIT.input, `cannot read the context ${path}: ${reasonOf(error)}`);
  }
}

function print(run: CheckRun, profile: ProfileName, flags: CheckFlags): ExitCode {
  const output = openOutput(null);
  output.write(flags.json === true ? `${safeJson({ profile, ...run }, 2)}\n` : checkRunText(run, profile));
  return checksFail(run.results, flags.failOn) ? EXIT.findings : EXIT.fine;
}

function checkRunText(run: CheckRun, profile: ProfileName): string {
  const totals = [`${run.passed} passed`, `${run.failed} failed`];
  if (run.inconclusive > 0) totals.push(`${run.inconclusive} inconclusive`);
  if (run.notApplicable > 0) totals.push(`${run.notApplicable} not applicable`);
  const worst = run.highestSeverity === null ? '' : `, worst ${run.highestSeverity}`;
  const lines = [
    ...run.results.flatMap(checkLines),
    '',
    `Profile: ${printable(describeProfile(profile))}`,
    `${run.overall.toUpperCase()}: ${totals.join(', ')}${worst}`,
  ];
  return `${lines.join('\n')}\n`;
}
