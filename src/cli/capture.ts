import { hostname } from 'node:os';
import type { Command } from 'commander';
import { openCaptureWriter } from '../sources/capture/writer.ts';
import { formatDuration } from '../text/time.ts';
import { plural } from '../text/units.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { runHeadless } from './headless.ts';
import {
  type AnalysisFlags,
  duration,
  engineConfig,
  type LiveFlags,
  liveConfig,
  withAnalysisFlags,
  withLiveFlags,
} from './options.ts';
import { complain, forceOption } from './output.ts';
import type { Shell } from './shell.ts';
import { VERSION } from './version.ts';

interface CaptureFlags extends AnalysisFlags, LiveFlags {
  readonly output: string;
  readonly force?: boolean;
  readonly for?: number;
}

/** `bpfwitness capture`: writes down what live watching sees, to be replayed with the same verdicts. */
export function addCaptureCommand(program: Command, { done }: Shell): void {
  const command = program
    .command('capture')
    .summary('record this host for a replay')
    .description('Record what is seen on this host; `bpfwitness replay FILE` gives the same verdicts.')
    .requiredOption('-o, --output <file>', 'the capture; gzipped when its name ends in .gz; - is standard output')
    .addOption(forceOption())
    .option('--for <time>', 'stop after this long (default: at ctrl-c)', duration);
  withLiveFlags(withAnalysisFlags(command)).action(async (flags: CaptureFlags) => done(await capture(flags)));
}

async function capture(flags: CaptureFlags): Promise<ExitCode> {
  const started = Date.now();
  const config = engineConfig(flags, { mode: 'live', live: liveConfig(flags) });
  const writer = openCaptureWriter(
    flags.output,
    { host: hostname(), startedAt: started, tool: VERSION },
    { force: flags.force ?? false },
  );
  let observations = 0;
  let events = 0;
  try {
    const run = await runHeadless(config, {
      forMs: flags.for ?? null,
      record: (batch) => {
        observations += batch.length;
        return writer.write(batch);
      },
    });
    events = run.pipeline.store.count();
    await run.pipeline.store.close();
  } finally {
    await writer.close();
  }
  const seen = `${plural(observations, 'observation')} (${plural(events, 'event')})`;
  complain(`recorded ${seen} in ${formatDuration(Date.now() - started)} to ${flags.output}`);
  return EXIT.fine;
}
