import { describe, expect, it } from 'vitest';
import { createScreenController } from '../../src/tui/screen-controller.ts';
import { someEvents, someInventory, someView } from '../helpers/fake-data.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';

function screen(columns = 80, rows = 24) {
  const engine = new FakeEngine(someView(), someInventory(), someEvents(200));
  const controller = createScreenController(engine, {
    folded: true,
    size: { columns, rows },
    onEffect: () => {},
    after: () => () => {},
  });
  const press = (...names: readonly string[]) =>
    controller.press(names.map((name) => ({ name, text: name.length === 1 ? name : '' })));
  return { engine, controller, press };
}

describe('requests for events', () => {
  it('ask for the newest rows while the list follows', () => {
    expect(screen().engine.requests).toEqual([{ filter: '', offset: null, limit: 30, ceiling: null, folded: true }]);
  });

  it('ask for a page before and after what is seen once it is scrolled', () => {
    const { engine, press } = screen();
    press('k');
    expect(engine.requests.at(-1)).toEqual({ filter: '', offset: 170, limit: 45, ceiling: null, folded: true });
  });

  it('are not repeated while nothing changed', () => {
    const { engine, press } = screen();
    press('1', '2', '?', 'esc', '5');
    engine.setView({ host: 'other' });
    const sent = engine.requests.length;
    engine.setView({ host: 'third' });
    expect(engine.requests.length).toBe(sent);
  });

  it('are repeated when events came or went', () => {
    const { engine } = screen();
    engine.addEvents(someEvents(1, 200));
    expect(engine.requests).toHaveLength(2);
    engine.shed(1);
    expect(engine.requests).toHaveLength(3);
  });

  it('carry the filter as it is typed', () => {
    const { engine, press } = screen();
    press('/', 'x', 'd');
    expect(engine.requests.slice(-2).map((request) => request.filter)).toEqual(['x', 'xd']);
  });

  it('change with the size of the screen', () => {
    const { engine, controller } = screen();
    controller.resize({ columns: 80, rows: 40 });
    expect(engine.requests.at(-1)?.limit).toBe(62);
  });

  it('wait for the answer before the next one, and then ask for what is wanted by then', () => {
    const { engine, press } = screen();
    engine.hold(true);
    press('k', 'pageup', 'pageup', 'pageup', 'pageup');
    expect(engine.requests).toHaveLength(2);
    engine.hold(false);
    expect(engine.requests).toHaveLength(3);
    expect(engine.requests.at(-1)?.offset).toBeLessThan(140);
  });
});

describe('drawing', () => {
  it('happens only when something that is shown changed', () => {
    const { engine, controller, press } = screen(120, 36);
    let draws = 0;
    controller.subscribe(() => {
      draws += 1;
    });
    engine.setInventory(engine.inventory());
    expect(draws).toBe(0);
    press('x');
    expect(draws).toBe(0);
    press('1');
    expect(draws).toBe(1);
    controller.resize({ columns: 120, rows: 36 });
    expect(draws).toBe(1);
  });

  it('keeps the lists whose rows did not change', () => {
    const { engine, controller } = screen(200, 50);
    const before = controller.snapshot();
    engine.setView({ storeBytes: 7 });
    expect(controller.snapshot()).not.toBe(before);
    for (const pane of ['checks', 'anomalies', 'alerts', 'programs', 'maps'] as const) {
      expect(controller.snapshot().listOf(pane)).toBe(before.listOf(pane));
    }
  });
});

describe('what the engine says', () => {
  it('is drawn once for all that comes within a moment; a key is drawn at once', () => {
    const pending: (() => void)[] = [];
    const engine = new FakeEngine();
    const controller = createScreenController(engine, {
      folded: true,
      size: { columns: 120, rows: 36 },
      onEffect: () => {},
      after: (_, callback) => {
        pending.push(callback);
        return () => pending.splice(pending.indexOf(callback), 1);
      },
    });
    let draws = 0;
    controller.subscribe(() => {
      draws += 1;
    });
    engine.setView({ host: 'a' });
    engine.addEvents(someEvents(3, 40));
    engine.setView({ host: 'b' });
    expect([draws, pending.length]).toEqual([0, 1]);
    pending[0]?.();
    expect([draws, pending.length]).toEqual([1, 0]);
    engine.setView({ host: 'c' });
    controller.press([{ name: '1', text: '1' }]);
    expect([draws, pending.length]).toEqual([2, 0]);
  });
});

describe('the flash', () => {
  it('ends after its time, a later one after its own', () => {
    const timers: { callback: () => void; isCancelled: boolean }[] = [];
    const controller = createScreenController(new FakeEngine(), {
      folded: true,
      size: { columns: 80, rows: 24 },
      onEffect: () => {},
      after: (milliseconds, callback) => {
        if (milliseconds < 1_000) return () => {};
        const timer = { callback, isCancelled: false };
        timers.push(timer);
        return () => {
          timer.isCancelled = true;
        };
      },
    });
    controller.press([{ name: '+', text: '+' }]);
    controller.press([{ name: '.', text: '.' }]);
    expect(timers.map((timer) => timer.isCancelled)).toEqual([true, false]);
    expect(controller.snapshot().state.flash?.text).toContain('steps');
    timers[1]?.callback();
    expect(controller.snapshot().state.flash).toBeNull();
  });
});
