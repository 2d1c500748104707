import { type ScreenState, withFlash, withList } from './screen-state.ts';

/**
 * The event list with routine events folded into one row each, or with a row for every event. Those are other rows, as
 * with a new filter: the selection starts anew, at the newest.
 */
export function toggleFold(state: ScreenState): ScreenState {
  if (state.focus !== 'events') return withFlash(state, 'only Events fold: 5 goes there');
  const folded = !state.folded;
  const told = folded ? 'routine events are folded into one row each; f lists all' : 'every event has its row; f folds';
  const anew = withList({ ...state, folded, following: true }, 'events', { top: 0, index: 0, selected: null });
  return withFlash(anew, told);
}
