import type { Rect } from '../layout.ts';
import type { Line } from '../line.ts';
import type { Position } from '../state/position.ts';
import { Lines } from '../widgets/Lines.tsx';
import { useLook } from '../widgets/look.ts';
import { listLines } from './list-lines.ts';
import type { RowList } from './row-list.ts';

export interface ListPaneProps {
  readonly rect: Rect;
  readonly list: RowList;
  readonly title: Line;
  readonly tag: Line;
  readonly focused: boolean;
  readonly position: Position;
  readonly empty: string;
}

/** A pane that lists rows: only those on the screen are drawn. */
export function ListPane({ rect, list, ...frame }: ListPaneProps) {
  const { glyphs } = useLook();
  const lines = listLines(list, { ...frame, width: rect.width, height: rect.height }, glyphs);
  return <Lines rect={rect} lines={lines} />;
}
