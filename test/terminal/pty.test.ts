import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Pty } from '../helpers/pty.ts';

const SCREEN = fileURLToPath(new URL('../helpers/demo-screen.tsx', import.meta.url));
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGQUIT: 3, SIGTERM: 15 } as const;
const CTRL_C = '\x03';
const CTRL_Z = '\x1a';

let open: Pty | null = null;

afterEach(() => {
  open?.dispose();
  open = null;
});

function spawn(file: string, args: readonly string[]): Pty {
  const env = { ...process.env, NODE_ENV: 'production', PS1: 'PROMPT> ' };
  open = new Pty(file, args, { columns: 100, rows: 30, env });
  return open;
}

async function start(mode: string): Promise<Pty> {
  const pty = spawn(process.execPath, ['run', '-A', SCREEN, mode]);
  await pty.untilText('5 Events');
  return pty;
}

function expectRestored(pty: Pty): void {
  expect(pty.isAlternate).toBe(false);
  expect(pty.isCursorShown).toBe(true);
  expect(pty.lines().join('\n')).not.toContain('5 Events');
}

describe('the terminal is given back', () => {
  it.each(['q', CTRL_C])('after %j', async (key) => {
    const pty = await start('live');
    pty.type(key);
    expect(await pty.ended()).toEqual({ exitCode: 0, signal: 0 });
    expect(pty.lines()[0]).toBe('THE END');
    expectRestored(pty);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('after %s, of which the process then dies', async (signal) => {
    const pty = await start('live');
    pty.kill(signal);
    expect((await pty.ended()).signal).toBe(SIGNAL_NUMBERS[signal]);
    expectRestored(pty);
  });

  it.each([
    ['crash', 'FAILED: a crash on purpose'],
    ['reject', 'FAILED: a rejection on purpose'],
  ])('after an uncaught %s, which is then reported', async (mode, message) => {
    const pty = await start(mode);
    expect(await pty.exit()).toBe(1);
    expect(pty.lines()[0]).toBe(message);
    expectRestored(pty);
  });
});

describe('the size of the terminal', () => {
  it('is followed', async () => {
    const pty = await start('live');
    pty.resize(40, 10);
    await pty.untilText('It has 40 columns and 10 rows.');
    pty.resize(120, 36);
    await pty.untilText('1 Checks 6');
    expect(pty.lines()[35]).toContain('q quit');
  });
});

describe('ctrl-z', () => {
  it('gives the terminal to the shell, and fg brings the screen back', async () => {
    const pty = spawn('bash', ['--norc', '--noprofile', '-i']);
    await pty.untilText('PROMPT>');
    pty.type(`'${process.execPath}' run -A '${SCREEN}' live\r`);
    await pty.untilText('5 Events');
    pty.type(CTRL_Z);
    await pty.untilText('Stopped');
    expectRestored(pty);
    pty.type('stty -a | tr " " "\\n" | grep -x -e icanon -e echo | sort | xargs echo MODES\r');
    await pty.untilText('MODES echo icanon');
    pty.type('fg\r');
    await pty.untilText('5 Events');
    pty.type('jk5q');
    await pty.untilText('THE END');
    expectRestored(pty);
  });

  it('brings the screen back at once where there is no shell to go to', async () => {
    const pty = await start('live');
    const before = pty.output.length;
    pty.type(CTRL_Z);
    const left = await pty.untilWritten('\x1b[?1049l', before);
    await pty.untilWritten('\x1b[?1049h', left);
    await pty.untilText('5 Events');
    pty.type('q');
    expect(await pty.exit()).toBe(0);
  });
});
