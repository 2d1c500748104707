import type { Command } from 'commander';
import { demoCapture } from './demo-capture.ts';
import type { ExitCode } from './exit-code.ts';
import { type AnalysisFlags, engineConfig, speedOption, withAnalysisFlags } from './options.ts';
import { showScreen } from './screen.ts';

interface ReplayFlags extends AnalysisFlags {
  readonly speed: number;
}

const SPEED = 'play at this multiple of real time; max shows the end at once';

/** The demo's three minutes pass in about twenty seconds. */
const DEMO_SPEED = 8;

/** `bpfwitness replay`: the screen over what was captured earlier. */
export function addReplayCommand(program: Command, entry: URL, done: (exitCode: ExitCode) => void): void {
  const command = program
    .command('replay')
    .summary('look at captured files on the screen')
    .description('Show captures, saved bpftool output and audit logs on the screen, at any speed.')
    .argument('<path...>', 'files or folders; what they hold is found by looking; - is standard input')
    .addOption(speedOption(SPEED, Number.POSITIVE_INFINITY));
  withAnalysisFlags(command).action(async (paths: string[], flags: ReplayFlags) => {
    done(await showScreen(engineConfig(flags, { mode: 'replay', inputs: paths, speed: flags.speed }), entry));
  });
}

/** `bpfwitness demo`: the screen over the capture that comes with the program. */
export function addDemoCommand(program: Command, entry: URL, done: (exitCode: ExitCode) => void): void {
  const command = program
    .command('demo')
    .summary('replay the capture that comes with the program')
    .description('Replay the capture that comes with the program: a quiet host, then an attack. Needs nothing.')
    .addOption(speedOption(SPEED, DEMO_SPEED));
  withAnalysisFlags(command).action(async (flags: ReplayFlags) => {
    done(await showScreen(engineConfig(flags, { mode: 'replay', inputs: [demoCapture()], speed: flags.speed }), entry));
  });
}
