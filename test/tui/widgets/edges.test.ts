import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplayView, ViewModel } from '../../../src/model/view.ts';
import { type Line, lineWidth } from '../../../src/tui/line.ts';
import { INITIAL_STATE, type ScreenState, withFlash } from '../../../src/tui/state/screen-state.ts';
import { glyphsFor } from '../../../src/tui/theme/glyphs.ts';
import { footerLine } from '../../../src/tui/widgets/footer-line.ts';
import { bannerLine, headerLines } from '../../../src/tui/widgets/header-lines.ts';
import { summaryLines, tabStripLine } from '../../../src/tui/widgets/summary-lines.ts';
import { timeBarLine } from '../../../src/tui/widgets/time-bar-line.ts';
import { NOW, someInventory, someReplay, someView } from '../../helpers/fake-data.ts';

const glyphs = glyphsFor(false);

function textOf(line: Line | undefined): string {
  return (line ?? []).map((part) => part.text).join('');
}

function header(change: Partial<ViewModel>, newEvents: number | null = null): readonly string[] {
  return headerLines(someView(change), newEvents, 100, glyphs).map((line) => textOf(line).trimEnd());
}

describe('the header', () => {
  it('says who, how and when, with the date and the zone', () => {
    expect(header({})[0]).toMatch(/^ bpfwitness web-1 {2}LIVE +2026-11-23 14:50:10 UTC$/);
  });

  it.each<[string, Partial<ViewModel>, number | null]>([
    ['LIVE', {}, null],
    ['FOLLOWING FILES', { mode: 'follow' }, null],
    ['PAUSED +1,214 new', {}, 1214],
    ['ENDED', { ended: true }, null],
    ['REPLAY ×4', { replay: someReplay() }, null],
    ['REPLAY ×max', { replay: someReplay({ speed: Number.POSITIVE_INFINITY }) }, null],
    ['REPLAY ×4 PAUSED', { replay: someReplay({ state: 'paused' }) }, null],
    ['REPLAY ×4 at the end', { replay: someReplay({ state: 'ended' }) }, null],
    ['REPLAY loading 25%', { replay: someReplay({ state: 'loading', loadedBytes: 250_000 }) }, null],
    ['REPLAY loading 2.0 KiB', { replay: someReplay({ state: 'loading', loadedBytes: 2048, totalBytes: null }) }, null],
  ])('shows %s', (expected, change, newEvents) => {
    expect(header(change, newEvents)[0]).toContain(`web-1  ${expected}  `);
  });

  it('counts what is stored, shed and unreadable', () => {
    const view = { events: { stored: 12_345, shed: 7, seen: 12_352, changes: 0 }, unreadable: { count: 3, first: [] } };
    expect(header(view)[1]).toContain('12.4 events/s · 12,345 stored · 7 shed · 3 unreadable · 2.4 MiB');
  });

  it('says how to see the problems', () => {
    const problem = { section: null, message: 'x' };
    expect(header({ problems: [problem, problem] })[1]).toMatch(/2 problems: p$/);
    expect(header({ unreadable: { count: 1, first: [] } })[1]).toMatch(/ unreadable: p$/);
    expect(header({})[1]).toMatch(/MiB$/);
  });

  it('shows no data as no data', () => {
    expect(header({ time: null })[0]).toMatch(/no data yet$/);
  });
});

describe('the time bar', () => {
  it('shows its ends, what was played, the cursor and the worst mark of a cell', () => {
    const replay = someReplay({
      start: NOW,
      end: NOW + 100_000,
      cursor: NOW + 50_000,
      marks: [
        { time: NOW + 25_000, severity: 'warning' },
        { time: NOW + 75_000, severity: 'critical' },
        { time: NOW + 75_001, severity: 'warning' },
      ],
    });
    expect(textOf(timeBarLine(replay, 43, glyphs))).toBe(' 14:50:10 ├━━━━━▲━━━━┃────■─────┤ 14:51:50 '.padEnd(43));
  });

  it('names the days of a recording that is longer than one', () => {
    expect(textOf(timeBarLine(someReplay({ start: NOW - 200_000_000 }), 80, glyphs))).toMatch(/^ 11-21 07:16 ├/);
  });

  it('stands a recording of one moment', () => {
    expect(lineWidth(timeBarLine(someReplay({ start: NOW, end: NOW, cursor: NOW }), 60, glyphs))).toBe(60);
  });
});

describe('the footer', () => {
  const footer = (state: ScreenState, width = 80, replay: ReplayView | null = null) =>
    textOf(footerLine(state, { replay, list: null }, width, glyphs));

  it('gives the keys of the focused pane; help and quit always', () => {
    expect(footer(INITIAL_STATE)).toContain('Enter open  / filter  z zoom  space pause  1-7 pane  ? help  q quit');
    expect(footer({ ...INITIAL_STATE, focus: 'trends' })).not.toContain('filter');
    expect(footer({ ...INITIAL_STATE, following: false })).toContain('G follow');
    expect(footer(INITIAL_STATE, 60, someReplay())).toMatch(/\? help {2}q quit *$/);
    expect(footer(INITIAL_STATE, 120, someReplay())).toContain('+ - speed  < > seek  . step  { } alert');
    expect(footer(INITIAL_STATE, 120, someReplay())).toContain('space pause');
    expect(footer(INITIAL_STATE, 120, someReplay({ state: 'ended' }))).toContain('space play');
  });

  it('shows the flash instead', () => {
    expect(footer(withFlash(INITIAL_STATE, 'speed is for a replay')).trim()).toBe('speed is for a replay');
  });

  it('shows the end of a long filter that is being typed', () => {
    const events = { ...INITIAL_STATE.lists.events, filter: `${'x'.repeat(150)}END` };
    const state = { ...INITIAL_STATE, prompt: 'events' as const, lists: { ...INITIAL_STATE.lists, events } };
    expect(footer(state)).toMatch(/^ \/x+END▏ +Enter keep {2}esc clear $/);
  });
});

describe('the summary of a small screen', () => {
  it('marks the focused pane in the strip of names', () => {
    const strip = tabStripLine('alerts', 80, glyphs);
    expect(textOf(strip)).toBe(' 1 Checks   2 Anomalies   3 Alerts   4 Trends   5 Events   6 Programs   7 Maps  ');
    expect(strip.filter((part) => part.style === 'selected').map((part) => part.text)).toEqual([' 3 Alerts ']);
  });

  it('counts what is not drawn', () => {
    const data = { view: someView(), inventory: someInventory(), window: null };
    const [first, second] = summaryLines(data, 80, glyphs).map(textOf);
    expect(first?.trim()).toBe('2 passed, 3 failed, 1 inconclusive · 2 alerts, worst ◆ ERROR · 2 anomalies');
    expect(second).toMatch(/^ events .* 12 programs, 9 maps $/);
    const unseen = { ...someInventory(0, 0), covers: ['maps' as const] };
    const [, unknown] = summaryLines({ ...data, inventory: unseen }, 80, glyphs).map(textOf);
    expect(unknown).toMatch(/ programs unknown, 0 maps $/);
  });
});

describe('every line of the edges', () => {
  it('is exactly as wide as the screen, whatever the host is called', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), fc.string({ unit: 'binary', maxLength: 90 }), (width, text) => {
        const view = someView({ host: text, banner: text });
        const data = { view, inventory: someInventory(), window: null };
        const events = { ...INITIAL_STATE.lists.events, filter: text };
        const typing: ScreenState = { ...INITIAL_STATE, prompt: 'events', lists: { ...INITIAL_STATE.lists, events } };
        const lines = [
          ...headerLines(view, 5, width, glyphs),
          bannerLine(text, width, glyphs),
          ...summaryLines(data, width, glyphs),
          tabStripLine('maps', width, glyphs),
          timeBarLine(someReplay(), width, glyphs),
          footerLine(typing, { replay: someReplay(), list: null }, width, glyphs),
          footerLine(INITIAL_STATE, { replay: someReplay(), list: null }, width, glyphs),
        ];
        for (const line of lines) {
          expect(lineWidth(line)).toBe(width);
          expect(textOf(line)).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});
