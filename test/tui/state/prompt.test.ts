import { describe, expect, it } from 'vitest';
import { editPrompt } from '../../../src/tui/state/prompt.ts';
import { INITIAL_STATE, type ScreenState } from '../../../src/tui/state/screen-state.ts';

const OPEN: ScreenState = { ...INITIAL_STATE, focus: 'programs', prompt: 'programs' };

function type(state: ScreenState, ...names: readonly string[]): ScreenState {
  return names.reduce((current, name) => {
    const text = name === 'space' ? ' ' : [...name].length === 1 ? name : '';
    return editPrompt(current, 'programs', { name, text });
  }, state);
}

function filterOf(state: ScreenState): string {
  return state.lists.programs.filter;
}

describe('the filter prompt', () => {
  it('filters while it is typed; Enter keeps the filter', () => {
    const typed = type(OPEN, 'x', 'd', 'p');
    expect(filterOf(typed)).toBe('xdp');
    expect(typed.prompt).toBe('programs');
    const kept = type(typed, 'enter');
    expect(kept.prompt).toBeNull();
    expect(filterOf(kept)).toBe('xdp');
  });

  it('esc clears it and leaves', () => {
    const left = type(OPEN, 'x', 'esc');
    expect(left.prompt).toBeNull();
    expect(filterOf(left)).toBe('');
  });

  it('edits by character, word and line, clusters of two code units whole', () => {
    expect(filterOf(type(OPEN, 'a', '😀', 'backspace'))).toBe('a');
    expect(filterOf(type(OPEN, 'a', 'space', 'b', 'c', 'ctrl-w'))).toBe('a ');
    expect(filterOf(type(OPEN, 'a', 'space', 'b', 'ctrl-u'))).toBe('');
  });

  it('is left by Backspace on nothing', () => {
    expect(type(OPEN, 'backspace').prompt).toBeNull();
  });

  it('takes every printing key as text, those with a meaning elsewhere too', () => {
    expect(filterOf(type(OPEN, 'q', '!', '1', 'z', '/', '?'))).toBe('q!1z/?');
  });

  it('ignores keys that type nothing, and text beyond a limit', () => {
    expect(type(OPEN, 'up', 'tab', 'ctrl-a')).toEqual(OPEN);
    expect(filterOf(type(OPEN, ...Array.from({ length: 300 }, () => 'x')))).toHaveLength(200);
  });

  it('starts anew at the first row', () => {
    const moved = { ...OPEN, lists: { ...OPEN.lists, programs: { selected: '7', index: 7, top: 3, filter: '' } } };
    expect(type(moved, 'x').lists.programs).toEqual({ selected: null, index: 0, top: 0, filter: 'x' });
  });
});
