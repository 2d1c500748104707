import type { CheckDefinition } from '../model/check.ts';
import { CliError, EXIT } from './exit-code.ts';
import type { RunConfig } from './headless.ts';
import { type AnalysisFlags, engineConfig, type LiveFlags, liveConfig } from './options.ts';

/** Flags of commands that take either files or this host. */
export interface InputFlags extends AnalysisFlags, LiveFlags {
  readonly live?: boolean;
  readonly for?: number;
}

/** The input that the arguments name: paths, or this host with `--live`; exactly one of the two. */
export function inputConfig(
  paths: readonly string[],
  flags: InputFlags,
  ownChecks: readonly CheckDefinition[] = [],
): RunConfig {
  if (flags.live === true && paths.length > 0) throw new CliError(EXIT.usage, 'give either paths or --live, not both');
  if (flags.live === true) return engineConfig(flags, { mode: 'live', live: liveConfig(flags) }, ownChecks);
  if (paths.length === 0)
    throw new CliError(EXIT.usage, 'what is to be read? give paths (- is standard input) or --live');
  return engineConfig(flags, { mode: 'replay', inputs: paths, speed: Number.POSITIVE_INFINITY }, ownChecks);
}

/** How long a live run goes on: `--for`, else one look. */
export function runTime(flags: InputFlags): number {
  return flags.for ?? 0;
}
