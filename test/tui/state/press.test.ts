import { describe, expect, it } from 'vitest';
import type { ReplayView, ViewModel } from '../../../src/model/view.ts';
import { EMPTY_INVENTORY } from '../../../src/model/view.ts';
import { createScreenController } from '../../../src/tui/screen-controller.ts';
import type { Effect } from '../../../src/tui/state/press.ts';
import type { ScreenState } from '../../../src/tui/state/screen-state.ts';
import { NOW, someReplay, someView } from '../../helpers/fake-data.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

/** A screen of 120×36 over a fake engine, driven by key names. */
function screen(view: ViewModel | null = someView(), size = { columns: 120, rows: 36 }) {
  const engine = new FakeEngine(view);
  const effects: Effect[] = [];
  const controller = createScreenController(engine, {
    folded: true,
    size,
    onEffect: (effect) => effects.push(effect),
    after: () => () => {},
  });
  const press = (...names: readonly string[]): ScreenState => {
    controller.press(names.map((name) => ({ name, text: name.length === 1 ? name : name === 'space' ? ' ' : '' })));
    return controller.snapshot().state;
  };
  return { engine, effects, press, controller };
}

describe('panes', () => {
  it('are focused by digit and by Tab, around the end', () => {
    const { press } = screen();
    expect(press('1').focus).toBe('checks');
    expect(press('tab').focus).toBe('anomalies');
    expect(press('1', 'shift-tab').focus).toBe('maps');
    expect(press('tab').focus).toBe('checks');
  });

  it('come to the front where two share a place', () => {
    const { press } = screen();
    expect(press('7').front).toBe('maps');
    expect(press('1').front).toBe('maps');
    expect(press('6').front).toBe('programs');
  });

  it('are zoomed by z; esc and q leave the zoom', () => {
    const { press, effects } = screen();
    expect(press('z').zoomed).toBe(true);
    expect(press('esc').zoomed).toBe(false);
    expect(press('z', 'q').zoomed).toBe(false);
    expect(effects).toEqual([]);
  });
});

describe('quitting', () => {
  it('q closes what is open, one level at a time, and quits on the panes', () => {
    const { press, effects } = screen();
    expect(press('1', 'enter', '?').overlays.map((overlay) => overlay.kind)).toEqual(['detail', 'help']);
    expect(press('q').overlays.map((overlay) => overlay.kind)).toEqual(['detail']);
    expect(press('q').overlays).toEqual([]);
    expect(effects).toEqual([]);
    press('q');
    expect(effects).toEqual([{ kind: 'quit' }]);
  });

  it('ctrl-c quits from anywhere, also while a filter is typed', () => {
    const { press, effects } = screen();
    press('/', 'x', 'ctrl-c');
    expect(effects).toEqual([{ kind: 'quit' }]);
  });

  it.each(['q', 'ctrl-c'])('%s quits before there is any data', (key) => {
    const { press, effects } = screen(null);
    press('j', 'enter', '/', key);
    expect(effects).toEqual([{ kind: 'quit' }]);
  });

  it('q quits a terminal that is too small', () => {
    const { press, effects } = screen(someView(), { columns: 40, rows: 10 });
    press('z', 'q');
    expect(effects).toEqual([{ kind: 'quit' }]);
  });

  it('ctrl-z and ctrl-l are for the terminal', () => {
    const { press, effects } = screen();
    press('ctrl-z', 'ctrl-l');
    expect(effects).toEqual([{ kind: 'suspend' }, { kind: 'redraw' }]);
  });
});

describe('a replay', () => {
  it('is driven by its keys', () => {
    const { engine, press } = screen(someView({ mode: 'replay', replay: someReplay() }));
    press('space', '+', '-', '>', '<', 'right', 'left', '.', '}', '{');
    expect(engine.playerActions).toEqual([
      { kind: 'toggle' },
      { kind: 'faster' },
      { kind: 'slower' },
      { kind: 'seek', steps: 1 },
      { kind: 'seek', steps: -1 },
      { kind: 'seek', steps: 1 },
      { kind: 'seek', steps: -1 },
      { kind: 'step' },
      { kind: 'mark', direction: 1 },
      { kind: 'mark', direction: -1 },
    ]);
  });

  it.each<[string, Partial<ReplayView>, string]>([
    ['}', { cursor: NOW - 60_000 }, 'no alert after this moment'],
    ['{', { cursor: NOW - 7 * 60_000 }, 'no alert before this moment'],
    ['.', { cursor: NOW }, 'this is the end of the recording'],
    ['>', { cursor: NOW }, 'this is the end of the recording'],
    ['<', { cursor: NOW - 10 * 60_000 }, 'this is the start of the recording'],
  ])('says where %s leads nowhere', (key, change, text) => {
    const { press } = screen(someView({ mode: 'replay', replay: someReplay(change) }));
    expect(press(key).flash?.text).toBe(text);
    const { press: pressInside } = screen(someView({ mode: 'replay', replay: someReplay() }));
    expect(pressInside(key).flash).toBeNull();
  });

  it('does not hold the screen by space', () => {
    const { press } = screen(someView({ mode: 'replay', replay: someReplay() }));
    expect(press('space').pause).toBeNull();
  });
});

describe('a key that can not act says why', () => {
  it.each([
    ['+', 'speed is for a replay; this is live'],
    ['<', 'only a replay can jump back; scroll up in Events to look back'],
    ['.', 'steps are for a replay; this is live'],
    ['}', 'the marks are on the time bar of a replay; this is live'],
    ['esc', 'nothing to go back from; q quits'],
  ])('%s', (key, text) => {
    const { press, engine } = screen();
    expect(press(key).flash?.text).toBe(text);
    expect(engine.playerActions).toEqual([]);
  });

  it('on Trends, which has no rows', () => {
    const { press } = screen();
    expect(press('4', 'j').flash?.text).toContain('no rows');
    expect(press('/').flash?.text).toContain('no rows');
    expect(press('/').prompt).toBeNull();
  });

  it('on an empty list', () => {
    const { press } = screen(someView({ anomalies: [] }));
    expect(press('2', 'enter').flash?.text).toBe('nothing to open: no anomalies here');
  });

  it('and the next key clears it', () => {
    const { press } = screen();
    expect(press('+').flash).not.toBeNull();
    expect(press('1').flash).toBeNull();
  });
});

describe('pause', () => {
  it('holds what is shown, and the events up to the newest, while the engine goes on', () => {
    const { engine, press, controller } = screen();
    const held = controller.snapshot().shown;
    expect(press('space').pause).not.toBeNull();
    engine.addEvents(
      engine
        .events()
        ?.rows.map((row) => row.event)
        .slice(0, 7) ?? [],
    );
    engine.setView({ host: 'other' });
    expect(controller.snapshot().shown?.view).toBe(held?.view);
    expect(controller.snapshot().newEvents).toBe(7);
    expect(engine.requests.at(-1)?.ceiling).toBe(40);
    expect(controller.snapshot().shown?.window?.matching).toBe(40);
    expect(press('space').pause).toBeNull();
    expect(controller.snapshot().shown?.view.host).toBe('other');
    expect(controller.snapshot().shown?.window?.matching).toBe(47);
  });
});

describe('details', () => {
  it('are opened by Enter and hold the row when it goes away', () => {
    const { engine, press } = screen();
    const opened = press('6', 'j', 'enter').overlays[0];
    expect(opened).toMatchObject({ kind: 'detail', pane: 'programs', id: '101' });
    engine.setInventory(EMPTY_INVENTORY);
    expect(press('down').overlays[0]).toMatchObject({ kind: 'detail', id: '101' });
  });

  it('exist for Trends too, as numbers', () => {
    const { press } = screen();
    expect(press('4', 'enter').overlays[0]).toMatchObject({ kind: 'detail', pane: 'trends', id: null });
  });

  it('scroll within their lines', () => {
    const { press } = screen(someView(), { columns: 80, rows: 24 });
    press('1', 'enter');
    expect(press('k').overlays[0]?.top).toBe(0);
    expect(press('j', 'j').overlays[0]?.top).toBe(2);
    const end = press('G').overlays[0]?.top ?? 0;
    expect(end).toBeGreaterThan(2);
    expect(press('pagedown', 'j').overlays[0]?.top).toBe(end);
    expect(press('g').overlays[0]?.top).toBe(0);
  });
});
