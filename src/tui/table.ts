import { type Align, displayWidth } from '../text/width.ts';
import { fitLine, type Line, type Span } from './line.ts';
import type { Glyphs } from './theme/glyphs.ts';

/** How one column of a list is drawn. Widths are in cells. */
export interface Column<Item> {
  readonly title: string;
  /** Stands for the title where that does not fit. */
  readonly short?: string;
  /** Without this much the column is left out. */
  readonly least: number;
  /** Grows to this; beyond it only when `grow` says so. */
  readonly ideal: number;
  /** Share of the cells that are left when every column has its ideal width. */
  readonly grow?: number;
  /** What must go first when it is narrow: the smallest. */
  readonly rank: number;
  readonly align?: Align;
  /** What stands in the cell; it is cut or padded to `width`. */
  readonly cell: (item: Item, width: number, glyphs: Glyphs) => Span | Line;
}

/** A column that has its place. */
export interface PlacedColumn<Item> {
  readonly column: Column<Item>;
  readonly width: number;
}

const GAP = '  ';

/**
 * Which columns fit into `width` cells and how wide each is. Columns leave in the order of their rank until the least
 * widths fit, then those that stay get their ideal width by rank, then those that grow share what is left.
 */
export function placeColumns<Item>(columns: readonly Column<Item>[], width: number): readonly PlacedColumn<Item>[] {
  let kept = [...columns];
  while (kept.length > 1 && leastWidth(kept) > width) {
    const first = kept.reduce((worst, column) => (column.rank < worst.rank ? column : worst));
    kept = kept.filter((column) => column !== first);
  }
  let room = width - leastWidth(kept);
  const widths = new Map(kept.map((column) => [column, Math.min(column.least, width)]));
  for (const column of [...kept].sort((a, b) => b.rank - a.rank)) {
    const more = Math.max(0, Math.min(room, column.ideal - column.least));
    widths.set(column, (widths.get(column) ?? 0) + more);
    room -= more;
  }
  const growing = kept.filter((column) => (column.grow ?? 0) > 0);
  let shares = growing.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  for (const column of growing) {
    const more = room <= 0 ? 0 : Math.round((room * (column.grow ?? 0)) / shares);
    widths.set(column, (widths.get(column) ?? 0) + more);
    room -= more;
    shares -= column.grow ?? 0;
  }
  return kept.map((column) => ({ column, width: widths.get(column) ?? column.least }));
}

/** The line with the titles, exactly `width` cells. */
export function headingLine<Item>(placed: readonly PlacedColumn<Item>[], width: number, glyphs: Glyphs): Line {
  const cells = placed.map(({ column, width: cells }) =>
    fitLine([{ text: headingText(column, cells), style: 'heading' }], cells, glyphs, column.align),
  );
  return fitLine(joinCells(cells), width, glyphs);
}

/** The line of one item, exactly `width` cells. */
export function itemLine<Item>(placed: readonly PlacedColumn<Item>[], item: Item, width: number, glyphs: Glyphs): Line {
  const cells = placed.map(({ column, width: cells }) => {
    const content = column.cell(item, cells, glyphs);
    return fitLine('text' in content ? [content] : content, cells, glyphs, column.align);
  });
  return fitLine(joinCells(cells), width, glyphs);
}

function headingText<Item>({ title, short }: Column<Item>, width: number): string {
  return short !== undefined && displayWidth(title) > width ? short : title;
}

function leastWidth<Item>(columns: readonly Column<Item>[]): number {
  return columns.reduce((sum, column) => sum + column.least, GAP.length * (columns.length - 1));
}

function joinCells(cells: readonly Line[]): Line {
  return cells.flatMap((cell, index) => (index === 0 ? cell : [{ text: GAP }, ...cell]));
}
