import type { Detail } from '../detail/detail.ts';
import type { PaneId } from '../panes/ids.ts';
import type { ListPaneId } from '../panes/lists.ts';
import type { ScreenData } from '../panes/screen-data.ts';

/** Where one list stands. `index` and `top` are as they were at the last key; the rows may have moved since. */
export interface ListState {
  /** Id of the selected row; null while the selection stays with the place: the first row, or one not at hand yet. */
  readonly selected: string | null;
  readonly index: number;
  /** Index of the first row on the screen. */
  readonly top: number;
  readonly filter: string;
}

/** What lies over the panes. `top` is the first line shown. */
export type Overlay =
  | {
      readonly kind: 'detail';
      readonly pane: PaneId;
      /** Id of the row, to look it up again; null for Trends. */
      readonly id: string | null;
      /** As it was when it was opened: the row may go away while it is read. */
      readonly detail: Detail;
      readonly top: number;
    }
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'problems'; readonly top: number };

/** A screen held still while recording goes on. */
export interface Pause {
  readonly data: ScreenData;
  /** The newest event shown; null when none had been asked for. */
  readonly ceiling: number | null;
}

export interface ScreenState {
  readonly focus: PaneId;
  /** Which of Programs and Maps is in front where they share a place. */
  readonly front: 'programs' | 'maps';
  readonly zoomed: boolean;
  readonly lists: { readonly [pane in ListPaneId]: ListState };
  /** The event list stays at its newest row. */
  readonly following: boolean;
  /** Events that another stands for are left out of the event list. */
  readonly folded: boolean;
  readonly overlays: readonly Overlay[];
  /** The pane whose filter is being typed. */
  readonly prompt: ListPaneId | null;
  readonly pause: Pause | null;
  /** A sentence in the footer; a new object for each, so that a repeated one is shown anew. */
  readonly flash: { readonly text: string } | null;
}

const FRESH: ListState = { selected: null, index: 0, top: 0, filter: '' };

/** The screen as it opens. */
export const INITIAL_STATE: ScreenState = {
  focus: 'events',
  front: 'programs',
  zoomed: false,
  lists: { checks: FRESH, anomalies: FRESH, alerts: FRESH, events: FRESH, programs: FRESH, maps: FRESH },
  following: true,
  folded: true,
  overlays: [],
  prompt: null,
  pause: null,
  flash: null,
};

/** The state with one list changed. */
export function withList(state: ScreenState, pane: ListPaneId, change: Partial<ListState>): ScreenState {
  return { ...state, lists: { ...state.lists, [pane]: { ...state.lists[pane], ...change } } };
}

/** The state with a sentence in the footer. */
export function withFlash(state: ScreenState, text: string): ScreenState {
  return { ...state, flash: { text } };
}
