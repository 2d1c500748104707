import { detailOfTrends, isListPane } from '../panes/lists.ts';
import type { ScreenData } from '../panes/screen-data.ts';
import { currentPosition } from './move.ts';
import type { PressContext } from './press.ts';
import { type Overlay, type ScreenState, withFlash } from './screen-state.ts';

/** The screen with the selected row of the focused pane opened. */
export function openRow(state: ScreenState, context: PressContext & { readonly data: ScreenData }): ScreenState {
  if (!isListPane(state.focus)) {
    return withOverlay(state, {
      kind: 'detail',
      pane: 'trends',
      id: null,
      detail: detailOfTrends(context.data),
      top: 0,
    });
  }
  const { list, height } = context;
  if (list === null || list.count === 0) return withFlash(state, `nothing to open: no ${state.focus} here`);
  const { index } = currentPosition(state, state.focus, list, height);
  const detail = list.detailAt(index);
  if (detail === null) return withFlash(state, 'this row is still on its way; try again');
  return withOverlay(state, { kind: 'detail', pane: state.focus, id: list.idAt(index), detail, top: 0 });
}

function withOverlay(state: ScreenState, overlay: Overlay): ScreenState {
  return { ...state, overlays: [...state.overlays, overlay] };
}
