import { type Command, Option } from 'commander';
import { profileNameOf } from '../checks/own-profile.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { hasFindings } from '../report/generate.ts';
import { CliError, EXIT, type ExitCode, worseOf } from './exit-code.ts';
import { complainOfLoss, runHeadless } from './headless.ts';
import { type InputFlags, inputConfig, runTime } from './input.ts';
import { complainOfOpenVerdicts } from './open-verdicts.ts';
import { duration, PATHS, withAnalysisFlags, withFailOn, withLiveFlags } from './options.ts';
import { forceOption, openOutput } from './output.ts';
import { type ChecksFlags, loadOwnChecks, withChecksFlag } from './own-checks.ts';
import { reportOf } from './report-of.ts';
import type { Shell } from './shell.ts';
import { VERSION } from './version.ts';

type Writer = (report: Report) => string;

/** Each is loaded when it is asked for: a report is written in one format. */
const WRITERS = {
  text: async () => (await import('../report/text.ts')).reportText,
  json: async () => (await import('../report/json.ts')).reportJson,
  csv: async () => (await import('../report/csv.ts')).reportCsv,
  html: async () => (await import('../report/html.ts')).reportHtml,
  markdown: async () => (await import('../report/markdown.ts')).reportMarkdown,
  junit: async () => (await import('../report/junit.ts')).reportJunit,
  sarif: async () => {
    const { reportSarif } = await import('../report/sarif/document.ts');
    return (report) => reportSarif(report, VERSION);
  },
} satisfies { readonly [format: string]: () => Promise<Writer> };

interface ReportFlags extends InputFlags, ChecksFlags {
  readonly format: keyof typeof WRITERS;
  readonly json?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly failOn: Severity;
}

/** `bpfwitness report`: checks, anomalies, alerts and events of files or of this host as one document. */
export function addReportCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('report')
    .summary('write a compliance report')
    .description('Write a compliance report over captured files or over this host (--live).')
    .argument('[path...]', PATHS)
    .option('--live', 'look at this host: once, or for the time that --for gives')
    .option('--for <time>', 'with --live: watch this long', duration)
    .addOption(new Option('--format <format>', 'how to write it').choices(Object.keys(WRITERS)).default('text'))
    .option('--json', 'the same as --format json')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .addOption(forceOption());
  withFailOn(withChecksFlag(withLiveFlags(withAnalysisFlags(command)))).action(
    async (paths: string[], flags: ReportFlags) => {
      const isOther = command.getOptionValueSource('format') === 'cli' && flags.format !== 'json';
      if (flags.json === true && isOther) throw new CliError(EXIT.usage, 'either --json or --format, not both');
      done(await report(paths, flags, entry));
    },
  );
}

async function report(paths: readonly string[], flags: ReportFlags, entry: URL): Promise<ExitCode> {
  const own = await loadOwnChecks(flags, entry);
  const config = inputConfig(paths, flags, own.definitions);
  const output = openOutput(flags.output ?? null, flags.force);
  const run = await runHeadless(config, { entry, forMs: runTime(flags) });
  const made = reportOf(run, profileNameOf(flags.profile), Date.now());
  const write: Writer = await WRITERS[flags.json === true ? 'json' : flags.format]();
  output.write(write(made));
  output.close();
  const { checks, inventory } = run.pipeline;
  const loss = worseOf(complainOfLoss(run), complainOfOpenVerdicts(inventory, checks));
  await run.pipeline.store.close();
  return worseOf(hasFindings(made, flags.failOn) ? EXIT.findings : EXIT.fine, loss, own.exitCode);
}
