import { afterEach, describe, expect, it } from 'vitest';
import { EMPTY_INVENTORY } from '../../src/model/view.ts';
import { displayWidth } from '../../src/text/width.ts';
import { someEvents, someInventory, someReplay, someView } from '../helpers/fake-data.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';
import { ScreenHarness } from '../helpers/screen.ts';

let open: ScreenHarness | null = null;

async function show(
  columns: number,
  rows: number,
  engine = new FakeEngine(),
  options: ConstructorParameters<typeof ScreenHarness>[3] = {},
): Promise<ScreenHarness> {
  open = new ScreenHarness(engine, columns, rows, options);
  await open.until((lines) => lines.some((line) => line !== ''));
  return open;
}

afterEach(async () => {
  await open?.close();
  open = null;
});

/** What must hold for every frame: nothing beyond the edge, and every box closed. */
function expectSound(lines: readonly string[], columns: number, rows: number): void {
  expect(lines).toHaveLength(rows);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  const text = lines.join('\n');
  const count = (sign: string) => text.split(sign).length - 1;
  expect(count('╭')).toBe(count('╯'));
  expect(count('╮')).toBe(count('╰'));
  for (const [row, line] of lines.entries()) {
    for (const [column, sign] of [...line].entries()) {
      if (sign !== '╭') continue;
      const below = lines.findIndex((other, index) => index > row && [...other][column] === '╰');
      expect(below).toBeGreaterThan(row);
      const right = [...line].indexOf('╮', column);
      expect(right).toBeGreaterThan(column);
      expect([...(lines[below] ?? '')][right]).toBe('╯');
    }
  }
}

describe('the screen', () => {
  it.each([
    [80, 24, ['5 Events']],
    [120, 36, ['1 Checks', '2 Anomalies', '3 Alerts', '4 Trends', '5 Events', '6 Programs']],
    [200, 50, ['1 Checks', '2 Anomalies', '3 Alerts', '4 Trends', '5 Events', '6 Programs', '7 Maps']],
    [60, 16, ['5 Events']],
  ])('at %i×%i shows its panes in closed frames', async (columns, rows, titles) => {
    const screen = await show(columns, rows);
    const lines = screen.lines();
    expectSound(lines, columns, rows);
    for (const title of titles) expect(lines.some((line) => line.includes(`╭─ ${title}`))).toBe(true);
    expect(lines[0]).toMatch(/bpfwitness web-1 {2}LIVE.*2026-11-23 14:50:10 UTC$/);
    expect(lines[1]).toContain('40 stored');
    expect(lines[rows - 1]).toContain('? help');
    expect(lines.some((line) => line.includes('thing number 39 happened'))).toBe(true);
    expect(lines.some((line) => line.includes('FOLLOW'))).toBe(true);
  });

  it('says what it needs when the terminal is too small; q quits', async () => {
    const screen = await show(59, 10);
    const text = screen.lines().join('\n');
    expect(text).toContain('It has 59 columns and 10 rows.');
    expect(text).toContain('Needed: 60 columns and 16 rows.');
    await screen.keys('q');
    await screen.ended;
  });

  it('survives a terminal of one row', async () => {
    const screen = await show(12, 1);
    expect(screen.lines()).toHaveLength(1);
  });

  it('waits for the first data', async () => {
    const engine = new FakeEngine(null);
    const screen = await show(80, 24, engine);
    await screen.untilText('waiting for the first data');
    engine.setView(someView({ host: 'here-now' }));
    await screen.untilText('here-now');
  });

  it('shows empty panes with what that means', async () => {
    const view = someView({
      checks: null,
      anomalies: [],
      alerts: [],
      trends: { intervalMs: 1, events: [], checkRuns: [] },
    });
    const screen = await show(120, 36, new FakeEngine(view, EMPTY_INVENTORY, []));
    expectSound(screen.lines(), 120, 36);
    const text = screen.lines().join('\n');
    for (const said of [
      'The checks run when',
      'No anomalies:',
      'No alerts:',
      'No trends yet',
      'No events yet',
      'No programs',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('draws ten thousand programs by drawing only those that are seen', async () => {
    const screen = await show(120, 36, new FakeEngine(someView(), someInventory(10_000)));
    await screen.keys('6', 'G');
    await screen.untilText('10099  ');
    expectSound(screen.lines(), 120, 36);
    expect(screen.lines().join('\n')).toContain('6 Programs 10,000');
    await screen.keys('/', ...'prog_777');
    await screen.untilText('11 of 10,000');
  });

  it('shows a banner, and the problems behind p', async () => {
    const problems = [{ section: 'programs' as const, message: 'Operation not permitted' }];
    const screen = await show(80, 24, new FakeEngine(someView({ banner: 'not root: much is not seen', problems })));
    expect(screen.lines()[2]).toContain('! not root: much is not seen');
    expect(screen.lines()[1]).toMatch(/1 problem: p$/);
    await screen.keys('p');
    await screen.untilText('- programs: Operation not permitted');
    expectSound(screen.lines(), 80, 24);
  });
});

describe('themes', () => {
  it('mono uses no colour at all; the selection is inverse', async () => {
    const screen = await show(120, 36, new FakeEngine(), { theme: 'mono' });
    const row = screen.lines().findIndex((line) => line.includes('thing number 39'));
    expect(screen.cell(row, 60).inverse).toBe(true);
    for (let line = 0; line < 36; line += 1) {
      for (let column = 0; column < 120; column += 1) expect(screen.cell(line, column).colored).toBe(false);
    }
  });

  it('color marks severities, beside glyph and word', async () => {
    const screen = await show(120, 36);
    const row = screen.lines().findIndex((line) => line.includes('Helper Whitelist'));
    const column = [...(screen.lines()[row] ?? '')].indexOf('◆');
    expect(screen.cell(row, column)).toMatchObject({ text: '◆', colored: true });
    expect(screen.lines()[row]).toContain('◆ ERR');
  });

  it('ascii draws nothing else', async () => {
    const screen = await show(120, 36, new FakeEngine(someView({ mode: 'replay', replay: someReplay({ speed: 1 }) })), {
      ascii: true,
    });
    expect(screen.lines().join('').replaceAll('×', '')).toMatch(/^[\x20-\x7e]*$/);
    await screen.keys('1', 'enter');
    await screen.untilText('Verdict');
    expect(screen.lines().join('').replaceAll('×', '')).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('keys', () => {
  it('move the selection, which is the one inverse row', async () => {
    const screen = await show(120, 36);
    await screen.keys('1', 'j');
    await screen.until((lines) => {
      const row = lines.findIndex((line) => line.includes('Root-Owned Programs'));
      return screen.cell(row, 3).inverse;
    }, 'the second check selected');
  });

  it('filter as it is typed, and clear by esc', async () => {
    const screen = await show(80, 24);
    await screen.keys('/', ...'number 12');
    await screen.untilText('5 Events 1 of 40 /number 12');
    expect(screen.lines()[23]).toMatch(/^ \/number 12▏ +1 of 40 {3}Enter keep {2}esc clear$/);
    await screen.keys('enter');
    await screen.untilText('esc all rows');
    await screen.keys('esc');
    await screen.untilText('5 Events 40 ');
  });

  it('open a row and go back', async () => {
    const screen = await show(80, 24);
    await screen.keys('1', 'enter');
    await screen.untilText('1 Checks › Helper Whitelist');
    expectSound(screen.lines(), 80, 24);
    await screen.keys('G');
    await screen.untilText('"objectKind": "program"');
    await screen.keys('esc');
    await screen.untilText('╭─ 1 Checks 6');
  });

  it('show the help with the legend beside the keys or below them', async () => {
    const screen = await show(120, 36);
    await screen.keys('?');
    await screen.untilText('│ CRITICAL');
    expectSound(
      screen.lines().map((line) => line.replace(/[┌├└].*[┐┤┘]/, '')),
      120,
      36,
    );
    await screen.keys('q');
    await screen.resize(80, 24);
    await screen.keys('?');
    await screen.untilText('? Keys');
    expect(screen.lines().join('\n')).not.toContain('│ CRITICAL');
    await screen.keys('G');
    await screen.untilText('│ INCONCLUSIVE');
    await screen.untilText('└─');
  });

  it('zoom a pane', async () => {
    const screen = await show(120, 36);
    await screen.keys('4', 'z');
    await screen.until((lines) => lines[2]?.startsWith('╭─ 4 Trends ─') === true && lines[2].endsWith('─╮'));
    expectSound(screen.lines(), 120, 36);
    expect(screen.lines().some((line) => line.includes('1 Checks'))).toBe(false);
  });

  it('say why they can not act', async () => {
    const screen = await show(80, 24);
    await screen.keys('+');
    await screen.untilText('speed is for a replay; this is live');
  });
});

describe('time', () => {
  it('a replay has its bar with the alerts on it, and its own keys', async () => {
    const engine = new FakeEngine(someView({ mode: 'replay', replay: someReplay() }));
    const screen = await show(80, 24, engine);
    expect(screen.lines()[0]).toContain('REPLAY ×4');
    expect(screen.lines()[22]).toMatch(/^ 14:40:10 ├━+▲━+┃─+◆─+■─+┤ 14:50:10 ?$/);
    await screen.keys('+', 'space');
    await screen.untilText('REPLAY ×8 PAUSED');
    expectSound(screen.lines(), 80, 24);
  });

  it('a live screen that is paused stands still and counts what is new', async () => {
    const engine = new FakeEngine();
    const screen = await show(80, 24, engine);
    await screen.keys('space');
    await screen.untilText('PAUSED');
    expect(screen.lines().join('\n')).not.toContain('FOLLOW');
    const before = screen.lines().slice(3, 20);
    engine.addEvents(someEvents(214, 40));
    engine.setView({ anomalies: [] });
    await screen.untilText('PAUSED +214 new');
    expect(screen.lines().slice(3, 20)).toEqual(before);
    await screen.keys('space');
    await screen.untilText('thing number 253');
  });

  it('new events come into view at the bottom while the list follows, and not after a scroll up', async () => {
    const engine = new FakeEngine();
    const screen = await show(80, 24, engine);
    engine.addEvents(someEvents(1, 40));
    await screen.untilText('thing number 40');
    await screen.keys('k');
    await screen.until((lines) => !lines.some((line) => line.includes('FOLLOW')));
    engine.addEvents(someEvents(1, 41));
    await screen.untilText('42 stored');
    expect(screen.lines().join('\n')).not.toContain('thing number 41');
    await screen.keys('G');
    await screen.untilText('thing number 41');
  });
});

describe('the terminal', () => {
  it('is drawn anew when its size changes, and never with more rows than it has', async () => {
    const screen = await show(120, 36);
    const sizes = [
      [80, 24],
      [200, 50],
      [50, 8],
      [60, 16],
      [120, 36],
    ] as const;
    for (const [columns, rows] of sizes) {
      const start = screen.output.length;
      await screen.resize(columns, rows);
      const isDrawn = (lines: readonly string[]) =>
        columns === 50
          ? lines.some((line) => line.includes('It has 50 columns'))
          : displayWidth(lines[0] ?? '') >= columns - 1 && lines[rows - 1]?.includes('? help') === true;
      expectSound(await screen.until(isDrawn), columns, rows);
      const written = screen.output.slice(start);
      for (const frame of written.split('\x1b[?2026l')) expect(frame.split('\n').length).toBeLessThanOrEqual(rows);
    }
  });

  it('is given back when it is quit', async () => {
    const screen = await show(80, 24);
    expect(screen.isAlternate).toBe(true);
    await screen.keys('q');
    await screen.ended;
    expect(screen.output).toMatch(/\x1b\[\?1049l(\x1b\[\?25h)+$/);
    await screen.until(() => !screen.isAlternate, 'the main screen');
  });

  it('is not written to while nothing changes', async () => {
    const engine = new FakeEngine();
    const screen = await show(120, 36, engine);
    await screen.until(() => true);
    const written = screen.output.length;
    engine.setInventory(engine.inventory());
    await screen.keys('x', 'Y');
    expect(screen.output.length).toBe(written);
  });

  it('makes the screen fail, not hang, when drawing fails', async () => {
    const broken = someReplay();
    Object.defineProperty(broken, 'cursor', {
      get: () => {
        throw new Error('broken view');
      },
    });
    const screen = new ScreenHarness(new FakeEngine(someView({ replay: broken })), 80, 24);
    await expect(screen.ended).rejects.toThrow('broken view');
    expect(screen.output).toMatch(/\x1b\[\?1049l(\x1b\[\?25h)+$/);
  });
});
