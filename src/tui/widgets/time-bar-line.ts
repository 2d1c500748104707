import { type Severity, severityRank } from '../../model/severity.ts';
import type { ReplayView } from '../../model/view.ts';
import { formatTime } from '../../text/time.ts';
import { fitLine, type Line, type Span, span } from '../line.ts';
import type { Glyphs } from '../theme/glyphs.ts';

const DAY_MS = 86_400_000;

/**
 * The whole recording on one line: its ends, what has been played, the cursor, and a mark of its severity where an
 * alert is. Of several alerts in one cell the worst is shown; the cursor stands over all. Exactly `width` cells.
 */
export function timeBarLine(replay: ReplayView, width: number, glyphs: Glyphs): Line {
  const { start, end } = replay;
  const isLong = end - start >= DAY_MS;
  const from = ` ${edgeTime(start, isLong)} `;
  const to = ` ${edgeTime(end, isLong)} `;
  const cells = Math.max(1, width - from.length - to.length - 2);
  const cursor = cellOf(replay.cursor, replay, cells);
  const worst = worstMarks(replay, cells);
  const bar = Array.from({ length: cells }, (_, cell): Span => {
    if (cell === cursor) return span(glyphs.bar.cursor, 'replay');
    const severity = worst.get(cell);
    if (severity !== undefined) return span(glyphs.severity[severity], severity);
    return cell < cursor ? span(glyphs.bar.past, 'replay') : span(glyphs.bar.future, 'dim');
  });
  return fitLine(
    [span(from, 'dim'), span(glyphs.bar.start, 'dim'), ...merge(bar), span(glyphs.bar.end, 'dim'), span(to, 'dim')],
    width,
    glyphs,
  );
}

function worstMarks(replay: ReplayView, cells: number): ReadonlyMap<number, Severity> {
  const worst = new Map<number, Severity>();
  for (const { time, severity } of replay.marks) {
    const cell = cellOf(time, replay, cells);
    const known = worst.get(cell);
    if (known === undefined || severityRank(severity) > severityRank(known)) worst.set(cell, severity);
  }
  return worst;
}

function cellOf(time: number, { start, end }: ReplayView, cells: number): number {
  if (end <= start) return 0;
  const share = Math.min(1, Math.max(0, (time - start) / (end - start)));
  return Math.round(share * (cells - 1));
}

function edgeTime(time: number, withDate: boolean): string {
  const text = formatTime(time);
  return withDate ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 19);
}

/** Neighbours of one style as one span: a bar of two hundred cells is a handful of runs. */
function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const part of spans) {
    const last = merged[merged.length - 1];
    if (last !== undefined && last.style === part.style)
      merged[merged.length - 1] = { ...last, text: last.text + part.text };
    else merged.push(part);
  }
  return merged;
}
