import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../src/tui/line.ts';
import { drawTrends } from '../../../src/tui/panes/trends/draw.ts';
import { passRateSeries, severitySeries } from '../../../src/tui/panes/trends/series.ts';
import { glyphsFor } from '../../../src/tui/theme/glyphs.ts';
import { someTrends } from '../../helpers/fake-data.ts';

const glyphs = glyphsFor(false);
const NOTHING = { debug: 0, info: 0, warning: 0, error: 0, critical: 0 };

function draw(width: number, height: number, trends = someTrends()): readonly string[] {
  return drawTrends(trends, width, height, glyphs).map((line) => line.map((part) => part.text).join(''));
}

describe('series', () => {
  it('have a gap where an interval is missing', () => {
    const events = [
      { time: 0, counts: { ...NOTHING, error: 1 } },
      { time: 30, counts: { ...NOTHING, error: 4 } },
    ];
    const trends = { intervalMs: 10, events, checkRuns: [] };
    expect(severitySeries(trends, 'error')).toEqual([1, null, null, 4]);
    expect(severitySeries({ ...trends, events: [] }, 'error')).toEqual([]);
  });

  it('give the pass rate of those checks that could be decided', () => {
    const run = (passed: number, failed: number, inconclusive: number) => ({ time: 0, passed, failed, inconclusive });
    const trends = { intervalMs: 10, events: [], checkRuns: [run(3, 1, 9), run(0, 0, 6), run(0, 2, 0)] };
    expect(passRateSeries(trends)).toEqual([75, null, 0]);
  });
});

describe('drawTrends', () => {
  it('draws a row for the pass rate and each severity, worst first, and the times below', () => {
    const lines = draw(60, 7);
    expect(lines.map((line) => line.slice(0, 10).trim())).toEqual([
      'pass rate',
      '■ CRITICAL',
      '◆ ERROR',
      '▲ WARNING',
      '• INFO',
      '· DEBUG',
      '',
    ]);
    expect(lines[0]).toMatch(/ now 40%$/);
    expect(lines[5]).toMatch(/ max 32$/);
    expect(lines[6]).toMatch(/^ {11}\d\d:\d\d:\d\d +14:50:10 +\/10s$/);
  });

  it('leaves out the least severe where there are too few rows', () => {
    expect(draw(60, 3).map((line) => line.slice(0, 10).trim())).toEqual(['pass rate', '■ CRITICAL', '◆ ERROR']);
  });

  it('grows with the pane', () => {
    expect(draw(60, 19).filter((line) => line.startsWith(' '.repeat(11))).length).toBe(13);
  });

  it('fits any pane', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 22, max: 250 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(80),
        (width, height, n) => {
          const lines = drawTrends(someTrends(n), width, height, glyphs);
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        },
      ),
    );
  });
});
