import { describe, expect, it } from 'vitest';
import { type Environment, terminalCapabilities, terminalFact } from '../../src/terminal/capabilities.ts';

const TTY = { isTTY: true, columns: 120, rows: 36 };

function capabilities(environment: Environment) {
  return terminalCapabilities(environment, TTY);
}

describe('terminalCapabilities', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, 'color'],
    [{ TERM: 'xterm', NO_COLOR: '1' }, 'mono'],
    [{ TERM: 'xterm', NO_COLOR: '' }, 'color'],
    [{ TERM: 'xterm', FORCE_COLOR: '0' }, 'mono'],
    [{ TERM: 'xterm', FORCE_COLOR: '1', NO_COLOR: '1' }, 'mono'],
    [{ TERM: 'dumb' }, 'mono'],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, 'color'],
    [{}, 'color'],
  ] as const)('%j is %s', (environment, theme) => {
    expect(capabilities(environment).theme).toBe(theme);
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'POSIX' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true],
    [{ LANG: 'C', LC_ALL: 'de_DE.utf8' }, false],
    [{ LANG: 'C', LC_ALL: '', LC_CTYPE: 'en_GB.UTF-8' }, false],
    [{ LANG: 'de_DE@euro' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true],
    [{}, true],
  ] as const)('%j draws ASCII only: %s', (environment, ascii) => {
    expect(capabilities(environment).ascii).toBe(ascii);
  });

  it('needs a terminal that can be addressed', () => {
    expect(capabilities({ TERM: 'xterm' }).interactive).toBe(true);
    expect(capabilities({ TERM: 'dumb' }).interactive).toBe(false);
    expect(terminalCapabilities({ TERM: 'xterm' }, { isTTY: false }).interactive).toBe(false);
    expect(terminalCapabilities({ TERM: 'xterm' }, {}).interactive).toBe(false);
  });
});

describe('terminalFact', () => {
  it('says what was found and what is lost', () => {
    expect(terminalFact({ TERM: 'xterm', LANG: 'C.UTF-8' }, TTY)).toMatchObject({
      status: 'ok',
      found: 'xterm, 120x36',
      lost: '',
    });
    expect(terminalFact({ TERM: 'xterm', LANG: 'C', NO_COLOR: '1' }, TTY)).toMatchObject({
      status: 'limited',
      lost: 'colours, graphs and borders other than ASCII',
    });
    expect(terminalFact({ TERM: 'xterm' }, {})).toMatchObject({ status: 'missing', found: 'output is not a terminal' });
    expect(terminalFact({ TERM: 'dumb' }, TTY)).toMatchObject({ status: 'missing', found: 'TERM=dumb' });
  });
});
