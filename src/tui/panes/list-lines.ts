import { wrap } from '../../text/width.ts';
import { frameLines, innerHeight, innerWidth, inset } from '../frame.ts';
import { type Line, restyle, span } from '../line.ts';
import type { Position } from '../state/position.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { RowList } from './row-list.ts';

export interface ListFrame {
  readonly width: number;
  readonly height: number;
  readonly title: Line;
  readonly tag: Line;
  readonly focused: boolean;
  readonly position: Position;
  /** What to say when there are no rows. */
  readonly empty: string;
}

/** Rows of a list in a frame of this height: less the borders, and the headings where there is room for them. */
export function listRows(height: number): number {
  return Math.max(0, innerHeight(height) - (hasHeading(height) ? 1 : 0));
}

/** A list in its frame: headings, the visible rows, the selection where the pane is focused. */
export function listLines(list: RowList, frame: ListFrame, glyphs: Glyphs): readonly Line[] {
  const { width, height, position } = frame;
  const rows = listRows(height);
  const body = list.count === 0 ? emptyBody(frame, glyphs) : listBody(list, frame, rows, glyphs);
  const scroll = { top: position.top, visible: rows, total: list.count };
  return frameLines(
    body,
    { width, height, title: frame.title, tag: frame.tag, focused: frame.focused, scroll },
    glyphs,
  );
}

function listBody(list: RowList, frame: ListFrame, rows: number, glyphs: Glyphs): readonly Line[] {
  const { width, position } = frame;
  const drawn = list.draw(innerWidth(width), glyphs);
  const body: Line[] = hasHeading(frame.height) ? [inset(drawn.heading, width, glyphs)] : [];
  const end = Math.min(list.count, position.top + rows);
  for (let index = position.top; index < end; index += 1) {
    const line = inset(drawn.row(index) ?? [span(glyphs.ellipsis, 'dim')], width, glyphs);
    body.push(frame.focused && index === position.index ? restyle(line, 'selected') : line);
  }
  return body;
}

function emptyBody({ empty, width }: ListFrame, glyphs: Glyphs): readonly Line[] {
  return wrap(empty, innerWidth(width)).map((line) => inset([span(line, 'dim')], width, glyphs));
}

function hasHeading(height: number): boolean {
  return height >= 5;
}
