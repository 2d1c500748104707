import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Line } from '../../src/tui/line.ts';
import { titleLine } from '../../src/tui/panes/title-line.ts';
import { createScreenController } from '../../src/tui/screen-controller.ts';
import { glyphsFor } from '../../src/tui/theme/glyphs.ts';
import { footerLine } from '../../src/tui/widgets/footer-line.ts';
import { event, someInventory, someView } from '../helpers/fake-data.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';

const glyphs = glyphsFor(false);
const summary = 'program 60 was loaded by runc (pid 4242) for a container with a rather long name';
const HEAD = event(1, 'program-load', 'info', { summary });

/** A load that stands for three others, and one that stands for itself. */
function containerLoads(): readonly AuditEvent[] {
  const like = [2, 3, 4].map((index) => ({ ...event(index, 'program-load', 'info', {}), foldedInto: HEAD.id }));
  return [HEAD, ...like, event(5, 'program-load', 'error', { summary: 'program 61 was loaded by evil' })];
}

function screen(folded = true) {
  const engine = new FakeEngine(someView(), someInventory(), containerLoads());
  const options = { folded, size: { columns: 80, rows: 24 }, onEffect: () => {}, after: () => () => {} };
  const controller = createScreenController(engine, options);
  const press = (...names: readonly string[]) =>
    controller.press(names.map((name) => ({ name, text: name.length === 1 ? name : '' })));
  const list = () => controller.snapshot().listOf('events');
  const rows = (width: number): readonly string[] => {
    const drawn = list()?.draw(width, glyphs);
    return Array.from({ length: list()?.count ?? 0 }, (_, index) => textOf(drawn?.row(index) ?? []));
  };
  return { engine, controller, press, list, rows };
}

function textOf(line: Line): string {
  return line
    .map((part) => part.text)
    .join('')
    .trimEnd();
}

describe('a folded event list', () => {
  it('has one row for events that another stands for, and says of how many, however narrow it is', () => {
    const { rows } = screen();
    expect(rows(120)).toHaveLength(2);
    expect(rows(120)[0]).toMatch(/program 60 was loaded by runc .*… \+3 more like it$/);
    expect(rows(76)[0]).toMatch(/program 60 .*… \+3 more like it$/);
    expect(rows(76)[1]).not.toContain('more like it');
  });

  it('says in its title how many rows are folded, filtered or not', () => {
    const { list, press } = screen();
    const title = (filter: string) =>
      textOf(titleLine('events', { list: list(), filter, focused: true, tabs: ['events'] }));
    expect(title('')).toBe('5 Events 2, 3 folded');
    press('/', '1', '9', '3');
    expect(title('193')).toBe('5 Events 2 of 5, 3 folded /193');
    press('esc', 'f');
    expect(title('')).toBe('5 Events 5');
  });

  it('is unfolded and folded again by f, which asks the engine', () => {
    const { engine, press, rows, controller } = screen();
    press('f');
    expect(engine.requests.at(-1)).toMatchObject({ folded: false, filter: '' });
    expect(rows(120)).toHaveLength(5);
    expect(controller.snapshot().state.flash?.text).toContain('f folds');
    press('f');
    expect(rows(120)).toHaveLength(2);
  });

  it('starts anew at the newest row, as with a new filter', () => {
    const { press, controller } = screen();
    press('k');
    expect(controller.snapshot().state.following).toBe(false);
    press('f');
    expect(controller.snapshot().state).toMatchObject({ following: true, lists: { events: { selected: null } } });
  });

  it('opens unfolded with --no-fold', () => {
    expect(screen(false).rows(120)).toHaveLength(5);
  });

  it('is not changed by f in another pane or behind a detail, which says so', () => {
    const { press, controller } = screen();
    press('1', 'f');
    expect(controller.snapshot().state).toMatchObject({
      folded: true,
      flash: { text: 'only Events fold: 5 goes there' },
    });
    press('5', 'enter', 'f');
    expect(controller.snapshot().state).toMatchObject({ folded: true, flash: { text: 'close this first: esc' } });
  });

  it('offers f in the footer only where something is folded', () => {
    const footer = ({ controller, list }: ReturnType<typeof screen>) =>
      textOf(footerLine(controller.snapshot().state, { replay: null, list: list() }, 80, glyphs));
    expect(footer(screen())).toContain('f unfold');
    expect(footer(screen(false))).toContain('f fold');
    const quiet = screen();
    quiet.engine.shed(4);
    expect(footer(quiet)).not.toContain('fold');
  });
});

describe('the detail of an event', () => {
  it('tells what it stands for and how to see it', () => {
    const { list } = screen();
    const texts =
      list()
        ?.detailAt(0)
        ?.blocks.map((block) => ('text' in block ? block.text : block.value)) ?? [];
    expect(texts.some((text) => /^3 more events like this: .*f in Events/.test(text))).toBe(true);
  });

  it('tells what it is folded into', () => {
    const { list } = screen(false);
    expect(list()?.detailAt(1)?.blocks).toContainEqual({ kind: 'field', label: 'Folded into', value: HEAD.id });
    expect(
      list()
        ?.detailAt(0)
        ?.blocks.some((block) => block.kind === 'heading' && block.text === 'Folded'),
    ).toBe(false);
  });
});
