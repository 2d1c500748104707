import type { CheckStatus } from '../../model/check.ts';
import type { Severity } from '../../model/severity.ts';

/**
 * A piece of raw text and what it is, which decides how a format shows it: a sentence; a name, path or id that is shown
 * as it is; a word that also has a colour.
 */
export type Inline =
  | { readonly kind: 'prose'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string; readonly mark: CheckStatus | Severity };

export type Cell = readonly Inline[];

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Cell[];
  /** As many cells as there are columns; the first names what the row is about. */
  readonly rows: readonly (readonly Cell[])[];
  /** True for what few want to read: it may be shown folded. */
  readonly isFolded?: boolean;
}

export type Facts = readonly (readonly [label: string, value: Cell])[];

export type Block =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'list'; readonly label: string; readonly items: readonly Cell[] }
  | Table;

export interface Section {
  readonly heading: Cell;
  readonly blocks: readonly Block[];
  readonly parts: readonly Section[];
}

/** A report as what a reader sees in it, before HTML or Markdown make it theirs. */
export interface ReportDocument {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

export function prose(text: string): Cell {
  return text === '' ? [] : [{ kind: 'prose', text }];
}

export function code(text: string): Cell {
  return text === '' ? [] : [{ kind: 'code', text }];
}

export function mark(text: string, kind: CheckStatus | Severity): Cell {
  return [{ kind: 'mark', text, mark: kind }];
}

/** A table in a list, or no table where it would have no rows. */
export function tableOf(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  isFolded = false,
): readonly Table[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, columns: columns.map(prose), rows, isFolded }];
}
