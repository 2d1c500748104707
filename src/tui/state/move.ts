import { isAtLeast } from '../../model/severity.ts';
import { formatCount } from '../../text/units.ts';
import type { Action } from '../keys.ts';
import { isListPane, type ListPaneId } from '../panes/lists.ts';
import type { RowList } from '../panes/row-list.ts';
import { keepVisible, locate, locateNewest, type Position } from './position.ts';
import type { PressContext } from './press.ts';
import { type ScreenState, withFlash, withList } from './screen-state.ts';

/** The screen after a movement key on the focused list. */
export function moveList(state: ScreenState, action: Action, { list, height }: PressContext): ScreenState {
  if (list === null || !isListPane(state.focus)) return withFlash(state, 'Trends has no rows; Enter shows its numbers');
  if (list.count === 0) return state;
  const from = currentPosition(state, state.focus, list, height);
  const target = destination(action, from.index, list.count, height);
  const moved = keepVisible(list, { index: target, top: scrolledTop(action, from, height) }, height);
  const following = state.focus === 'events' ? follows(action, state.following, moved.index, list) : state.following;
  return select({ ...state, following }, state.focus, list, moved);
}

/** The next or previous row of severity error or worse, among the rows that are at hand. */
export function moveToSevere(state: ScreenState, { list, height }: PressContext, step: 1 | -1): ScreenState {
  if (list === null || !isListPane(state.focus)) return withFlash(state, 'Trends has no rows');
  const from = currentPosition(state, state.focus, list, height);
  for (let index = from.index + step; index >= list.first && index < list.end; index += step) {
    const severity = list.severityAt(index);
    if (severity !== null && isAtLeast(severity, 'error')) {
      const following = state.focus === 'events' ? false : state.following;
      return select({ ...state, following }, state.focus, list, keepVisible(list, { index, top: from.top }, height));
    }
  }
  const way = step === 1 ? 'after' : 'before';
  const seen = list.end - list.first;
  const among = seen < list.count ? ` among the ${formatCount(seen)} rows at hand; /error looks at all` : '';
  return withFlash(state, `no row of severity error or worse ${way} this one${among}`);
}

/** The screen after a movement key on an overlay. */
export function moveOverlay(state: ScreenState, action: Action, { overlay }: PressContext): ScreenState {
  const top = state.overlays[state.overlays.length - 1];
  if (top === undefined || overlay === null) return state;
  const highest = Math.max(0, overlay.lines - overlay.height);
  const target = action === 'last' ? highest : destination(action, top.top, overlay.lines, overlay.height);
  const moved = { ...top, top: Math.max(0, Math.min(highest, target)) };
  return { ...state, overlays: [...state.overlays.slice(0, -1), moved] };
}

/** Where the list of a pane stands now. */
export function currentPosition(state: ScreenState, pane: ListPaneId, list: RowList, height: number): Position {
  const follows = pane === 'events' && state.following;
  return follows ? locateNewest(list, height) : locate(list, state.lists[pane], height);
}

function select(state: ScreenState, pane: ListPaneId, list: RowList, { index, top }: Position): ScreenState {
  // On the first row the selection belongs to the place, not to the row: what is new and above it comes into view.
  const selected = index === 0 && pane !== 'events' ? null : list.idAt(index);
  return withList(state, pane, { index, top, selected });
}

function destination(action: Action, index: number, count: number, height: number): number {
  switch (action) {
    case 'down':
      return index + 1;
    case 'up':
      return index - 1;
    case 'half-page-down':
      return index + Math.max(1, height >> 1);
    case 'half-page-up':
      return index - Math.max(1, height >> 1);
    case 'page-down':
      return index + Math.max(1, height - 1);
    case 'page-up':
      return index - Math.max(1, height - 1);
    case 'first':
      return 0;
    case 'last':
      return count - 1;
    default:
      return index;
  }
}

/** Pages move the rows with the selection; single steps leave them until the selection would leave the screen. */
function scrolledTop(action: Action, from: Position, height: number): number {
  const isPage = action.includes('page');
  return isPage ? from.top + destination(action, 0, 0, height) : from.top;
}

/** Up stops following; only End starts it again, and moving down onto the newest row. */
function follows(action: Action, following: boolean, index: number, list: RowList): boolean {
  if (action === 'last') return true;
  if (action === 'up' || action === 'first' || action.endsWith('-up')) return false;
  return following || (action.includes('page') && index >= list.count - 1);
}
