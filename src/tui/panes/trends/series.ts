import { SEVERITIES, type Severity } from '../../../model/severity.ts';
import type { Trends } from '../../../model/view.ts';
import { passRate } from '../../../trends/compliance.ts';
import type { Sample } from '../../graph.ts';

/** Severities, worst first. */
export const WORST_FIRST: readonly Severity[] = [...SEVERITIES].reverse();

/** Most columns that a graph can ask for: as many as the view model carries. */
const MOST_COLUMNS = 240;

/** Events of one severity in each interval, oldest first; an interval that is missing is a gap. */
export function severitySeries(trends: Trends, severity: Severity): readonly Sample[] {
  const { events, intervalMs } = trends;
  const first = events[0];
  const last = events[events.length - 1];
  if (first === undefined || last === undefined || intervalMs <= 0) return [];
  const columns = Math.min(MOST_COLUMNS, Math.round((last.time - first.time) / intervalMs) + 1);
  const start = last.time - (columns - 1) * intervalMs;
  const series: Sample[] = Array.from({ length: columns }, () => null);
  for (const point of events) {
    const column = Math.round((point.time - start) / intervalMs);
    if (column >= 0 && column < columns) series[column] = point.counts[severity];
  }
  return series;
}

/** Pass rate of each check run in percent, oldest first; a run that could decide nothing is a gap. */
export function passRateSeries(trends: Trends): readonly Sample[] {
  return trends.checkRuns.map((run) => {
    const rate = passRate(run);
    return rate === null ? null : Math.round(rate * 100);
  });
}
