import type { Command } from 'commander';
import { worseOf } from './exit-code.ts';
import {
  type AnalysisFlags,
  engineConfig,
  type FoldFlags,
  type LiveFlags,
  liveConfig,
  withAnalysisFlags,
  withFoldFlag,
  withLiveFlags,
} from './options.ts';
import { type ChecksFlags, loadOwnChecks, withChecksFlag } from './own-checks.ts';
import { showScreen } from './screen.ts';
import type { Shell } from './shell.ts';

type WatchFlags = AnalysisFlags & LiveFlags & FoldFlags & ChecksFlags;

/** `bpfwitness watch`: the screen over this host. */
export function addWatchCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('watch')
    .summary('watch this host on the screen')
    .description('Watch the BPF programs and maps of this host on a full screen. Needs bpftool and root.');
  withChecksFlag(withLiveFlags(withAnalysisFlags(withFoldFlag(command)))).action(async (flags: WatchFlags) => {
    const own = await loadOwnChecks(flags, entry);
    const config = engineConfig(flags, { mode: 'live', live: liveConfig(flags) }, own.definitions);
    done(worseOf(await showScreen(config, entry, flags), own.exitCode));
  });
}
