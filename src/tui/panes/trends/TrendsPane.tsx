import type { Trends } from '../../../model/view.ts';
import { frameLines, innerHeight, innerWidth, inset } from '../../frame.ts';
import type { Rect } from '../../layout.ts';
import { type Line, span } from '../../line.ts';
import { Lines } from '../../widgets/Lines.tsx';
import { useLook } from '../../widgets/look.ts';
import { drawTrends, spanTag } from './draw.ts';

export interface TrendsPaneProps {
  readonly rect: Rect;
  readonly trends: Trends;
  /** Clock of the data, null before it is known: where the graphs end. */
  readonly now: number | null;
  readonly title: Line;
  readonly focused: boolean;
}

/** Events by severity over time, and how many checks passed. */
export function TrendsPane({ rect, trends, now, title, focused }: TrendsPaneProps) {
  const { glyphs } = useLook();
  const { width, height } = rect;
  const [columns, rows] = [innerWidth(width), innerHeight(height)];
  const isEmpty = trends.events.length === 0 && trends.checkRuns.length === 0;
  const content: readonly Line[] = isEmpty
    ? [[span('No trends yet: they begin with the first events.', 'dim')]]
    : drawTrends(trends, now, columns, rows, glyphs);
  const body = content.map((line) => inset(line, width, glyphs));
  const tag = spanTag(trends, now, columns, rows);
  return <Lines rect={rect} lines={frameLines(body, { width, height, title, tag, focused, scroll: null }, glyphs)} />;
}
