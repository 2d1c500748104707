import { SEVERITIES, type Severity } from '../../../model/severity.ts';
import type { TrendPoint, Trends } from '../../../model/view.ts';
import { lowest } from '../../../text/lists.ts';
import { passRate } from '../../../trends/compliance.ts';
import type { Sample } from '../../graph.ts';

/** Severities, worst first. */
export const WORST_FIRST: readonly Severity[] = [...SEVERITIES].reverse();

/** Checks run at least once a minute while a host is watched: a verdict that is older than two was not looked at. */
const HELD_MS = 120_000;

/** How the whole time span is laid out over the columns of a graph. Times are event times in ms, `end` exclusive. */
export interface TimeAxis {
  /** Start of the first column, a multiple of `columnMs`. */
  readonly start: number;
  /** Up to where anything is known: within the last column. */
  readonly end: number;
  /** Length of one column: a whole number of trend intervals. */
  readonly columnMs: number;
  /** At most the width that was asked for. */
  readonly columns: number;
}

/**
 * The axis from the first event (or the first check run, when there is no event) to `now`, in at most `width` columns;
 * null when there is nothing to show, or no room for two columns. Columns are aligned to their own length, so that they do not change as time goes on.
 * `now` is the clock of the data, null when it is not known.
 */
export function timeAxis(trends: Trends, now: number | null, width: number): TimeAxis | null {
  const { events, checkRuns, intervalMs } = trends;
  const first = events[0]?.time ?? checkRuns[0]?.time;
  const last = Math.max(events.at(-1)?.time ?? -Infinity, checkRuns.at(-1)?.time ?? -Infinity);
  if (first === undefined || intervalMs <= 0 || width < 2) return null;
  // An interval that has only begun reaches into the future: the clock tells where what is known ends.
  const end = now !== null && now > last ? now : last + intervalMs;
  const intervals = (end - first) / intervalMs;
  const exact = axisOf(first, end, Math.max(1, Math.ceil(intervals / width)) * intervalMs);
  // Aligning may add a column: then one less must do.
  return exact.columns <= width ? exact : axisOf(first, end, Math.ceil(intervals / (width - 1)) * intervalMs);
}

/** Events of one severity in each column of the axis; a column of which no interval is known is a gap. */
export function severityColumns(trends: Trends, axis: TimeAxis, severity: Severity): readonly Sample[] {
  return eventColumns(trends, axis, ({ counts }) => counts[severity]);
}

/** Events of all severities in each column of the axis. */
export function totalColumns(trends: Trends, axis: TimeAxis): readonly Sample[] {
  return eventColumns(trends, axis, ({ counts }) => Object.values(counts).reduce((sum, count) => sum + count, 0));
}

/**
 * The lowest pass rate that held in each column, in percent. A verdict holds until the next check run, because checks
 * run as soon as what they look at has changed. A gap is where nothing was checked, or nothing could be decided.
 */
export function passRateColumns({ checkRuns }: Trends, axis: TimeAxis): readonly Sample[] {
  const columns: Sample[] = [];
  const rates = checkRuns.map((run) => ({ time: run.time, rate: percentOf(passRate(run)) }));
  for (let column = 0; column < axis.columns; column += 1) {
    const from = axis.start + column * axis.columnMs;
    const before = rates.findLast(({ time }) => time <= from);
    const held = before === undefined || from - before.time > HELD_MS ? null : before.rate;
    const here = rates.filter(({ time }) => time > from && time < from + axis.columnMs).map(({ rate }) => rate);
    const known = [held, ...here].filter((rate) => rate !== null);
    columns.push(known.length === 0 ? null : lowest(known));
  }
  return columns;
}

function percentOf(rate: number | null): Sample {
  return rate === null ? null : Math.round(rate * 100);
}

function eventColumns(trends: Trends, axis: TimeAxis, count: (point: TrendPoint) => number): readonly Sample[] {
  const columns: Sample[] = Array.from({ length: axis.columns }, () => null);
  for (const point of trends.events) {
    const column = Math.floor((point.time - axis.start) / axis.columnMs);
    if (column >= 0 && column < axis.columns) columns[column] = (columns[column] ?? 0) + count(point);
  }
  // The store counts up to its newest event; since then nothing was recorded.
  const last = trends.events.at(-1);
  if (last === undefined) return columns;
  const counted = Math.floor((last.time - axis.start) / axis.columnMs);
  return columns.map((sample, column) => (column > counted ? 0 : sample));
}

function axisOf(first: number, end: number, columnMs: number): TimeAxis {
  const start = Math.floor(first / columnMs) * columnMs;
  return { start, end, columnMs, columns: Math.max(1, Math.ceil((end - start) / columnMs)) };
}
