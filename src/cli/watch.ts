import type { Command } from 'commander';
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
import { showScreen } from './screen.ts';
import type { Shell } from './shell.ts';

type WatchFlags = AnalysisFlags & LiveFlags & FoldFlags;

/** `bpfwitness watch`: the screen over this host. */
export function addWatchCommand(program: Command, { entry, done }: Shell): void {
  const command = program
    .command('watch')
    .summary('watch this host on the screen')
    .description('Watch the BPF programs and maps of this host on a full screen. Needs bpftool and root.');
  withLiveFlags(withAnalysisFlags(withFoldFlag(command))).action(async (flags: WatchFlags) => {
    done(await showScreen(engineConfig(flags, { mode: 'live', live: liveConfig(flags) }), entry, flags));
  });
}
