import type { Command } from 'commander';
import type { AuditEvent, EventType } from '../model/event.ts';
import type { EventCriteria } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';
import { openStore } from '../store/open.ts';
import { describeEvent } from '../text/describe-event.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { type InputFlags, inputConfig, runTime } from './input.ts';
import { duration, eventTypes, moment, severity, wholeNumber, withAnalysisFlags, withLiveFlags } from './options.ts';
import { complain, openOutput } from './output.ts';

interface QueryFlags extends InputFlags {
  readonly type?: readonly EventType[];
  readonly minSeverity?: Severity;
  readonly since?: number;
  readonly until?: number;
  readonly source?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** `bpfwitness query`: events of files, of this host or of a state directory, newest first. */
export function addQueryCommand(program: Command, done: (exitCode: ExitCode) => void): void {
  const command = program
    .command('query')
    .summary('list events, newest first')
    .description('List events from captured files, from this host (--live), or from a state directory (--state alone).')
    .argument('[path...]', 'captures, saved bpftool output, audit logs, folders of them; - is standard input')
    .option('--live', 'watch this host for the time that --for gives')
    .option('--for <time>', 'with --live: watch this long', duration)
    .option('--type <types>', 'only these types, with commas between', eventTypes)
    .option('--min-severity <severity>', 'only events this severe or worse', severity)
    .option(
      '--since <time>',
      'only events after this time (ISO 8601, epoch seconds, or a time ago such as 10m)',
      moment,
    )
    .option('--until <time>', 'only events before this time', moment)
    .option('--source <name>', 'only events that this source reported: bpftool, proc, audit')
    .option('--search <text>', 'only events with this text in them; ! first inverts')
    .option('--limit <n>', 'at most this many', wholeNumber)
    .option('--json', 'one JSON object a line');
  withLiveFlags(withAnalysisFlags(command)).action(async (paths: string[], flags: QueryFlags) => {
    const stateOnly = paths.length === 0 && flags.live !== true && flags.state !== undefined;
    done(stateOnly ? await queryState(flags.state ?? '', flags) : await queryInput(paths, flags));
  });
}

async function queryInput(paths: readonly string[], flags: QueryFlags): Promise<ExitCode> {
  if (flags.live === true && flags.for === undefined) throw new CliError(EXIT.usage, '--live wants --for TIME here');
  const run = await runHeadless(inputConfig(paths, flags), { forMs: runTime(flags) });
  print(run.pipeline.store.each(criteriaOf(flags)), flags);
  const loss = complainOfLoss(run);
  await run.pipeline.store.close();
  return loss;
}

async function queryState(stateDir: string, flags: QueryFlags): Promise<ExitCode> {
  const store = await openStore({ maxEvents: 0, stateDir, readOnly: true });
  print(store.each(criteriaOf(flags)), flags);
  const damage = store.unreadable(Number.POSITIVE_INFINITY);
  for (const { at, reason } of damage) complain(`${at.file}: ${reason}`);
  await store.close();
  return damage.length === 0 ? EXIT.fine : EXIT.input;
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

/** Lines that are written together. */
const LINES = 1000;

function print(events: Iterable<AuditEvent>, flags: QueryFlags): void {
  const output = openOutput(null);
  const write = (lines: readonly string[]) => output.write(`${lines.join('\n')}\n`);
  let found = false;
  let lines: string[] = [];
  for (const event of events) {
    found = true;
    lines.push(flags.json === true ? JSON.stringify(event) : eventLine(event));
    if (lines.length < LINES) continue;
    write(lines);
    lines = [];
  }
  if (lines.length > 0) write(lines);
  if (!found && flags.json !== true) complain('no events');
}

function eventLine(event: AuditEvent): string {
  const columns = [
    formatTime(event.time),
    event.severity.padEnd(8),
    event.type.padEnd(17),
    printable(event.source).padEnd(8),
    printable(describeEvent(event)),
  ];
  return columns.join('  ');
}
