import type { Key } from 'ink';

/** One key press: its name as the key table spells it, and the text that it types, if any. */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/**
 * The presses in what Ink hands over at once. Over a slow link, or when a key is held, many characters come as one
 * chunk (`jjjj`, even `/xdp\r`); each is a press of its own.
 */
export function keyPresses(input: string, key: Key): readonly KeyPress[] {
  if (key.tab) return [{ name: key.shift ? 'shift-tab' : 'tab', text: '' }];
  for (const [flag, name] of NAMED) if (key[flag] === true) return [{ name, text: '' }];
  if (key.ctrl) return [{ name: `ctrl-${input}`, text: '' }];
  // Alt with a letter is not the letter.
  if (key.meta) return [];
  return [...input].map(characterPress);
}

function characterPress(character: string): KeyPress {
  if (character === ' ') return { name: 'space', text: ' ' };
  if (character === '\r' || character === '\n') return { name: 'enter', text: '' };
  if (character === '\t') return { name: 'tab', text: '' };
  const code = character.charCodeAt(0);
  if (code === 0x1b) return { name: 'esc', text: '' };
  if (code < 0x20) return { name: `ctrl-${String.fromCharCode(code + 0x60)}`, text: '' };
  return { name: character, text: character };
}
