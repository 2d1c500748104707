import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../src/tui/line.ts';
import { passRateColumns, severityColumns, timeAxis, totalColumns } from '../../../src/tui/panes/trends/columns.ts';
import { drawTrends, spanTag } from '../../../src/tui/panes/trends/draw.ts';
import { glyphsFor } from '../../../src/tui/theme/glyphs.ts';
import { NOW, someTrends } from '../../helpers/fake-data.ts';

const glyphs = glyphsFor(false);
const NOTHING = { debug: 0, info: 0, warning: 0, error: 0, critical: 0 };

function draw(width: number, height: number, trends = someTrends()): readonly string[] {
  return drawTrends(trends, NOW, width, height, glyphs).map((line) => line.map((part) => part.text).join(''));
}

function point(time: number, error: number, info = 0) {
  return { time, counts: { ...NOTHING, error, info } };
}

function run(time: number, passed: number, failed: number) {
  return { time, passed, failed, inconclusive: 6 - passed - failed };
}

describe('timeAxis', () => {
  const trends = { intervalMs: 10, events: [point(100, 1), point(110, 0), point(120, 4)], checkRuns: [] };

  it('has a column for each interval where they fit', () => {
    expect(timeAxis(trends, null, 3)).toEqual({ start: 100, end: 130, columnMs: 10, columns: 3 });
  });

  it('merges adjacent intervals where they do not fit, aligned to the length of a column', () => {
    expect(timeAxis(trends, null, 2)).toEqual({ start: 100, end: 130, columnMs: 20, columns: 2 });
    const odd = { ...trends, events: trends.events.slice(1) };
    expect(timeAxis(odd, 140, 2)).toEqual({ start: 100, end: 140, columnMs: 20, columns: 2 });
    expect(timeAxis(odd, 141, 2)).toEqual({ start: 80, end: 141, columnMs: 40, columns: 2 });
    expect(timeAxis(odd, 141, 1)).toBeNull();
  });

  it('ends at the clock of the data: never later, and with what is quiet since the last event', () => {
    expect(timeAxis(trends, 123, 3)).toEqual({ start: 100, end: 123, columnMs: 10, columns: 3 });
    expect(timeAxis(trends, 190, 3)).toEqual({ start: 100, end: 190, columnMs: 50, columns: 2 });
  });

  it('begins with the check runs where there is no event, and is nothing where there is neither', () => {
    const runs = { intervalMs: 10, events: [], checkRuns: [run(95, 5, 1)] };
    expect(timeAxis(runs, 110, 9)).toEqual({ start: 90, end: 110, columnMs: 10, columns: 2 });
    expect(timeAxis({ ...runs, checkRuns: [] }, 110, 9)).toBeNull();
  });

  it('always spans all of the time in no more columns than there are', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.nat(1e7),
        fc.nat(1e7),
        fc.integer({ min: 2, max: 300 }),
        (first, span, since, width) => {
          const events = [point(first, 1), point(first + span, 1)];
          const axis = timeAxis({ intervalMs: 1000, events, checkRuns: [] }, first + span + since, width);
          if (axis === null) throw new Error('no axis');
          expect(axis.columns).toBeLessThanOrEqual(width);
          expect(axis.start).toBeLessThanOrEqual(first);
          expect(axis.start + axis.columns * axis.columnMs).toBeGreaterThanOrEqual(axis.end);
          expect(axis.end).toBeGreaterThanOrEqual(first + span + since);
        },
      ),
    );
  });
});

describe('columns', () => {
  const trends = { intervalMs: 10, events: [point(0, 1, 2), point(10, 0, 1), point(20, 4)], checkRuns: [] };
  const axis = (start: number, columnMs: number, columns: number) => ({
    start,
    end: start + columnMs * columns,
    columnMs,
    columns,
  });

  it('add up the intervals that they merge, and lose no event', () => {
    expect(severityColumns(trends, axis(0, 10, 3), 'error')).toEqual([1, 0, 4]);
    expect(severityColumns(trends, axis(0, 20, 2), 'error')).toEqual([1, 4]);
    expect(totalColumns(trends, axis(0, 20, 2))).toEqual([4, 4]);
  });

  it('are gaps where an interval is missing, and zero after the newest event', () => {
    const gap = { ...trends, events: [point(0, 1), point(30, 4)] };
    expect(severityColumns(gap, axis(0, 10, 6), 'error')).toEqual([1, null, null, 4, 0, 0]);
    expect(severityColumns({ ...trends, events: [] }, axis(0, 10, 2), 'error')).toEqual([null, null]);
  });

  it('hold the pass rate of those checks that could be decided until the next run, and show the lowest', () => {
    const checkRuns = [run(12, 3, 1), run(31, 0, 2), run(35, 2, 0), run(52, 0, 0)];
    expect(passRateColumns({ ...trends, checkRuns }, axis(0, 10, 7))).toEqual([null, 75, 75, 0, 100, 100, null]);
  });

  it('leave a gap where nobody checked for minutes', () => {
    const checkRuns = [run(0, 6, 0), run(300_000, 3, 3)];
    expect(passRateColumns({ ...trends, checkRuns }, axis(0, 60_000, 6))).toEqual([100, 100, 100, null, null, 50]);
  });
});

describe('drawTrends', () => {
  it('draws a row for the pass rate and each severity, worst first, and the times below', () => {
    const lines = draw(90, 7);
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
    expect(lines[6]).toMatch(/^ +14:40:10 +14:50:10 +\/10s$/);
  });

  it('shows the whole time however narrow it is, and how long a column is', () => {
    const axis = draw(46, 7)[6];
    expect(axis).toMatch(/^ +14:40:00 +14:50:10 +\/30s$/);
    expect(draw(46, 7)[1]).toMatch(/ max 1$/);
  });

  it('says what it spans in the border where there is no row left for it', () => {
    const tag = (height: number) => spanTag(someTrends(), NOW, 90, height).map((part) => part.text);
    expect(draw(90, 6)).toHaveLength(6);
    expect(tag(6)).toEqual(['14:40:10-14:50:10 /10s']);
    expect(tag(7)).toEqual([]);
    expect(spanTag({ intervalMs: 1000, events: [], checkRuns: [] }, NOW, 90, 6)).toEqual([]);
  });

  it('says the date where the span is longer than a day', () => {
    const days = { intervalMs: 86_400_000, events: [point(0, 1), point(86_400_000, 1)], checkRuns: [] };
    const lines = drawTrends(days, 2 * 86_400_000, 70, 7, glyphs).map((line) => line.map((part) => part.text).join(''));
    expect(lines[6]).toMatch(/ 1970-01-03 00:00 +\/1d00h$/);
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
          const lines = drawTrends(someTrends(n), NOW, width, height, glyphs);
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        },
      ),
    );
  });
});
