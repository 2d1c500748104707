import type { EventWindowRequest } from '../model/view.ts';
import { overlayText } from './detail/overlay-text.ts';
import { innerHeight, innerWidth } from './frame.ts';
import { type Layout, layoutScreen, type Rect, type Size } from './layout.ts';
import type { PaneId } from './panes/ids.ts';
import { listRows } from './panes/list-lines.ts';
import { isListPane, type ListPaneId, listOf, listSource } from './panes/lists.ts';
import type { RowList } from './panes/row-list.ts';
import type { ScreenData } from './panes/screen-data.ts';
import { currentPosition } from './state/move.ts';
import type { PressContext } from './state/press.ts';
import type { Overlay, ScreenState } from './state/screen-state.ts';

/** A list that has been made, and what of. */
interface MadeList {
  readonly source: unknown;
  readonly filter: string;
  readonly list: RowList;
}

type Lists = { readonly [pane in ListPaneId]?: MadeList };

/** Everything that a frame is drawn from. */
export interface ScreenModel {
  readonly state: ScreenState;
  readonly size: Size;
  readonly layout: Layout;
  /** What the engine says now. */
  readonly live: ScreenData | null;
  /** What is shown: what the engine says, or said when the screen was held. */
  readonly shown: ScreenData | null;
  /** Events since the screen was held; null when it is not. */
  readonly newEvents: number | null;
  readonly lists: Lists;
  readonly eventRequest: EventWindowRequest;
  /** The rows of a list pane; null before the engine has said anything. */
  listOf(pane: ListPaneId): RowList | null;
  /** Rows of a pane that are on the screen. */
  heightOf(pane: PaneId): number;
  pressContext(): PressContext;
}

export interface ModelInput {
  readonly state: ScreenState;
  readonly size: Size;
  readonly live: ScreenData | null;
  /** The model before, whose lists are used again where nothing changed; the same object comes back if all is equal. */
  readonly previous: ScreenModel | null;
}

/** The screen that follows from the state, the size and the data. */
export function createScreenModel({ state, size, live, previous }: ModelInput): ScreenModel {
  const shown = shownData(state, live, previous);
  const newEvents = state.pause === null || live === null ? null : newSince(state.pause.data, live);
  if (
    previous !== null &&
    previous.state === state &&
    previous.size === size &&
    previous.shown === shown &&
    previous.newEvents === newEvents
  ) {
    return previous;
  }
  const layout = layoutScreen(size, {
    focus: state.focus,
    zoomed: state.zoomed,
    front: state.front,
    banner: shown !== null && shown.view.banner !== null,
    timeBar: shown !== null && shown.view.replay !== null,
  });
  const lists = makeLists(state, layout, shown, previous?.lists ?? {});
  const listFor = (pane: ListPaneId): RowList | null => lists[pane]?.list ?? null;
  const heightOf = (pane: PaneId): number => paneHeight(layout, pane);
  const model: ScreenModel = {
    state,
    size,
    layout,
    live,
    shown,
    newEvents,
    lists,
    eventRequest: eventRequest(state, listFor('events'), heightOf('events')),
    listOf: listFor,
    heightOf,
    pressContext: () => ({
      data: shown,
      list: isListPane(state.focus) ? listFor(state.focus) : null,
      height: heightOf(state.focus),
      overlay: overlayExtent(model),
      tooSmall: layout.kind === 'too-small',
    }),
  };
  return model;
}

/** The overlay on top as it is now: a row that still exists is read anew. */
export function currentOverlay({ state, shown, listOf: listFor }: ScreenModel): Overlay | null {
  const top = state.overlays[state.overlays.length - 1];
  if (top === undefined || top.kind !== 'detail' || top.id === null || shown === null || !isListPane(top.pane)) {
    return top ?? null;
  }
  const list = listFor(top.pane);
  const index = list?.indexOf(top.id, state.lists[top.pane].index) ?? -1;
  const detail = index === -1 ? null : (list?.detailAt(index) ?? null);
  return detail === null ? top : { ...top, detail };
}

/** The same object while the view, the inventory and the rows are the same ones. */
function shownData(state: ScreenState, live: ScreenData | null, previous: ScreenModel | null): ScreenData | null {
  if (live === null) return null;
  const { view, inventory } = state.pause === null ? live : state.pause.data;
  const { window } = live;
  const old = previous?.shown ?? null;
  const isSame = old !== null && old.view === view && old.inventory === inventory && old.window === window;
  return isSame ? old : { view, inventory, window };
}

function newSince(held: ScreenData, live: ScreenData): number {
  return Math.max(0, live.view.events.seen - held.view.events.seen);
}

/** The lists on the screen, and that of the focused pane; one whose source and filter are the same is kept. */
function makeLists(state: ScreenState, layout: Layout, data: ScreenData | null, previous: Lists): Lists {
  if (data === null || layout.kind === 'too-small') return {};
  const panes = new Set<PaneId>([...layout.panes.map(({ pane }) => pane), state.focus, 'events']);
  const lists: { [pane in ListPaneId]?: MadeList } = {};
  for (const pane of panes) {
    if (!isListPane(pane)) continue;
    const { filter } = state.lists[pane];
    const source = listSource(pane, data);
    const old = previous[pane];
    const isSame = old !== undefined && old.source === source && old.filter === filter;
    lists[pane] = isSame ? old : { source, filter, list: listOf(pane, data, filter) };
  }
  return lists;
}

/** A page before and a page after what is seen, so that a step in either direction is drawn at once. */
function eventRequest(state: ScreenState, list: RowList | null, height: number): EventWindowRequest {
  const { folded } = state;
  const wanted = { filter: state.lists.events.filter, ceiling: state.pause?.ceiling ?? null, folded };
  const page = Math.max(1, height);
  if (state.following || list === null || list.count === 0) return { ...wanted, offset: null, limit: page * 2 };
  const { top } = currentPosition(state, 'events', list, height);
  return { ...wanted, offset: Math.max(0, top - page), limit: page * 3 };
}

function paneHeight(layout: Layout, pane: PaneId): number {
  const placed = layout.kind === 'panes' ? layout.panes.find((candidate) => candidate.pane === pane) : undefined;
  return placed === undefined ? 0 : listRows(placed.rect.height);
}

function overlayExtent(model: ScreenModel): PressContext['overlay'] {
  const overlay = currentOverlay(model);
  if (overlay === null || model.shown === null || model.layout.kind === 'too-small') return null;
  const { body } = model.layout;
  return { lines: overlayText(overlay, model.shown, overlayWidth(body)).length, height: overlayHeight(body) };
}

/** Cells for the text of an overlay in this part of the screen. */
export function overlayWidth(body: Rect): number {
  return innerWidth(body.width);
}

/** Rows for the text of an overlay in this part of the screen. */
export function overlayHeight(body: Rect): number {
  return innerHeight(body.height);
}
