import type { PaneId } from './panes/ids.ts';

/** Cells on the screen; x and y count from 0 at the top left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface LayoutOptions {
  readonly focus: PaneId;
  readonly zoomed: boolean;
  /** Which of the two that share a place is in front when there is no room for both. */
  readonly front: 'programs' | 'maps';
  /** A line for a sentence that must be seen. */
  readonly banner: boolean;
  /** A line for the time bar of a replay. */
  readonly timeBar: boolean;
}

export interface PlacedPane {
  readonly pane: PaneId;
  readonly rect: Rect;
  /** Panes that share this place, this one among them; empty when it has it for itself. */
  readonly tabs: readonly PaneId[];
}

export interface PanesLayout {
  readonly kind: 'panes';
  readonly header: Rect;
  readonly banner: Rect | null;
  /** The names of all panes, where only one of them is drawn. */
  readonly tabStrip: Rect | null;
  readonly panes: readonly PlacedPane[];
  /** Counts of what is not drawn. */
  readonly summary: Rect | null;
  readonly timeBar: Rect | null;
  readonly footer: Rect;
  /** Where an overlay goes: everything between the header and the footer. */
  readonly body: Rect;
}

export type Layout = { readonly kind: 'too-small'; readonly needed: Size } | PanesLayout;

/** Below this nothing of use can be drawn. */
export const MINIMUM: Size = { columns: 60, rows: 16 };

/** From here on two columns of panes are drawn instead of one pane at a time. */
const TWO_COLUMNS: Size = { columns: 116, rows: 32 };

/** From here on Programs and Maps no longer share a place. */
const ALL_PANES: Size = { columns: 160, rows: 40 };

/** From this many rows on the graphs of Trends are two rows high. */
const TALL = 62;

const HEADER_ROWS = 2;
const SUMMARY_ROWS = 2;
const LEFT_PANES: readonly PaneId[] = ['checks', 'anomalies', 'alerts', 'trends'];
const LOWER_PANES: readonly PaneId[] = ['programs', 'maps'];

/**
 * Where everything goes on a screen of this size. The rectangles never overlap, never leave the screen, and together
 * are at most `rows` high: a taller frame makes Ink clear the whole terminal each time.
 */
export function layoutScreen(size: Size, options: LayoutOptions): Layout {
  if (size.columns < MINIMUM.columns || size.rows < MINIMUM.rows) return { kind: 'too-small', needed: MINIMUM };
  const width = size.columns;
  const bannerRows = options.banner ? 1 : 0;
  const barRows = options.timeBar ? 1 : 0;
  const top = HEADER_ROWS + bannerRows;
  const footerY = size.rows - 1;
  const body = { x: 0, y: top, width, height: footerY - barRows - top };
  const frame = {
    kind: 'panes' as const,
    header: { x: 0, y: 0, width, height: HEADER_ROWS },
    banner: options.banner ? { x: 0, y: HEADER_ROWS, width, height: 1 } : null,
    timeBar: options.timeBar ? { x: 0, y: footerY - 1, width, height: 1 } : null,
    footer: { x: 0, y: footerY, width, height: 1 },
    tabStrip: null,
    summary: null,
    body,
  };
  if (options.zoomed) return { ...frame, panes: [{ pane: options.focus, rect: body, tabs: [] }] };
  const isNarrow = size.columns < TWO_COLUMNS.columns || size.rows < TWO_COLUMNS.rows;
  return isNarrow
    ? { ...frame, ...onePane(body, options.focus) }
    : { ...frame, panes: twoColumns(body, size, options) };
}

function onePane(body: Rect, focus: PaneId): Pick<PanesLayout, 'tabStrip' | 'summary' | 'panes'> {
  const height = body.height - 1 - SUMMARY_ROWS;
  return {
    tabStrip: { ...body, height: 1 },
    panes: [{ pane: focus, rect: { ...body, y: body.y + 1, height }, tabs: [] }],
    summary: { ...body, y: body.y + 1 + height, height: SUMMARY_ROWS },
  };
}

function twoColumns(body: Rect, size: Size, options: LayoutOptions): PlacedPane[] {
  const leftWidth = clamp(Math.round(body.width * 0.38), 50, 80);
  const left = { ...body, width: leftWidth };
  const right = { ...body, x: leftWidth, width: body.width - leftWidth };
  const eventsHeight = Math.ceil(right.height * 0.55);
  const events = { ...right, height: eventsHeight };
  const lower = { ...right, y: right.y + eventsHeight, height: right.height - eventsHeight };
  const showsAll = size.columns >= ALL_PANES.columns && size.rows >= ALL_PANES.rows;
  return [
    ...stack(left).map((rect, index) => placed(LEFT_PANES[index] ?? 'checks', rect)),
    placed('events', events),
    ...(showsAll ? sideBySide(lower) : [placed(options.front, lower, LOWER_PANES)]),
  ];
}

/** Heights for Checks, Anomalies, Alerts and Trends: the outer two need their rows, the inner two share the rest. */
function stack(column: Rect): Rect[] {
  const trends = column.height < TALL ? clamp(Math.round(column.height * 0.24), 8, 9) : 15;
  const checks = clamp(Math.round(column.height * 0.28), 8, 16);
  const rest = column.height - trends - checks;
  const anomalies = Math.floor(rest / 2);
  const heights = [checks, anomalies, rest - anomalies, trends];
  let y = column.y;
  return heights.map((height) => {
    const rect = { ...column, y, height };
    y += height;
    return rect;
  });
}

function sideBySide(area: Rect): PlacedPane[] {
  const programs = Math.ceil(area.width * 0.58);
  return [
    placed('programs', { ...area, width: programs }),
    placed('maps', { ...area, x: area.x + programs, width: area.width - programs }),
  ];
}

function placed(pane: PaneId, rect: Rect, tabs: readonly PaneId[] = []): PlacedPane {
  return { pane, rect, tabs };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
