import type { Command, PlayerAction, ReplayView } from '../../model/view.ts';
import type { KeyPress } from '../key-name.ts';
import { type Action, bindingOf } from '../keys.ts';
import { PANES, type PaneId } from '../panes/ids.ts';
import { isListPane } from '../panes/lists.ts';
import type { RowList } from '../panes/row-list.ts';
import type { ScreenData } from '../panes/screen-data.ts';
import { toggleFold } from './fold.ts';
import { moveList, moveOverlay, moveToSevere } from './move.ts';
import { openRow } from './open.ts';
import { editPrompt } from './prompt.ts';
import { type ScreenState, withFlash, withList } from './screen-state.ts';

/** What a key press needs to know of the screen that it meets. */
export interface PressContext {
  /** Null before the engine has said anything. */
  readonly data: ScreenData | null;
  /** The rows of the focused pane; null on Trends. */
  readonly list: RowList | null;
  /** Rows of the focused list that are on the screen. */
  readonly height: number;
  /** Lines of the topmost overlay, and how many of them are on the screen. */
  readonly overlay: { readonly lines: number; readonly height: number } | null;
  /** Nothing but the size is shown. */
  readonly tooSmall: boolean;
}

/** What a key asks of the world outside the screen's state. */
export type Effect =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' };

export interface Outcome {
  readonly state: ScreenState;
  readonly effects: readonly Effect[];
}

const PLAYER_ACTIONS: { readonly [action in Action]?: PlayerAction } = {
  faster: { kind: 'faster' },
  slower: { kind: 'slower' },
  'seek-forward': { kind: 'seek', steps: 1 },
  'seek-back': { kind: 'seek', steps: -1 },
  step: { kind: 'step' },
  'next-mark': { kind: 'mark', direction: 1 },
  'previous-mark': { kind: 'mark', direction: -1 },
};

const ONLY_IN_REPLAY: { readonly [action in Action]?: string } = {
  faster: 'speed is for a replay; this is live',
  slower: 'speed is for a replay; this is live',
  'seek-forward': 'only a replay can jump forward; this is live',
  'seek-back': 'only a replay can jump back; scroll up in Events to look back',
  step: 'steps are for a replay; this is live',
  'next-mark': 'the marks are on the time bar of a replay; this is live',
  'previous-mark': 'the marks are on the time bar of a replay; this is live',
};

/** The screen after a key, and what it asks for. A key that can not act says why in the flash line. */
export function press(previous: ScreenState, key: KeyPress, context: PressContext): Outcome {
  const state: ScreenState = previous.flash === null ? previous : { ...previous, flash: null };
  const binding = bindingOf(key.name, false);
  if (binding?.action === 'force-quit') return only({ kind: 'quit' }, state);
  if (binding?.action === 'suspend') return only({ kind: 'suspend' }, state);
  if (context.tooSmall || context.data === null) {
    return binding?.action === 'quit' ? only({ kind: 'quit' }, state) : still(state);
  }
  if (state.prompt !== null) return still(editPrompt(state, state.prompt, key));
  if (binding === undefined) return still(state);
  if (binding.when === 'replay') return playerKey(state, binding.action, context.data);
  return act(state, binding.action, key, { ...context, data: context.data });
}

function act(
  state: ScreenState,
  action: Action,
  key: KeyPress,
  context: PressContext & { readonly data: ScreenData },
): Outcome {
  const hasOverlay = state.overlays.length > 0;
  switch (action) {
    case 'quit':
      return isAtRoot(state) ? only({ kind: 'quit' }, state) : still(stepOut(state));
    case 'redraw':
      return only({ kind: 'redraw' }, state);
    case 'pause':
      return pause(state, context.data);
    case 'back':
      return still(goBack(state));
    case 'help':
      return still(toggleOverlay(state, 'help'));
    case 'problems':
      return still(toggleOverlay(state, 'problems'));
    case 'focus':
      return still(focusPane(state, PANES[Number(key.name) - 1] ?? state.focus));
    case 'focus-next':
      return still(focusPane(state, neighbour(state.focus, 1)));
    case 'focus-previous':
      return still(focusPane(state, neighbour(state.focus, -1)));
    case 'zoom':
      return still(hasOverlay ? state : { ...state, zoomed: !state.zoomed });
    case 'filter':
      return still(hasOverlay ? withFlash(state, 'close this first: esc') : openPrompt(state));
    case 'fold':
      return still(hasOverlay ? withFlash(state, 'close this first: esc') : toggleFold(state));
    case 'open':
      return still(hasOverlay ? withFlash(state, 'nothing further to open; esc goes back') : openRow(state, context));
    case 'next-severe':
      return still(moveToSevere(state, context, 1));
    case 'previous-severe':
      return still(moveToSevere(state, context, -1));
    default:
      return still(hasOverlay ? moveOverlay(state, action, context) : moveList(state, action, context));
  }
}

function playerKey(state: ScreenState, action: Action, { view }: ScreenData): Outcome {
  const player = PLAYER_ACTIONS[action];
  if (player === undefined || view.mode !== 'replay') {
    return still(withFlash(state, ONLY_IN_REPLAY[action] ?? 'only in a replay'));
  }
  // The view may be a moment old: the player decides, the flash only explains.
  const reason = nothingThere(player, view.replay);
  return only(
    { kind: 'command', command: { kind: 'player', action: player } },
    reason === null ? state : withFlash(state, reason),
  );
}

/** Why there is nothing to jump to in that direction, or null. */
function nothingThere(action: PlayerAction, replay: ReplayView | null): string | null {
  if (replay === null || replay.state === 'loading') return null;
  const { cursor, start, end, marks } = replay;
  if (action.kind === 'mark') {
    if (action.direction === 1) return marks.some(({ time }) => time > cursor) ? null : 'no alert after this moment';
    return marks.some(({ time }) => time < cursor) ? null : 'no alert before this moment';
  }
  const isForward = action.kind === 'step' || (action.kind === 'seek' && action.steps > 0);
  if (isForward && cursor >= end) return 'this is the end of the recording';
  return action.kind === 'seek' && action.steps < 0 && cursor <= start ? 'this is the start of the recording' : null;
}

function pause(state: ScreenState, data: ScreenData): Outcome {
  if (data.view.mode === 'replay') {
    return only({ kind: 'command', command: { kind: 'player', action: { kind: 'toggle' } } }, state);
  }
  if (state.pause !== null) return still({ ...state, pause: null });
  return still({ ...state, pause: { data, ceiling: data.window?.newest ?? null } });
}

/** Overlays close first, then the filter of the focused pane, then the zoom. */
function goBack(state: ScreenState): ScreenState {
  const filter = isListPane(state.focus) ? state.lists[state.focus].filter : '';
  if (state.overlays.length === 0 && filter !== '' && isListPane(state.focus)) {
    return withList({ ...state, following: state.focus === 'events' || state.following }, state.focus, { filter: '' });
  }
  return isAtRoot(state) ? withFlash(state, 'nothing to go back from; q quits') : stepOut(state);
}

function stepOut(state: ScreenState): ScreenState {
  return state.overlays.length > 0 ? { ...state, overlays: state.overlays.slice(0, -1) } : { ...state, zoomed: false };
}

function isAtRoot(state: ScreenState): boolean {
  return state.overlays.length === 0 && !state.zoomed;
}

function toggleOverlay(state: ScreenState, kind: 'help' | 'problems'): ScreenState {
  const others = state.overlays.filter((overlay) => overlay.kind !== kind);
  const wasOpen = others.length < state.overlays.length;
  return { ...state, overlays: wasOpen ? others : [...others, { kind, top: 0 }] };
}

function focusPane(state: ScreenState, pane: PaneId): ScreenState {
  const front = pane === 'programs' || pane === 'maps' ? pane : state.front;
  return { ...state, focus: pane, front, overlays: [] };
}

function neighbour(pane: PaneId, step: 1 | -1): PaneId {
  return PANES[(PANES.indexOf(pane) + step + PANES.length) % PANES.length] ?? pane;
}

function openPrompt(state: ScreenState): ScreenState {
  return isListPane(state.focus) ? { ...state, prompt: state.focus } : withFlash(state, 'Trends has no rows to filter');
}

function still(state: ScreenState): Outcome {
  return { state, effects: [] };
}

function only(effect: Effect, state: ScreenState): Outcome {
  return { state, effects: [effect] };
}
