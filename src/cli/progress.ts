import { performance } from 'node:perf_hooks';
import type { Progress, Source } from '../model/observation.ts';
import { formatDuration } from '../text/time.ts';
import { formatBytes } from '../text/units.ts';
import { writeStatus } from './output.ts';

/** Work that is over sooner shows nothing: a line that flashes by only disturbs. */
const QUIET_MS = 500;

/** At most four lines a second. */
const EVERY_MS = 250;

/** A rate over less time than this says more about the start than about what is to come. */
const RATE_MS = 100;

/** Where a progress line goes. */
export interface StatusTerminal {
  /** Cells of a row. */
  readonly columns: number;
  write(text: string): void;
}

/** One line that is rewritten while something is read, and gone when it is over. */
export interface ProgressLine {
  /** To be called often: it draws only when it is time to. */
  update(): void;
  end(): void;
}

/**
 * How far a reading has come after `elapsedMs`: `42%  105 MiB of 250 MiB  62.0 MiB/s  3s left`, less where the total is
 * not known. Bytes are those that are stored, so what is left is right for packed files too.
 */
export function formatProgress({ bytes, totalBytes }: Progress, elapsedMs: number): string {
  const total = totalBytes === null || totalBytes <= 0 ? null : Math.max(bytes, totalBytes);
  const rate = elapsedMs < RATE_MS ? 0 : (bytes * 1000) / elapsedMs;
  const parts = [total === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(total)}`];
  if (total !== null) parts.unshift(`${String(Math.floor((bytes / total) * 100)).padStart(3)}%`);
  if (rate > 0) parts.push(`${formatBytes(rate)}/s`);
  // Whole seconds: tenths would flicker.
  if (total !== null && rate > 0 && bytes < total)
    parts.push(`${formatDuration(Math.ceil((total - bytes) / rate) * 1000)} left`);
  return parts.join('  ');
}

/** A progress line on this terminal; `now` is a clock in ms. It shows nothing of what is over within half a second. */
export function progressLine(read: () => Progress, terminal: StatusTerminal, now: () => number): ProgressLine {
  const started = now();
  let drawn = 0;
  let next = started + QUIET_MS;
  return {
    update() {
      const time = now();
      if (time < next) return;
      next = time + EVERY_MS;
      // The last cell stays free: some terminals go to the next line when it is written.
      const text = `reading ${formatProgress(read(), time - started)}`.slice(0, Math.max(0, terminal.columns - 1));
      terminal.write(`\r${text.padEnd(drawn)}`);
      drawn = text.length;
    },
    end() {
      if (drawn > 0) terminal.write(`\r${' '.repeat(drawn)}\r`);
      drawn = 0;
      next = Number.POSITIVE_INFINITY;
    },
  };
}

/** The progress of a source on stderr, kept up to date also while it waits; nothing when that is not a terminal. */
export function showProgress(source: Pick<Source, 'progress'>): ProgressLine {
  const { stderr } = process;
  if (stderr.isTTY !== true) return { update: () => {}, end: () => {} };
  const terminal = { columns: stderr.columns > 0 ? stderr.columns : 80, write: writeStatus };
  const line = progressLine(
    () => source.progress(),
    terminal,
    () => performance.now(),
  );
  const timer = setInterval(() => line.update(), EVERY_MS);
  return {
    update: () => line.update(),
    end() {
      clearInterval(timer);
      line.end();
    },
  };
}
