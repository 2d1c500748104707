import { performance } from 'node:perf_hooks';
import type { Command } from 'commander';
import { inspectSource } from '../engine/inspect.ts';
import type { Inspection } from '../model/inspection.ts';
import { safeJson } from '../text/safe-json.ts';
import { formatDuration } from '../text/time.ts';
import { formatBytes, formatCount, plural } from '../text/units.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { CUT_SHORT, untilInterrupted } from './interrupt.ts';
import { complainOfGrowth, openShown } from './open-inputs.ts';
import { PATHS } from './options.ts';
import { complain, openOutput } from './output.ts';
import { showProgress } from './progress.ts';
import type { Shell } from './shell.ts';

interface InspectFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `bpfwitness inspect`: what captured files are and hold, before anything is judged. */
export function addInspectCommand(program: Command, { entry, done }: Shell): void {
  program
    .command('inspect')
    .summary('say what captured files hold')
    .description(
      'Say what each file is, whose, from when, what is missing in it, what its records become and what could not be read.',
    )
    .argument('<path...>', PATHS)
    .option('--all', 'print every line that could not be read, every gap and every type')
    .option('--json', 'print it as JSON (docs/inspect.md)')
    .action(async (paths: string[], flags: InspectFlags) => done(await inspect(paths, flags, entry)));
}

async function inspect(paths: readonly string[], flags: InspectFlags, entry: URL): Promise<ExitCode> {
  const started = performance.now();
  let stopped: string | null = null;
  const { result, interrupted } = await untilInterrupted(async (signal) => {
    const source = await openShown(paths, entry, { signal, hash: true });
    const progress = showProgress(source);
    const tell = (reason: string): void => {
      stopped = reason;
    };
    const found = await inspectSource(source, signal, () => progress.update(), tell).finally(() => progress.end());
    complainOfGrowth(source);
    return found;
  });
  openOutput(null).write(flags.json === true ? `${safeJson(result, 2)}\n` : await textOf(result, flags));
  complain(speedText(result, performance.now() - started));
  const cutShort = stopped ?? (interrupted ? CUT_SHORT : null);
  if (cutShort !== null) complain(cutShort);
  return cutShort !== null || result.unreadable.count > 0 ? EXIT.input : EXIT.fine;
}

async function textOf(result: Inspection, { all = false }: InspectFlags): Promise<string> {
  // Loaded only here: to measure text takes tables of Unicode, and those their time.
  const { inspectionText } = await import('../report/inspection-text.ts');
  return inspectionText(result, { all });
}

/** How much was read and how fast: on stderr, because it is another at each run. */
function speedText({ totals: { bytes, lines } }: Inspection, elapsedMs: number): string {
  const rate = (amount: number): number => (amount * 1000) / Math.max(1, elapsedMs);
  const read = `read ${formatBytes(bytes)}, ${plural(lines, 'line')} in ${formatDuration(elapsedMs)}`;
  return `${read}: ${formatBytes(rate(bytes))}/s, ${formatCount(rate(lines))} lines/s`;
}
