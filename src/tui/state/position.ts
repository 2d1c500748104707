import type { RowList } from '../panes/row-list.ts';
import type { ListState } from './screen-state.ts';

/** Where the selection and the first visible row are now. */
export interface Position {
  readonly index: number;
  readonly top: number;
}

/**
 * Where a list stands after its rows may have moved. The selection goes with its row, and the row keeps its place on
 * the screen; when the row is gone, the selection stays where it was. `height` is the rows on the screen.
 */
export function locate(list: RowList, state: ListState, height: number): Position {
  if (state.selected === null) return keepVisible(list, state, height);
  const found = list.indexOf(state.selected, state.index);
  const index = found === -1 ? state.index : found;
  return keepVisible(list, { index, top: state.top + (index - state.index) }, height);
}

/** The newest row selected, at the bottom. */
export function locateNewest(list: RowList, height: number): Position {
  return keepVisible(list, { index: list.count - 1, top: list.count - height }, height);
}

/** The position within the list, moved as little as needed so that the selected row is on the screen. */
export function keepVisible(list: RowList, position: Position, height: number): Position {
  const index = Math.max(0, Math.min(list.count - 1, position.index));
  const highest = Math.max(0, list.count - height);
  const top = Math.min(index, Math.max(position.top, index - height + 1));
  return { index, top: Math.max(0, Math.min(highest, top)) };
}
