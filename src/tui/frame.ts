import { fitLine, type Line, lineWidth, span } from './line.ts';
import type { Glyphs } from './theme/glyphs.ts';

/** What part of a longer content is seen. */
export interface ScrollState {
  readonly top: number;
  readonly visible: number;
  readonly total: number;
}

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  readonly title: Line;
  /** Stands at the right end of the top border where there is room. */
  readonly tag: Line;
  readonly focused: boolean;
  readonly scroll: ScrollState | null;
}

/** Cells inside a frame: a border and a blank on either side. */
export function innerWidth(width: number): number {
  return Math.max(1, width - 4);
}

/** Rows inside a frame. */
export function innerHeight(height: number): number {
  return Math.max(0, height - 2);
}

/**
 * Lines in a border, exactly `width` cells and `height` rows. Each body line must be `width - 2` cells: the blanks
 * beside the content are its own, so that a selected row fills the frame. Missing lines are blank.
 */
export function frameLines(body: readonly Line[], options: FrameOptions, glyphs: Glyphs): readonly Line[] {
  const { width, height, focused } = options;
  const style = focused ? 'border-focused' : 'border';
  const rows = innerHeight(height);
  const blank: Line = [span(' '.repeat(Math.max(0, width - 2)))];
  const thumb = thumbRange(options.scroll, rows);
  const lines = Array.from({ length: rows }, (_, row): Line => {
    const isThumb = thumb !== null && row >= thumb.start && row < thumb.end;
    return [
      span(glyphs.border.vertical, style),
      ...(body[row] ?? blank),
      span(isThumb ? glyphs.thumb : glyphs.border.vertical, style),
    ];
  });
  return [topBorder(options, glyphs), ...lines, bottomBorder(width, style, glyphs)];
}

/** A content line with its blank on either side, exactly `width - 2` cells. */
export function inset(line: Line, width: number, glyphs: Glyphs): Line {
  return [span(' '), ...fitLine(line, innerWidth(width), glyphs), span(' ')];
}

function topBorder({ width, title, tag, focused }: FrameOptions, glyphs: Glyphs): Line {
  const style = focused ? 'border-focused' : 'border';
  const { topLeft, topRight, horizontal } = glyphs.border;
  const room = width - 4;
  const shownTitle = fitLine(title, Math.min(lineWidth(title), room - 2), glyphs);
  const titleCells = lineWidth(shownTitle) + 2;
  const hasTag = tag.length > 0 && titleCells + lineWidth(tag) + 3 <= room;
  const tagCells = hasTag ? lineWidth(tag) + 2 : 0;
  return [
    span(`${topLeft}${horizontal} `, style),
    ...shownTitle,
    span(` ${horizontal.repeat(Math.max(0, room - titleCells - tagCells))}`, style),
    ...(hasTag ? [span(' '), ...tag, span(' ')] : []),
    span(`${horizontal}${topRight}`, style),
  ];
}

function bottomBorder(width: number, style: 'border' | 'border-focused', glyphs: Glyphs): Line {
  const { bottomLeft, bottomRight, horizontal } = glyphs.border;
  return [span(`${bottomLeft}${horizontal.repeat(Math.max(0, width - 2))}${bottomRight}`, style)];
}

function thumbRange(scroll: ScrollState | null, rows: number): { start: number; end: number } | null {
  if (scroll === null || scroll.total <= scroll.visible || rows <= 0) return null;
  const size = Math.max(1, Math.round((scroll.visible / scroll.total) * rows));
  const travel = scroll.total - scroll.visible;
  const start = Math.round((Math.min(scroll.top, travel) / travel) * (rows - size));
  return { start, end: start + size };
}
