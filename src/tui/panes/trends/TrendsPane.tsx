import type { Trends } from '../../../model/view.ts';
import { frameLines, innerHeight, innerWidth, inset } from '../../frame.ts';
import type { Rect } from '../../layout.ts';
import { type Line, span } from '../../line.ts';
import { Lines } from '../../widgets/Lines.tsx';
import { useLook } from '../../widgets/look.ts';
import { drawTrends } from './draw.ts';

export interface TrendsPaneProps {
  readonly rect: Rect;
  readonly trends: Trends;
  readonly title: Line;
  readonly focused: boolean;
}

/** Events by severity over time, and how many checks passed. */
export function TrendsPane({ rect, trends, title, focused }: TrendsPaneProps) {
  const { glyphs } = useLook();
  const { width, height } = rect;
  const isEmpty = trends.events.length === 0 && trends.checkRuns.length === 0;
  const content: readonly Line[] = isEmpty
    ? [[span('No trends yet: they begin with the first events.', 'dim')]]
    : drawTrends(trends, innerWidth(width), innerHeight(height), glyphs);
  const body = content.map((line) => inset(line, width, glyphs));
  return (
    <Lines rect={rect} lines={frameLines(body, { width, height, title, tag: [], focused, scroll: null }, glyphs)} />
  );
}
