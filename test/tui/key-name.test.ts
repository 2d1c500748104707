import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keyPresses } from '../../src/tui/key-name.ts';

const NONE: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

function names(input: string, key: Partial<Key> = {}): readonly string[] {
  return keyPresses(input, { ...NONE, ...key }).map((press) => press.name);
}

describe('keyPresses', () => {
  it.each([
    ['j', {}, ['j']],
    ['G', { shift: true }, ['G']],
    [' ', {}, ['space']],
    ['', { return: true }, ['enter']],
    ['', { escape: true }, ['esc']],
    ['', { tab: true }, ['tab']],
    ['', { tab: true, shift: true }, ['shift-tab']],
    ['', { upArrow: true }, ['up']],
    ['', { pageDown: true }, ['pagedown']],
    ['', { delete: true }, ['backspace']],
    ['d', { ctrl: true }, ['ctrl-d']],
    ['c', { ctrl: true }, ['ctrl-c']],
    ['x', { meta: true }, []],
  ] as const)('%j with %j is %j', (input, key, expected) => {
    expect(names(input, key)).toEqual(expected);
  });

  it('takes a chunk of many keys apart', () => {
    expect(names('jjG')).toEqual(['j', 'j', 'G']);
    expect(names('/xdp\r')).toEqual(['/', 'x', 'd', 'p', 'enter']);
    expect(names('5\x04')).toEqual(['5', 'ctrl-d']);
  });

  it('keeps the text that a key types, surrogate pairs whole', () => {
    expect(keyPresses('日😀 ', NONE).map((press) => press.text)).toEqual(['日', '😀', ' ']);
  });
});
