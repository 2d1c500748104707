/** What a key does. The digits and the keys of the filter prompt carry more in the key itself. */
export type Action =
  | 'focus'
  | 'focus-next'
  | 'focus-previous'
  | 'down'
  | 'up'
  | 'half-page-down'
  | 'half-page-up'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'next-severe'
  | 'previous-severe'
  | 'open'
  | 'back'
  | 'filter'
  | 'zoom'
  | 'fold'
  | 'problems'
  | 'pause'
  | 'faster'
  | 'slower'
  | 'seek-forward'
  | 'seek-back'
  | 'step'
  | 'next-mark'
  | 'previous-mark'
  | 'help'
  | 'quit'
  | 'force-quit'
  | 'suspend'
  | 'redraw'
  | 'prompt-keep'
  | 'prompt-clear'
  | 'prompt-erase'
  | 'prompt-erase-word'
  | 'prompt-erase-all';

export const KEY_GROUPS = ['Panes', 'Moving', 'Looking closer', 'Time', 'Filter prompt', 'General'] as const;

export type KeyGroup = (typeof KEY_GROUPS)[number];

/** One row of the key table. */
export interface KeyBinding {
  /** Names as {@link keyPresses} gives them. */
  readonly keys: readonly string[];
  /** How the keys are written for people. */
  readonly shown: string;
  readonly action: Action;
  readonly group: KeyGroup;
  /** What it does, as a phrase. */
  readonly help: string;
  /** Where it acts; elsewhere pressing it says why not. */
  readonly when: 'always' | 'replay' | 'prompt';
  /** A word for the footer; left out where the footer does not show it. */
  readonly hint?: string;
}

/** Every key of the screen. The help overlay, docs/KEYS.md and the footer are made from this table. */
export const KEYS: readonly KeyBinding[] = [
  ...group('Panes', 'always', [
    [['1', '2', '3', '4', '5', '6', '7'], '1 … 7', 'focus', 'go to the pane with this number'],
    [['tab'], 'Tab', 'focus-next', 'go to the next pane'],
    [['shift-tab'], 'shift-Tab', 'focus-previous', 'go to the previous pane'],
    [['z'], 'z', 'zoom', 'the pane alone on the whole screen, and back', 'zoom'],
  ]),
  ...group('Moving', 'always', [
    [['j', 'down'], 'j ↓', 'down', 'one row down'],
    [['k', 'up'], 'k ↑', 'up', 'one row up; in Events it stops following'],
    [['ctrl-d'], 'ctrl-d', 'half-page-down', 'half a page down'],
    [['ctrl-u'], 'ctrl-u', 'half-page-up', 'half a page up'],
    [['pagedown', 'ctrl-f'], 'PgDn ctrl-f', 'page-down', 'a page down'],
    [['pageup', 'ctrl-b'], 'PgUp ctrl-b', 'page-up', 'a page up'],
    [['g', 'home'], 'g Home', 'first', 'the first row'],
    [['G', 'end'], 'G End', 'last', 'the last row; in Events it follows what is new'],
    [['e'], 'e', 'next-severe', 'the next row of severity error or worse'],
    [['E'], 'E', 'previous-severe', 'the previous row of severity error or worse'],
  ]),
  ...group('Looking closer', 'always', [
    [['enter'], 'Enter', 'open', 'open the row: evidence, why it matters, what to do', 'open'],
    [['esc'], 'esc', 'back', 'one level back: what is open, the filter, the zoom'],
    [['/'], '/', 'filter', 'filter the rows as you type; ! first inverts it', 'filter'],
    [['f'], 'f', 'fold', 'Events: routine loads folded into one row each, or all rows'],
    [['p'], 'p', 'problems', 'what could not be looked at or read'],
  ]),
  ...group('Time', 'always', [
    [['space'], 'space', 'pause', 'hold the screen, recording goes on; replay: play, pause', 'pause'],
  ]),
  ...group('Time', 'replay', [
    [['+', '='], '+', 'faster', 'replay faster', 'faster'],
    [['-'], '-', 'slower', 'replay slower', 'slower'],
    [['>', 'right'], '> →', 'seek-forward', 'jump forward', 'seek'],
    [['<', 'left'], '< ←', 'seek-back', 'jump back'],
    [['.'], '.', 'step', 'one observation further, and pause', 'step'],
    [['}'], '}', 'next-mark', 'to the next alert on the time bar', 'alert'],
    [['{'], '{', 'previous-mark', 'to the previous alert on the time bar'],
  ]),
  ...group('Filter prompt', 'prompt', [
    [['enter'], 'Enter', 'prompt-keep', 'keep the filter'],
    [['esc'], 'esc', 'prompt-clear', 'clear the filter'],
    [['backspace'], 'Backspace', 'prompt-erase', 'erase a character'],
    [['ctrl-w'], 'ctrl-w', 'prompt-erase-word', 'erase a word'],
    [['ctrl-u'], 'ctrl-u', 'prompt-erase-all', 'erase everything'],
  ]),
  ...group('General', 'always', [
    [['?'], '?', 'help', 'this help', 'help'],
    [['q'], 'q', 'quit', 'one level back; on the panes it quits', 'quit'],
    [['ctrl-c'], 'ctrl-c', 'force-quit', 'quit at once'],
    [['ctrl-z'], 'ctrl-z', 'suspend', 'back to the shell; fg returns'],
    [['ctrl-l'], 'ctrl-l', 'redraw', 'draw the screen anew'],
  ]),
];

/** The binding of a key, in the prompt or outside of it; undefined when the key does nothing there. */
export function bindingOf(key: string, inPrompt: boolean): KeyBinding | undefined {
  return KEYS.find((binding) => (binding.when === 'prompt') === inPrompt && binding.keys.includes(key));
}

type Row = readonly [keys: readonly string[], shown: string, action: Action, help: string, hint?: string];

function group(name: KeyGroup, when: KeyBinding['when'], rows: readonly Row[]): readonly KeyBinding[] {
  return rows.map(([keys, shown, action, help, hint]) => ({
    keys,
    shown,
    action,
    group: name,
    help,
    when,
    ...(hint === undefined ? {} : { hint }),
  }));
}
