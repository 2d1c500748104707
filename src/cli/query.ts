import type { Command } from 'commander';
import { EVENT_TYPES, type EventType } from '../model/event.ts';
import type { EventCriteria } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';
import { openStore } from '../store/open.ts';
import { StatePaths } from '../store/state-paths.ts';
import type { Store } from '../store/store.ts';
import { namesText } from '../text/names.ts';
import { safeJson } from '../text/safe-json.ts';
import { eventLine, Folding } from './event-lines.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { followEvents } from './follow.ts';
import { RepeatableOption, refuseUnused } from './given-options.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { type InputFlags, inputConfig, runTime } from './input.ts';
import {
  duration,
  eventTypes,
  type FoldFlags,
  moment,
  PATHS,
  severity,
  wholeNumber,
  withAnalysisFlags,
  withFoldFlag,
  withLiveFlags,
} from './options.ts';
import { complain, openOutput } from './output.ts';
import type { Shell } from './shell.ts';
import { warnIfNotTrusted } from './trust.ts';

interface QueryFlags extends InputFlags, FoldFlags {
  readonly follow?: boolean;
  readonly type?: readonly EventType[];
  readonly minSeverity?: Severity;
  readonly since?: number;
  readonly until?: number;
  readonly source?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** Flags that say how what is read is judged and kept. */
const ANALYSIS = ['maxEvents', 'window', 'learn', 'alertLog', 'profile', 'exceptions'];

/** `bpfwitness query`: events of files, of this host or of a state directory, newest first. */
export function addQueryCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('query')
    .summary('list events, newest first')
    .description('List events from captured files, from this host (--live), or from a state directory (--state alone).')
    .argument('[path...]', PATHS)
    .option('--live', 'watch this host for the time that --for gives')
    .option('--for <time>', 'with --live: watch this long', duration)
    .addOption(
      new RepeatableOption(
        '--type <types>',
        `only these types, with commas between; may be given again (${EVENT_TYPES.join(', ')})`,
      ).argParser(eventTypes),
    )
    .option('--min-severity <severity>', 'only events this severe or worse', severity)
    .option(
      '--since <time>',
      'only events after this time (ISO 8601, epoch seconds, or a time ago such as 10m)',
      moment,
    )
    .option('--until <time>', 'only events before this time', moment)
    .option(
      '--source <name>',
      'only events that this source reported: bpftool, proc, audit, or an agent such as tetragon',
    )
    .option('--search <text>', 'only events with this text in them; ! first inverts')
    .option('--limit <n>', 'at most this many', wholeNumber)
    .option('--json', 'one JSON object a line; never folded')
    .option('--follow', 'print events of files as they are written, oldest first, until ctrl-c; keeps nothing');
  withLiveFlags(withAnalysisFlags(withFoldFlag(command))).action(async (paths: string[], flags: QueryFlags) => {
    const isAnalysis = (attribute: string) => ANALYSIS.includes(attribute);
    if (flags.follow === true) {
      refuseUnused(command, (attribute) => isAnalysis(attribute) || attribute === 'state', '--follow only prints: it');
      done(await followFiles(paths, flags));
      return;
    }
    const stateOnly = paths.length === 0 && flags.live !== true && flags.state !== undefined;
    if (stateOnly) refuseUnused(command, isAnalysis, 'a state directory is only read here: it');
    done(stateOnly ? await queryState(flags.state ?? '', flags, entry) : await queryInput(paths, flags, entry));
  });
}

async function queryInput(paths: readonly string[], flags: QueryFlags, entry: URL): Promise<ExitCode> {
  if (flags.live === true && flags.for === undefined) throw new CliError(EXIT.usage, '--live wants --for TIME here');
  const run = await runHeadless(inputConfig(paths, flags), { entry, onlyLast: true, forMs: runTime(flags) });
  print(run.pipeline.store, flags);
  const loss = complainOfLoss(run);
  await run.pipeline.store.close();
  return loss;
}

async function queryState(stateDir: string, flags: QueryFlags, entry: URL): Promise<ExitCode> {
  warnIfNotTrusted('the state', new StatePaths(stateDir).present());
  const store = await openStore({ maxEvents: 0, stateDir, readOnly: true, entry });
  print(store, flags);
  const damage = store.unreadable(Number.POSITIVE_INFINITY);
  for (const { at, reason } of damage) complain(`${at.file}: ${reason}`);
  await store.close();
  return damage.length === 0 ? EXIT.fine : EXIT.input;
}

async function followFiles(paths: readonly string[], flags: QueryFlags): Promise<ExitCode> {
  if (flags.live === true) throw new CliError(EXIT.usage, '--follow is for files; a live query has --for TIME');
  if (paths.length === 0) throw new CliError(EXIT.usage, '--follow wants the files to follow');
  return followEvents(paths, { criteria: criteriaOf(flags), json: flags.json === true, fold: flags.fold });
}

/** JSON is data: what reads it can fold for itself. */
function folds({ fold, json }: QueryFlags): boolean {
  return fold && json !== true;
}

function criteriaOf(flags: QueryFlags): EventCriteria {
  return {
    ...(flags.type === undefined ? {} : { types: flags.type }),
    ...(flags.minSeverity === undefined ? {} : { minSeverity: flags.minSeverity }),
    ...(flags.since === undefined ? {} : { since: flags.since }),
    ...(flags.until === undefined ? {} : { until: flags.until }),
    ...(flags.source === undefined ? {} : { source: flags.source }),
    ...(flags.search === undefined ? {} : { search: flags.search }),
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
  };
}

/** That no event is from the wanted source, and which sources there are; null where that is not why nothing is listed. */
function strangeSource(store: Store, wanted: string | undefined): string | null {
  const names = wanted === undefined ? [] : store.sources();
  if (wanted === undefined || names.length === 0 || names.includes(wanted)) return null;
  return `no event is from ${wanted}: there are ${namesText(names)}`;
}

/** Lines that are written together. */
const LINES = 1000;

/** Prints what is asked for, newest first. */
function print(store: Store, flags: QueryFlags): void {
  const output = openOutput(null);
  const write = (lines: readonly string[]) => output.write(`${lines.join('\n')}\n`);
  const folding = folds(flags) ? new Folding() : null;
  // A folded list is as long as asked for in lines, and one line may be many events.
  const { limit = Number.POSITIVE_INFINITY, ...rest } = criteriaOf(flags);
  const events = store.each(folding === null ? criteriaOf(flags) : rest);
  let printed = 0;
  let lines: string[] = [];
  for (const event of events) {
    if (printed >= limit) break;
    const stands = folding === null ? 0 : folding.take(event);
    if (stands === null) continue;
    printed += 1;
    lines.push(flags.json === true ? safeJson(event) : eventLine(event, stands));
    if (lines.length < LINES) continue;
    write(lines);
    lines = [];
  }
  if (lines.length > 0) write(lines);
  const remark = folding?.remark() ?? null;
  if (remark !== null) complain(remark);
  if (printed > 0) return;
  const stranger = strangeSource(store, flags.source);
  if (stranger !== null) complain(stranger);
  else if (remark === null && flags.json !== true) complain('no events');
}
