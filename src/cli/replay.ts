import type { Command } from 'commander';
import { demoCapture } from './demo-capture.ts';
import { CliError, EXIT, type ExitCode } from './exit-code.ts';
import {
  type AnalysisFlags,
  engineConfig,
  type FoldFlags,
  PATHS,
  speedOption,
  withAnalysisFlags,
  withFoldFlag,
} from './options.ts';
import { showScreen } from './screen.ts';

interface DemoFlags extends AnalysisFlags, FoldFlags {
  readonly speed: number;
}

interface ReplayFlags extends DemoFlags {
  readonly follow?: boolean;
}

const SPEED = 'play at this multiple of real time; max shows the end at once';

/** The demo's three minutes pass in about twenty seconds. */
const DEMO_SPEED = 8;

/** `bpfwitness replay`: the screen over what was captured earlier. */
export function addReplayCommand(program: Command, entry: URL, done: (exitCode: ExitCode) => void): void {
  const command = program
    .command('replay')
    .summary('look at captured files on the screen')
    .description('Show what was captured on the screen, at any speed; what the files are is found by looking.')
    .argument('<path...>', PATHS)
    .option('--follow', 'go on with what is written to the files, through rotation, as tail -F does')
    .addOption(speedOption(SPEED, Number.POSITIVE_INFINITY));
  withAnalysisFlags(withFoldFlag(command)).action(async (paths: string[], flags: ReplayFlags) => {
    if (flags.follow === true && flags.speed !== Number.POSITIVE_INFINITY) {
      throw new CliError(EXIT.usage, '--follow shows what is written as it comes: it has no --speed');
    }
    const input =
      flags.follow === true
        ? { mode: 'follow' as const, inputs: paths }
        : { mode: 'replay' as const, inputs: paths, speed: flags.speed };
    done(await showScreen(engineConfig(flags, input), entry, flags));
  });
}

/** `bpfwitness demo`: the screen over the capture that comes with the program. */
export function addDemoCommand(program: Command, entry: URL, done: (exitCode: ExitCode) => void): void {
  const command = program
    .command('demo')
    .summary('replay the capture that comes with the program')
    .description('Replay the capture that comes with the program: a quiet host, then an attack. Needs nothing.')
    .addOption(speedOption(SPEED, DEMO_SPEED));
  withAnalysisFlags(withFoldFlag(command)).action(async (flags: DemoFlags) => {
    const config = engineConfig(flags, { mode: 'replay', inputs: [demoCapture()], speed: flags.speed });
    done(await showScreen(config, entry, flags));
  });
}
