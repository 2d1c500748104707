import type { KeyPress } from '../key-name.ts';
import { bindingOf } from '../keys.ts';
import type { ListPaneId } from '../panes/lists.ts';
import { type ScreenState, withList } from './screen-state.ts';

/** Longer filters are mistakes: a paste into the wrong window. */
const LONGEST = 200;

/** The screen after a key in the filter prompt of a pane. The filter acts as it is typed. */
export function editPrompt(state: ScreenState, pane: ListPaneId, key: KeyPress): ScreenState {
  const typed = state.lists[pane].filter;
  switch (bindingOf(key.name, true)?.action) {
    case 'prompt-keep':
      return { ...state, prompt: null };
    case 'prompt-clear':
      return { ...withFilter(state, pane, ''), prompt: null };
    case 'prompt-erase':
      // Backspace on nothing leaves the prompt, as in vi and less.
      return typed === '' ? { ...state, prompt: null } : withFilter(state, pane, [...typed].slice(0, -1).join(''));
    case 'prompt-erase-word':
      return withFilter(state, pane, typed.trimEnd().replace(/(?<!\S)\S+$/, ''));
    case 'prompt-erase-all':
      return withFilter(state, pane, '');
    default:
      return key.text === '' ? state : withFilter(state, pane, (typed + key.text).slice(0, LONGEST));
  }
}

/** A new filter is new rows: the selection starts anew, in Events at the newest. */
function withFilter(state: ScreenState, pane: ListPaneId, filter: string): ScreenState {
  if (filter === state.lists[pane].filter) return state;
  const following = pane === 'events' ? true : state.following;
  return withList({ ...state, following }, pane, { filter, top: 0, index: 0, selected: null });
}
