import { describe, expect, it } from 'vitest';
import { EMPTY_INVENTORY } from '../../../src/model/view.ts';
import { createScreenController } from '../../../src/tui/screen-controller.ts';
import { currentPosition } from '../../../src/tui/state/move.ts';
import { program, someAnomalies, someEvents, someInventory, someView } from '../../helpers/fake-data.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

/** A screen of 80×24, where one pane of 15 rows is drawn, driven by key names. */
function screen(engine: FakeEngine) {
  const controller = createScreenController(engine, {
    folded: true,
    size: { columns: 80, rows: 24 },
    onEffect: () => {},
    after: () => () => {},
  });
  return {
    engine,
    controller,
    press: (...names: readonly string[]) => {
      controller.press(names.map((name) => ({ name, text: name === 'space' ? ' ' : name.length === 1 ? name : '' })));
    },
    /** Index, first visible row and id of the selected row. */
    at: () => {
      const { state, listOf, heightOf } = controller.snapshot();
      if (state.focus === 'trends') throw new Error('trends has no rows');
      const list = listOf(state.focus);
      if (list === null) throw new Error('no list');
      const position = currentPosition(state, state.focus, list, heightOf(state.focus));
      return [position.index, position.top, list.idAt(position.index)];
    },
  };
}

function programs(count: number) {
  return screen(new FakeEngine(someView(), someInventory(count)));
}

describe('moving in a list', () => {
  it('goes by rows, half pages, pages and to the ends', () => {
    const { press, at } = programs(100);
    press('6');
    expect(at()).toEqual([0, 0, '100']);
    press('j', 'j', 'k');
    expect(at()).toEqual([1, 0, '101']);
    press('ctrl-d');
    expect(at()).toEqual([8, 7, '108']);
    press('pagedown');
    expect(at()).toEqual([22, 21, '122']);
    press('pageup', 'ctrl-u');
    expect(at()).toEqual([1, 0, '101']);
    press('G');
    expect(at()).toEqual([99, 85, '199']);
    press('j');
    expect(at()).toEqual([99, 85, '199']);
    press('g');
    expect(at()).toEqual([0, 0, '100']);
    press('k');
    expect(at()).toEqual([0, 0, '100']);
  });

  it('scrolls only when the selection would leave the screen', () => {
    const { press, at } = programs(100);
    press('6', ...Array.from({ length: 15 }, () => 'j'));
    expect(at()).toEqual([15, 1, '115']);
    press('k', 'k');
    expect(at()).toEqual([13, 1, '113']);
  });

  it('does nothing on an empty list', () => {
    const { press, at } = screen(new FakeEngine(someView(), EMPTY_INVENTORY));
    press('6', 'j', 'G', 'pagedown', 'k');
    expect(at()).toEqual([0, 0, null]);
  });
});

describe('the selection', () => {
  it('follows its row, and the row keeps its place on the screen', () => {
    const { engine, press, at } = programs(50);
    press('6', 'j', 'j', 'j');
    const { programs: list } = engine.inventory();
    engine.setInventory({ ...engine.inventory(), programs: [program(7), program(8), ...list] });
    expect(at()).toEqual([5, 2, '103']);
  });

  it('stays where it was when its row is gone', () => {
    const { engine, press, at } = programs(50);
    press('6', 'j', 'j');
    engine.setInventory({
      ...engine.inventory(),
      programs: engine.inventory().programs.filter(({ id }) => id !== 102),
    });
    expect(at()).toEqual([2, 0, '103']);
  });

  it('stays on the first row while new rows come in above it', () => {
    const { engine, press, at } = screen(new FakeEngine());
    press('2');
    const [first, ...others] = someAnomalies();
    if (first === undefined) throw new Error('no anomalies');
    engine.setView({ anomalies: [{ ...first, time: first.time + 1 }, first, ...others] });
    expect(at()).toEqual([0, 0, `${first.time + 1}/${first.type}`]);
  });
});

describe('severe rows', () => {
  it('are found by e and E', () => {
    const { press, at, controller } = screen(new FakeEngine());
    press('3', 'e');
    expect(controller.snapshot().state.flash?.text).toContain('no row of severity error or worse after this one');
    press('1', 'e');
    // Checks: Helper Whitelist (error) stands first, so there is none after it.
    expect(at()[0]).toBe(0);
    press('5', 'E');
    expect(at()[2]).toBe('36');
    press('E');
    expect(at()[2]).toBe('27');
    press('e');
    expect(at()[2]).toBe('36');
  });
});

describe('the event list', () => {
  const many = () => screen(new FakeEngine(someView(), someInventory(), someEvents(200)));

  it('follows what is new until it is scrolled up, and again after G', () => {
    const { engine, press, at, controller } = many();
    expect(at()).toEqual([199, 185, '200']);
    engine.addEvents(someEvents(5, 200));
    expect(at()).toEqual([204, 190, '205']);
    press('k');
    expect(controller.snapshot().state.following).toBe(false);
    engine.addEvents(someEvents(5, 205));
    expect(at()).toEqual([203, 190, '204']);
    press('G');
    expect(at()).toEqual([209, 195, '210']);
    engine.addEvents(someEvents(1, 210));
    expect(at()).toEqual([210, 196, '211']);
  });

  it('is moved through window by window', () => {
    const { press, at } = many();
    press(...Array.from({ length: 60 }, () => 'k'));
    expect(at()).toEqual([139, 139, '140']);
    press('g');
    expect(at()).toEqual([0, 0, '1']);
    press('pagedown', 'j');
    expect(at()).toEqual([15, 14, '16']);
  });

  it('keeps the selected row when the store lets the oldest go', () => {
    const { engine, press, at } = many();
    press('k', 'k', 'k');
    engine.shed(50);
    expect(at()).toEqual([146, 135, '197']);
  });

  it('starts at the newest row when a filter is typed', () => {
    const { press, at, controller } = many();
    press('g', '/', ...'number 7'.split('').map((character) => (character === ' ' ? 'space' : character)));
    expect(controller.snapshot().state.following).toBe(true);
    expect(at()[0]).toBeGreaterThan(0);
  });
});
