import type { Severity } from '../../../model/severity.ts';
import type { Trends } from '../../../model/view.ts';
import { formatClock, formatDuration, formatTime } from '../../../text/time.ts';
import { formatCount } from '../../../text/units.ts';
import { fitText } from '../../../text/width.ts';
import { passRate } from '../../../trends/compliance.ts';
import { graphRows, largest, newest, type Sample } from '../../graph.ts';
import { fitLine, type Line, span } from '../../line.ts';
import { type Glyphs, SEVERITY_WORDS } from '../../theme/glyphs.ts';
import type { Style } from '../../theme/theme.ts';
import { passRateColumns, severityColumns, type TimeAxis, timeAxis, WORST_FIRST } from './columns.ts';

const LABEL = 10;
const SCALE = 9;
const TALLEST = 5;
const GRAPHS = 1 + WORST_FIRST.length;

interface Graph {
  readonly label: string;
  readonly style: Style;
  readonly samples: readonly Sample[];
  readonly max: number;
  readonly scale: string;
}

/**
 * A graph for each severity and one of the pass rate over the whole time span up to `now`, each with its own scale, and
 * where there is a row left the times at both ends and the length of a column. Exactly `width` cells a line, at most
 * `height` lines; the least severe give way first.
 */
export function drawTrends(
  trends: Trends,
  now: number | null,
  width: number,
  height: number,
  glyphs: Glyphs,
): readonly Line[] {
  const columns = columnsIn(width);
  const axis = timeAxis(trends, now, columns);
  if (axis === null) return [];
  const graphs = [
    passRateGraph(trends, axis, columns),
    ...WORST_FIRST.map((severity) => severityGraph(trends, axis, severity, columns, glyphs)),
  ].slice(0, Math.max(1, height));
  const rows = Math.min(TALLEST, Math.max(1, Math.floor((height - 1) / graphs.length)));
  const lines = graphs.flatMap((graph) => drawGraph(graph, rows, glyphs));
  if (lines.length < height) lines.push(axisLine(axis, columns));
  return lines.map((line) => fitLine(line, width, glyphs));
}

function severityGraph(trends: Trends, axis: TimeAxis, severity: Severity, columns: number, glyphs: Glyphs): Graph {
  const samples = newest(severityColumns(trends, axis, severity), columns);
  const max = largest(samples);
  return {
    label: `${glyphs.severity[severity]} ${SEVERITY_WORDS[severity].full}`,
    style: severity === 'critical' ? 'error' : severity,
    samples,
    max,
    scale: `max ${formatCount(max)}`,
  };
}

function passRateGraph(trends: Trends, axis: TimeAxis, columns: number): Graph {
  const last = trends.checkRuns.at(-1);
  const rate = last === undefined ? null : passRate(last);
  return {
    label: 'pass rate',
    style: 'graph',
    samples: newest(passRateColumns(trends, axis), columns),
    max: 100,
    scale: rate === null ? 'undecided' : `now ${Math.round(rate * 100)}%`,
  };
}

function drawGraph({ label, style, samples, max, scale }: Graph, rows: number, glyphs: Glyphs): readonly Line[] {
  return graphRows(samples, max, rows, glyphs).map((graph, row) => {
    const isBottom = row === rows - 1;
    return [
      span(fitText(isBottom ? label : '', LABEL), style),
      span(' '),
      span(graph, style),
      span(' '),
      span(fitText(isBottom ? scale : '', SCALE, 'right', glyphs.ellipsis), 'dim'),
    ];
  });
}

/** What the graphs span, for the border of a pane that has no row left for it: `16:15:59-16:18:27 /2s`; else nothing. */
export function spanTag(trends: Trends, now: number | null, width: number, height: number): Line {
  const axis = timeAxis(trends, now, columnsIn(width));
  if (axis === null || height > GRAPHS) return [];
  const [first, last] = edgeTimes(axis);
  return [span(`${first}-${last} ${columnLength(axis)}`, 'dim')];
}

function columnsIn(width: number): number {
  return Math.max(2, width - LABEL - SCALE - 2);
}

/** The times of both ends under the graphs, and the length of a column: `16:15:59   16:18:27  /2s`. */
function axisLine(axis: TimeAxis, width: number): Line {
  const [first, last] = edgeTimes(axis);
  const room = axis.columns - first.length;
  const times = fitText(room > last.length ? `${first}${fitText(last, room, 'right')}` : last, width, 'right');
  return [span(`${' '.repeat(LABEL + 1)}${times} ${fitText(columnLength(axis), SCALE, 'right')}`, 'dim')];
}

/** With the date where they are of two days. */
function edgeTimes({ start, end }: TimeAxis): readonly [string, string] {
  const isOneDay = formatTime(start).slice(0, 10) === formatTime(end).slice(0, 10);
  const text = (time: number) =>
    isOneDay ? formatClock(time).slice(0, 8) : formatTime(time).slice(0, 16).replace('T', ' ');
  return [text(start), text(end)];
}

function columnLength({ columnMs }: TimeAxis): string {
  return `/${formatDuration(columnMs)}`;
}
