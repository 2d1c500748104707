import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { Sign } from '../sources/capture/chain.ts';
import { readSigner } from '../sources/capture/keys.ts';
import { type CaptureWriter, openCaptureWriter } from '../sources/capture/writer.ts';
import { formatDuration, formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';
import { existingPath } from './existing-path.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { runHeadless } from './headless.ts';
import { complainOfOpenVerdicts } from './open-verdicts.ts';
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
import { unreadable } from './unreadable.ts';
import { VERSION } from './version.ts';

interface CaptureFlags extends AnalysisFlags, LiveFlags {
  readonly output: string;
  readonly force?: boolean;
  readonly for?: number;
  readonly sign?: string;
  readonly headEvery?: number;
}

/** `bpfwitness capture`: writes down what live watching sees, to be replayed with the same verdicts. */
export function addCaptureCommand(program: Command, { done }: Shell): void {
  const command = program
    .command('capture')
    .summary('record this host for a replay')
    .description('Record what is seen on this host; `bpfwitness replay FILE` gives the same verdicts.')
    .requiredOption('-o, --output <file>', 'the capture; gzipped when its name ends in .gz; - is standard output')
    .addOption(forceOption())
    .option('--for <time>', 'stop after this long (default: at ctrl-c)', duration)
    .option('--sign <key>', 'sign the hash chain with this Ed25519 private key (a PEM file)', existingPath)
    .option(
      '--head-every <time>',
      'print the head of the hash chain on stderr this often, to be kept elsewhere',
      duration,
    );
  withLiveFlags(withAnalysisFlags(command)).action(async (flags: CaptureFlags) => done(await capture(flags)));
}

async function capture(flags: CaptureFlags): Promise<ExitCode> {
  const started = Date.now();
  const config = engineConfig(flags, { mode: 'live', live: liveConfig(flags) });
  const writer = openCaptureWriter(
    flags.output,
    { host: hostname(), startedAt: started, tool: VERSION },
    { force: flags.force ?? false, now: Date.now, ...(flags.sign === undefined ? {} : { sign: signerOf(flags.sign) }) },
  );
  const heads = flags.headEvery === undefined ? null : headPrinter(writer, flags.headEvery);
  let observations = 0;
  let events = 0;
  try {
    const run = await runHeadless(config, {
      forMs: flags.for ?? null,
      record: async (batch) => {
        observations += batch.length;
        await writer.write(batch);
        heads?.();
      },
    });
    events = run.pipeline.store.count();
    // The capture is whole, so this is no failure of it: what judges the capture says so by its exit code.
    complainOfOpenVerdicts(run.pipeline.inventory, run.pipeline.checks);
    await run.pipeline.store.close();
  } finally {
    await writer.close();
  }
  const seen = `${plural(observations, 'observation')} (${plural(events, 'event')})`;
  complain(`recorded ${seen} in ${formatDuration(Date.now() - started)} to ${flags.output}`);
  complain(headText(writer));
  return EXIT.fine;
}

function signerOf(path: string): Sign {
  try {
    return readSigner(path);
  } catch (error) {
    throw unreadable('the key', path, error);
  }
}

/** Prints the head when that is due. What has been printed is on the disk. */
function headPrinter(writer: CaptureWriter, everyMs: number): () => void {
  let due = Date.now() + everyMs;
  return () => {
    if (Date.now() < due) return;
    due = Date.now() + everyMs;
    complain(headText(writer));
  };
}

function headText(writer: CaptureWriter): string {
  const head = writer.head();
  return head === null
    ? 'no head: nothing was written'
    : `head ${head.sha256} group ${head.group} at ${formatTime(head.at)}`;
}
