import type { Command } from 'commander';
import { CliError, EXIT, worseOf } from './exit-code.ts';
import {
  type AnalysisFlags,
  engineConfig,
  type FoldFlags,
  PATHS,
  speedOption,
  withAnalysisFlags,
  withFoldFlag,
} from './options.ts';
import { type ChecksFlags, loadOwnChecks, withChecksFlag } from './own-checks.ts';
import { showScreen } from './screen.ts';
import type { Shell } from './shell.ts';

interface ReplayFlags extends AnalysisFlags, FoldFlags, ChecksFlags {
  readonly speed: number;
  readonly follow?: boolean;
}

/** `bpfwitness replay`: the screen over what was captured earlier. */
export function addReplayCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('replay')
    .summary('look at captured files on the screen')
    .description('Show what was captured on the screen, at any speed; what the files are is found by looking.')
    .argument('<path...>', PATHS)
    .option('--follow', 'go on with what is written to the files, through rotation, as tail -F does')
    .addOption(speedOption(Number.POSITIVE_INFINITY));
  withChecksFlag(withAnalysisFlags(withFoldFlag(command))).action(async (paths: string[], flags: ReplayFlags) => {
    if (flags.follow === true && flags.speed !== Number.POSITIVE_INFINITY) {
      throw new CliError(EXIT.usage, '--follow shows what is written as it comes: it has no --speed');
    }
    const input =
      flags.follow === true
        ? { mode: 'follow' as const, inputs: paths }
        : { mode: 'replay' as const, inputs: paths, speed: flags.speed };
    const own = await loadOwnChecks(flags, entry);
    const code = await showScreen(engineConfig(flags, input, own.definitions), entry, flags);
    done(worseOf(code, own.exitCode));
  });
}
