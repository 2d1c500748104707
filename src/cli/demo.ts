import type { Command } from 'commander';
import { demoCapture } from './demo-capture.ts';
import { worseOf } from './exit-code.ts';
import {
  type AnalysisFlags,
  engineConfig,
  type FoldFlags,
  speedOption,
  withAnalysisFlags,
  withFoldFlag,
} from './options.ts';
import { type ChecksFlags, loadOwnChecks, withChecksFlag } from './own-checks.ts';
import { showScreen } from './screen.ts';
import type { Shell } from './shell.ts';

interface DemoFlags extends AnalysisFlags, FoldFlags, ChecksFlags {
  readonly speed: number;
}

/** The demo's three minutes pass in about twenty seconds. */
const DEMO_SPEED = 8;

/** `bpfwitness demo`: the screen over the capture that comes with the program. */
export function addDemoCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('demo')
    .summary('replay the capture that comes with the program')
    .description('Replay the capture that comes with the program: a quiet host, then an attack. Needs nothing.')
    .addOption(speedOption(DEMO_SPEED));
  withChecksFlag(withAnalysisFlags(withFoldFlag(command))).action(async (flags: DemoFlags) => {
    const own = await loadOwnChecks(flags, entry);
    const input = { mode: 'replay' as const, inputs: [demoCapture()], speed: flags.speed };
    const code = await showScreen(engineConfig(flags, input, own.definitions), entry, flags);
    done(worseOf(code, own.exitCode));
  });
}
