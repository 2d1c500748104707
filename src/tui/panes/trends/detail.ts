import type { Trends } from '../../../model/view.ts';
import { formatClock, formatDuration, formatTime } from '../../../text/time.ts';
import { pad } from '../../../text/width.ts';
import { complianceTrend, passRate } from '../../../trends/compliance.ts';
import { type Detail, fields, section } from '../../detail/detail.ts';
import { WORST_FIRST } from './columns.ts';

const COLUMN = 9;

/** The numbers behind the graphs, newest first. */
export function trendsDetail(trends: Trends): Detail {
  const compliance = complianceTrend(trends.checkRuns);
  return {
    title: 'the numbers',
    severity: null,
    blocks: [
      ...fields([
        ['Interval', formatDuration(trends.intervalMs)],
        ['Check runs', compliance.runs],
        ['Pass rate now', percent(compliance.lastPassRate)],
        ['Lowest', percent(compliance.lowestPassRate)],
        ['Direction', compliance.direction],
      ]),
      ...section('Check runs, newest first', [{ kind: 'code', text: runTable(trends) }]),
      ...section('Events in each interval, newest first', [{ kind: 'code', text: eventTable(trends) }]),
    ],
  };
}

function eventTable({ events }: Trends): string {
  const head = row('from', WORST_FIRST);
  const lines = events.map(({ time, counts }) =>
    row(
      formatTime(time).slice(0, 19),
      WORST_FIRST.map((severity) => String(counts[severity])),
    ),
  );
  return [head, ...lines.reverse()].join('\n');
}

function runTable({ checkRuns }: Trends): string {
  const head = row('at', ['passed', 'failed', 'undecided', 'rate']);
  const lines = checkRuns.map((run) =>
    row(`${formatTime(run.time).slice(0, 10)} ${formatClock(run.time).slice(0, 8)}`, [
      String(run.passed),
      String(run.failed),
      String(run.inconclusive),
      percent(passRate(run)) ?? '-',
    ]),
  );
  return [head, ...lines.reverse()].join('\n');
}

function row(first: string, cells: readonly string[]): string {
  return [pad(first.replace('T', ' '), 19), ...cells.map((cell) => pad(cell, COLUMN, 'right'))].join('  ');
}

function percent(rate: number | null): string | null {
  return rate === null ? null : `${Math.round(rate * 100)}%`;
}
