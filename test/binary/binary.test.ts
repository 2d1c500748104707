import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';
import { Pty } from '../helpers/pty.ts';

const BINARY = 'dist/bpfwitness';
const isBuilt = existsSync(BINARY);
if (!isBuilt) console.warn(`binary tests skipped: ${BINARY} is not built (npm run build)`);
const isLive = isBuilt && whyNotLive() === null;

const CTRL_C = '\x03';
const ESC = '\x1b';

/** As on an air-gapped host: a folder with nothing else in it, no HOME, nothing on PATH. */
let folder: string;
let binary: string;
let lab: BpfLab | null = null;
const open: Pty[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'binary-'));
  if (isBuilt) copyFileSync(BINARY, join(folder, 'bpfwitness'));
  binary = join(folder, 'bpfwitness');
});
afterEach(() => {
  for (const pty of open.splice(0)) pty.dispose();
  lab?.clean();
  lab = null;
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[], columns = 120, rows = 36, env: Record<string, string> = {}): Pty {
  const pty = new Pty(binary, args, { columns, rows, cwd: folder, env: { PATH: '', HOME: '', ...env } });
  open.push(pty);
  return pty;
}

function run(args: readonly string[], input = '') {
  return spawnSync(binary, args, { cwd: folder, env: { PATH: '', HOME: '' }, input, encoding: 'utf8' });
}

function expectCleanTerminal(pty: Pty): void {
  expect(pty.isAlternate).toBe(false);
  expect(pty.isCursorShown).toBe(true);
}

describe.skipIf(!isBuilt)('the binary without a terminal', () => {
  it('needs nothing: no PATH, no HOME, no other file', () => {
    expect(run(['--version'])).toMatchObject({ status: 0, stderr: '' });
    const context = JSON.stringify({ programs: [], maps: [], capabilities: [], 'audit-enabled': true });
    const check = run(['check', '--context', '-', '--json'], context);
    expect(check.status).toBe(0);
    expect(JSON.parse(check.stdout)).toMatchObject({ total: 6, passed: 6 });
    const log = 'type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD\n';
    expect(run(['query', '-'], log).stdout).toContain('program-load');
  });

  it('has the exit codes of the source', () => {
    expect(run(['nonsense']).status).toBe(2);
    expect(run(['report', 'nothing-here']).status).toBe(3);
    expect(run(['check', '--live', '--bpftool', './bpftool']).status).toBe(4);
  });
});

describe.skipIf(!isBuilt)('the binary and a state directory', () => {
  it('goes on after kill -9 with all that was recorded', { timeout: 60_000 }, async () => {
    const log = 'type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD\n';
    const state = join(folder, 'state');
    writeFileSync(join(folder, 'demo.log'), log);
    for (let round = 0; round < 2; round += 1) {
      const killed = start(['replay', 'demo.log', '--state', state], 80, 24);
      await killed.untilText('1 stored');
      killed.kill('SIGKILL');
      await killed.ended();
      expect(existsSync(join(state, 'lock'))).toBe(true);
    }
    const query = run(['query', '--state', state]);
    expect(query).toMatchObject({ status: 0, stderr: '' });
    expect(query.stdout).toContain('program 60 was loaded');
  });
});

describe.skipIf(!isBuilt)('the binary on a terminal', () => {
  it.each([
    [80, 24],
    [120, 36],
    [200, 50],
  ])('shows the demo at %dx%d, with every row in its place', async (columns, rows) => {
    const pty = start(['demo', '--speed', 'max'], columns, rows);
    await pty.untilText('at the end');
    const lines = pty.lines();
    expect(lines[0]).toContain('bpfwitness');
    expect(lines[0]).toContain('REPLAY');
    expect(lines[rows - 1]).toContain('q quit');
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(pty.isAlternate).toBe(true);
    pty.type('q');
    expect(await pty.exit()).toBe(0);
    expectCleanTerminal(pty);
  });

  it('moves, opens, filters, zooms, helps and goes back', async () => {
    const pty = start(['demo', '--speed', 'max']);
    await pty.untilText('at the end');
    pty.type('1\r');
    await pty.untilText('Why it matters');
    pty.type(ESC);
    await pty.until((screen) => !screen.includes('Why it matters'), 'list of checks again');
    pty.type('5z');
    await pty.untilText('SEVERITY');
    pty.type('/access-denied\r');
    const filtered = await pty.until((screen) => / of \d/.test(screen), 'count of filtered rows');
    expect(filtered).toContain('access-denied');
    expect(filtered).not.toContain('map-create');
    pty.type(ESC);
    await pty.until((screen) => !/\d of \d/.test(screen), 'end of the filter');
    pty.type('?');
    await pty.untilText('the next pane');
    pty.type('q');
    await pty.until((screen) => !screen.includes('the next pane'), 'end of the help');
    pty.type(CTRL_C);
    expect(await pty.exit()).toBe(0);
    expectCleanTerminal(pty);
  });

  it('plays, pauses, steps, seeks and changes its speed', async () => {
    const pty = start(['demo', '--speed', '1']);
    await pty.untilText('REPLAY ×1');
    pty.type('+');
    await pty.untilText('REPLAY ×2');
    pty.type('-');
    await pty.untilText('REPLAY ×1');
    pty.type(' ');
    await pty.untilText('PAUSED');
    const clock = () => /\d\d:\d\d:\d\d UTC/.exec(pty.lines()[0] ?? '')?.[0];
    const before = clock();
    pty.type('>');
    await pty.until(() => clock() !== before, 'later clock');
    pty.type('<');
    await pty.until(() => clock() === before, 'earlier clock');
    pty.type('.');
    await pty.until(() => clock() !== undefined, 'step');
    pty.type('}');
    await pty.until(() => clock() !== before, 'alert');
    pty.type('q');
    expect(await pty.exit()).toBe(0);
  });

  it('follows the terminal through sizes, and says when it is too small', async () => {
    const pty = start(['demo', '--speed', 'max'], 120, 36);
    await pty.untilText('at the end');
    pty.resize(40, 10);
    await pty.until((screen) => /40\D+10/.test(screen), 'word on the size');
    pty.resize(80, 24);
    await pty.until((screen) => screen.includes('q quit') && screen.includes('1 Checks'), 'screen at 80x24');
    expect(pty.lines().filter((line) => line.length > 80)).toEqual([]);
    pty.type('q');
    expect(await pty.exit()).toBe(0);
    expectCleanTerminal(pty);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('gives the terminal back on %s', async (signal) => {
    const pty = start(['demo']);
    await pty.untilText('REPLAY');
    pty.kill(signal);
    await pty.exit();
    expectCleanTerminal(pty);
  });

  it('draws without colours when NO_COLOR is set', async () => {
    const pty = start(['demo', '--speed', 'max'], 120, 36, { NO_COLOR: '1' });
    await pty.untilText('at the end');
    expect(pty.output).not.toMatch(/\x1b\[([0-9;]*;)?(3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[0-9;]*)m/);
    pty.type('q');
    await pty.exit();
  });
});

describe.skipIf(!isLive)('the binary on this kernel', () => {
  it('shows a new program within one interval and half a second', async () => {
    const pty = start(['watch', '--interval', '1s', '--no-audit-log']);
    await pty.untilText('LIVE');
    await pty.until((screen) => /UTC/.test(screen), 'first look');
    lab = new BpfLab();
    // The machine may be busy with something else just then: one of three times must do.
    const delays: number[] = [];
    for (const [fixture, shown] of [
      ['watched', 'wit_xdp'],
      ['signaller', 'wit_signal'],
      ['raw', 'wit_raw'],
    ] as const) {
      // Not in step with the looks, and after the one that the next has to differ from.
      await new Promise((done) => setTimeout(done, 1300));
      lab.load(fixture);
      const before = performance.now();
      await pty.untilText(shown);
      delays.push(performance.now() - before);
    }
    expect(Math.min(...delays)).toBeLessThan(1500);
    pty.type('q');
    expect(await pty.exit()).toBe(0);
    expectCleanTerminal(pty);
  });

  it('ends when it is told, not at the next look', async () => {
    const pty = start(['watch', '--interval', '10m']);
    await pty.untilText('LIVE');
    await pty.until((screen) => /UTC/.test(screen), 'first look');
    pty.type('q');
    expect(await pty.exit()).toBe(0);
  });

  it('shows a banner, not a crash, where bpftool is missing', async () => {
    const pty = start(['watch', '--bpftool', '/nowhere/bpftool']);
    await pty.untilText('/nowhere/bpftool');
    pty.type('q');
    expect(await pty.exit()).toBe(4);
    expectCleanTerminal(pty);
  });
});
