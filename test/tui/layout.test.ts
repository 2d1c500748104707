import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Layout, type LayoutOptions, layoutScreen, MINIMUM, type Rect } from '../../src/tui/layout.ts';
import { PANES } from '../../src/tui/panes/ids.ts';

const LIVE: LayoutOptions = { focus: 'events', zoomed: false, front: 'programs', banner: false, timeBar: false };

function at(columns: number, rows: number, change: Partial<LayoutOptions> = {}): Layout {
  return layoutScreen({ columns, rows }, { ...LIVE, ...change });
}

function panesOf(layout: Layout): readonly string[] {
  return layout.kind === 'panes' ? layout.panes.map(({ pane }) => pane) : [];
}

function rectsOf(layout: Layout): readonly Rect[] {
  if (layout.kind !== 'panes') return [];
  const { header, banner, tabStrip, summary, timeBar, footer, panes } = layout;
  const parts = [header, banner, tabStrip, summary, timeBar, footer, ...panes.map(({ rect }) => rect)];
  return parts.filter((rect) => rect !== null);
}

describe('layoutScreen', () => {
  it.each([
    [200, 50, ['checks', 'anomalies', 'alerts', 'trends', 'events', 'programs', 'maps']],
    [120, 36, ['checks', 'anomalies', 'alerts', 'trends', 'events', 'programs']],
    [80, 24, ['events']],
    [300, 24, ['events']],
    [100, 60, ['events']],
    [60, 16, ['events']],
    [59, 16, []],
    [60, 15, []],
  ])('at %i×%i draws %j', (columns, rows, panes) => {
    expect(panesOf(at(columns, rows))).toEqual(panes);
  });

  it('says what it needs when it is too small', () => {
    expect(at(59, 10)).toEqual({ kind: 'too-small', needed: MINIMUM });
  });

  it('shows the focused pane alone where there is no room for more', () => {
    expect(panesOf(at(80, 24, { focus: 'maps' }))).toEqual(['maps']);
  });

  it('puts the one of Programs and Maps in front that was looked at last', () => {
    expect(panesOf(at(120, 36, { front: 'maps' }))).toContain('maps');
    expect(panesOf(at(120, 36, { front: 'maps' }))).not.toContain('programs');
  });

  it('gives a zoomed pane everything between header and footer', () => {
    const layout = at(200, 50, { zoomed: true, focus: 'alerts' });
    expect(panesOf(layout)).toEqual(['alerts']);
    expect(layout.kind === 'panes' && layout.panes[0]?.rect).toEqual({ x: 0, y: 2, width: 200, height: 47 });
  });

  it('covers every cell exactly once, at every size and in every mode', () => {
    const options = fc.record<LayoutOptions>({
      focus: fc.constantFrom(...PANES),
      zoomed: fc.boolean(),
      front: fc.constantFrom('programs', 'maps'),
      banner: fc.boolean(),
      timeBar: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 400 }),
        fc.integer({ min: 16, max: 120 }),
        options,
        (columns, rows, mode) => {
          const layout = layoutScreen({ columns, rows }, mode);
          const cells = rectsOf(layout).reduce((sum, { width, height }) => sum + width * height, 0);
          expect(cells).toBe(columns * rows);
          for (const [index, rect] of rectsOf(layout).entries()) {
            expect(rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0).toBe(true);
            expect(rect.x + rect.width <= columns && rect.y + rect.height <= rows).toBe(true);
            for (const other of rectsOf(layout).slice(index + 1)) expect(overlaps(rect, other)).toBe(false);
          }
        },
      ),
    );
  });

  it('leaves room for at least one row in every pane', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 400 }), fc.integer({ min: 16, max: 120 }), (columns, rows) => {
        const layout = at(columns, rows, { banner: true, timeBar: true });
        if (layout.kind !== 'panes') return;
        for (const { rect } of layout.panes) expect(rect.height).toBeGreaterThanOrEqual(5);
      }),
    );
  });
});

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
