import type { Severity } from '../../../model/severity.ts';
import type { Trends } from '../../../model/view.ts';
import { formatClock, formatDuration } from '../../../text/time.ts';
import { formatCount } from '../../../text/units.ts';
import { fitText } from '../../../text/width.ts';
import { graphRows, largest, newest, type Sample } from '../../graph.ts';
import { fitLine, type Line, span } from '../../line.ts';
import { type Glyphs, SEVERITY_WORDS } from '../../theme/glyphs.ts';
import type { Style } from '../../theme/theme.ts';
import { passRateSeries, severitySeries, WORST_FIRST } from './series.ts';

const LABEL = 10;
const SCALE = 9;
const TALLEST = 5;

interface Graph {
  readonly label: string;
  readonly style: Style;
  readonly samples: readonly Sample[];
  readonly max: number;
  readonly scale: string;
}

/**
 * A graph for each severity and one of the pass rate, each with its own scale, and where there is a row left the times
 * of the first and last column. Exactly `width` cells a line, at most `height` lines; the least severe give way first.
 */
export function drawTrends(trends: Trends, width: number, height: number, glyphs: Glyphs): readonly Line[] {
  const columns = Math.max(1, width - LABEL - SCALE - 2);
  const graphs = [
    passRateGraph(trends, columns),
    ...WORST_FIRST.map((severity) => severityGraph(trends, severity, columns, glyphs)),
  ].slice(0, Math.max(1, height));
  const rows = Math.min(TALLEST, Math.max(1, Math.floor((height - 1) / graphs.length)));
  const lines = graphs.flatMap((graph) => drawGraph(graph, rows, glyphs));
  if (lines.length < height) lines.push(axis(trends, columns));
  return lines.map((line) => fitLine(line, width, glyphs));
}

function severityGraph(trends: Trends, severity: Severity, columns: number, glyphs: Glyphs): Graph {
  const samples = newest(severitySeries(trends, severity), columns);
  const max = largest(samples);
  return {
    label: `${glyphs.severity[severity]} ${SEVERITY_WORDS[severity].full}`,
    style: severity === 'critical' ? 'error' : severity,
    samples,
    max,
    scale: `max ${formatCount(max)}`,
  };
}

function passRateGraph(trends: Trends, columns: number): Graph {
  const samples = newest(passRateSeries(trends), columns);
  const last = samples.findLast((sample) => sample !== null) ?? null;
  return { label: 'pass rate', style: 'graph', samples, max: 100, scale: last === null ? 'no run' : `now ${last}%` };
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

function axis(trends: Trends, columns: number): Line {
  const last = trends.events[trends.events.length - 1];
  const first = trends.events[Math.max(0, trends.events.length - columns)];
  if (first === undefined || last === undefined) return [];
  const start = formatClock(first.time).slice(0, 8);
  const end = formatClock(last.time + trends.intervalMs).slice(0, 8);
  const offset = LABEL + 1 + Math.max(0, columns - trends.events.length);
  const room = LABEL + 1 + columns - offset - start.length;
  const times =
    room > end.length ? `${start}${fitText(end, room, 'right')}` : fitText(end, columns + LABEL + 1 - offset, 'right');
  return [
    span(`${' '.repeat(offset)}${times} ${fitText(`/${formatDuration(trends.intervalMs)}`, SCALE, 'right')}`, 'dim'),
  ];
}
