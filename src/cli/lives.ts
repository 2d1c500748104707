import type { Command } from 'commander';
import type { AuditEvent } from '../model/event.ts';
import { openStore } from '../store/open.ts';
import { StatePaths } from '../store/state-paths.ts';
import type { Store } from '../store/store.ts';
import { namesText } from '../text/names.ts';
import { placeText } from '../text/place.ts';
import { safeJson } from '../text/safe-json.ts';
import { type ProgramLife, programLives } from '../trends/program-lives.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { livesCsv } from './lives-csv.ts';
import { livesTable } from './lives-table.ts';
import { type AnalysisFlags, engineConfig, moment, PATHS, wholeNumber, withAnalysisFlags } from './options.ts';
import { complain, openOutput } from './output.ts';
import type { Shell } from './shell.ts';
import { warnIfNotTrusted } from './trust.ts';

interface LivesFlags extends AnalysisFlags {
  readonly host?: string;
  readonly id?: number;
  readonly since?: number;
  readonly until?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `bpfwitness lives`: programs from their load to their end. */
export function addLivesCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('lives')
    .summary('list programs: who loaded them, when, for how long')
    .description('List the lives of programs in captured files or in a state directory (--state alone), oldest first.')
    .argument('[path...]', PATHS)
    .option('--host <name>', 'only programs of this host')
    .option('--id <n>', 'only programs with this id', wholeNumber)
    .option('--since <time>', 'only programs that were there after this time', moment)
    .option('--until <time>', 'only programs that were there before this time', moment)
    .option('--json', 'one JSON object a line')
    .option('--csv', 'a row each as CSV');
  withAnalysisFlags(command).action(async (paths: string[], flags: LivesFlags) => {
    if (flags.json === true && flags.csv === true) throw new CliError(EXIT.usage, 'either --json or --csv, not both');
    done(paths.length === 0 ? await livesInState(flags, entry) : await livesInFiles(paths, flags, entry));
  });
}

async function livesInFiles(paths: readonly string[], flags: LivesFlags, entry: URL): Promise<ExitCode> {
  const input = { mode: 'replay' as const, inputs: paths, speed: Number.POSITIVE_INFINITY };
  const run = await runHeadless(engineConfig(flags, input), { entry, onlyLast: true });
  print(run.pipeline.store, flags);
  const loss = complainOfLoss(run);
  await run.pipeline.store.close();
  return loss;
}

async function livesInState(flags: LivesFlags, entry: URL): Promise<ExitCode> {
  if (flags.state === undefined) throw new CliError(EXIT.usage, 'what is to be read? give paths or --state DIR');
  warnIfNotTrusted('the state', new StatePaths(flags.state).present());
  const store = await openStore({ maxEvents: 0, stateDir: flags.state, readOnly: true, entry });
  print(store, flags);
  const damage = store.unreadable(Number.POSITIVE_INFINITY);
  for (const { at, reason } of damage) complain(`${placeText(at)}: ${reason}`);
  await store.close();
  return damage.length === 0 ? EXIT.fine : EXIT.input;
}

function print(store: Store, flags: LivesFlags): void {
  const all = programLives(oldestFirst(store));
  const lives = all.filter((life) => isWanted(life, flags));
  const output = openOutput(null);
  if (flags.json === true) for (const life of lives) output.write(`${safeJson(life)}\n`);
  else if (flags.csv === true) output.write(livesCsv(lives));
  else if (lives.length > 0) output.write(livesTable(lives));
  const stranger = strangeHost(all, flags.host);
  if (stranger !== null) complain(stranger);
  else if (lives.length === 0 && flags.json !== true && flags.csv !== true) {
    complain(
      all.length === 0 ? 'no programs were seen to be loaded or unloaded' : 'no program meets what was asked for',
    );
  }
}

/** That no program is of the wanted host, and which hosts there are; null where some are, or there are none at all. */
function strangeHost(all: readonly ProgramLife[], wanted: string | undefined): string | null {
  const hosts = [...new Set(all.map(({ host }) => host))].sort();
  if (wanted === undefined || hosts.length === 0 || hosts.includes(wanted)) return null;
  return `no program is of host ${wanted}: there are ${namesText(hosts)}`;
}

/** Events that are read from the store together. */
const PAGE = 8192;

/** All events, oldest first, a page at a time: the list of them may be larger than memory. */
function* oldestFirst(store: Store): Generator<AuditEvent> {
  const count = store.count();
  for (let offset = 0; offset < count; offset += PAGE) {
    const limit = Math.min(PAGE, count - offset);
    for (const { event } of store.window({ filter: '', offset, limit, ceiling: null, folded: false }).rows) yield event;
  }
}

function isWanted({ host, programId, loaded, unloaded }: ProgramLife, flags: LivesFlags): boolean {
  return (
    (flags.host === undefined || flags.host === host) &&
    (flags.id === undefined || flags.id === programId) &&
    (flags.since === undefined || unloaded === null || unloaded.time > flags.since) &&
    (flags.until === undefined || loaded === null || loaded.time < flags.until)
  );
}
