import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/text/width.ts';
import { helpLines } from '../../src/tui/help/help-lines.ts';
import { bindingOf, KEY_GROUPS, KEYS } from '../../src/tui/keys.ts';
import { lineWidth } from '../../src/tui/line.ts';

describe('the key table', () => {
  it.each([false, true])('binds no key twice (in the prompt: %s)', (inPrompt) => {
    const keys = KEYS.filter((binding) => (binding.when === 'prompt') === inPrompt).flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('finds a binding by its key', () => {
    expect(bindingOf('z', false)?.action).toBe('zoom');
    expect(bindingOf('esc', false)?.action).toBe('back');
    expect(bindingOf('esc', true)?.action).toBe('prompt-clear');
    expect(bindingOf('z', true)).toBeUndefined();
    expect(bindingOf('x', false)).toBeUndefined();
  });

  it('has a row for every binding in the help, none wider than the smallest usual screen', () => {
    const lines = helpLines();
    for (const binding of KEYS) {
      expect(lines.some((line) => line.some((part) => part.text.includes(binding.help)))).toBe(true);
    }
    // 80 columns less the borders and a blank on either side.
    for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(76);
    expect(lines.filter((line) => line.length === 1).map((line) => line[0]?.text)).toEqual([...KEY_GROUPS]);
  });

  it('gives the footer words that are short', () => {
    for (const { hint } of KEYS) expect(displayWidth(hint ?? '')).toBeLessThanOrEqual(8);
  });
});
