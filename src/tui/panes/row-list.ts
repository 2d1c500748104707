import type { Severity } from '../../model/severity.ts';
import { matches, parseFilter } from '../../text/match.ts';
import type { Detail } from '../detail/detail.ts';
import type { Line } from '../line.ts';
import { type Column, headingLine, itemLine, type PlacedColumn, placeColumns } from '../table.ts';
import type { Glyphs } from '../theme/glyphs.ts';

/** How a pane lists its items. */
export interface ListSpec<Item> {
  readonly columns: readonly Column<Item>[];
  /** Stays with the item while it exists: a selection follows it. */
  readonly idOf: (item: Item) => string;
  readonly severityOf: (item: Item) => Severity | null;
  /** What a filter looks at. */
  readonly textsOf: (item: Item) => readonly string[];
  readonly detailOf: (item: Item) => Detail;
}

/** A drawn list: its heading and its rows, each exactly as wide as asked. */
export interface DrawnList {
  readonly heading: Line;
  /** Null where the row is not at hand (yet). */
  row(index: number): Line | null;
}

/** The rows of a pane after its filter, whatever they are made of. Indexes count the rows that the filter left. */
export interface RowList {
  readonly count: number;
  readonly total: number;
  /** Rows that the filter leaves and that are folded into others; not among `count`. */
  readonly folded: number;
  /** The rows that are at hand: from `first`, up to and without `end`. */
  readonly first: number;
  readonly end: number;
  idAt(index: number): string | null;
  severityAt(index: number): Severity | null;
  detailAt(index: number): Detail | null;
  /** Index of the row with this id among those at hand, or -1; looks at `hint` first. */
  indexOf(id: string, hint: number): number;
  draw(width: number, glyphs: Glyphs): DrawnList;
}

/** A list of all `items` that a typed filter leaves. */
export function filteredList<Item>(items: readonly Item[], typed: string, spec: ListSpec<Item>): RowList {
  const filter = parseFilter(typed);
  const kept = filter === null ? items : items.filter((item) => matches(filter, spec.textsOf(item)));
  return windowList(kept, { first: 0, count: kept.length, total: items.length, folded: 0 }, spec);
}

/** A list of which only the rows from `first` on are at hand. */
export function windowList<Item>(
  items: readonly Item[],
  extent: Pick<RowList, 'first' | 'count' | 'total' | 'folded'>,
  spec: ListSpec<Item>,
): RowList {
  const { first } = extent;
  const at = <Value>(index: number, read: (item: Item) => Value): Value | null => {
    const item = items[index - first];
    return item === undefined ? null : read(item);
  };
  return {
    ...extent,
    end: first + items.length,
    idAt: (index) => at(index, spec.idOf),
    severityAt: (index) => at(index, spec.severityOf),
    detailAt: (index) => at(index, spec.detailOf),
    indexOf: (id, hint) => {
      if (at(hint, spec.idOf) === id) return hint;
      const found = items.findIndex((item) => spec.idOf(item) === id);
      return found === -1 ? -1 : found + first;
    },
    draw: (width, glyphs) => {
      const placed: readonly PlacedColumn<Item>[] = placeColumns(spec.columns, width);
      return {
        heading: headingLine(placed, width, glyphs),
        row: (index) => at(index, (item) => itemLine(placed, item, width, glyphs)),
      };
    },
  };
}
