import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphRows, largest, newest } from '../../src/tui/graph.ts';
import { glyphsFor } from '../../src/tui/theme/glyphs.ts';

const blocks = glyphsFor(false);
const ascii = glyphsFor(true);

describe('graphRows', () => {
  it('draws eighths of a row, zero as a sign of its own and gaps as gaps', () => {
    expect(graphRows([null, 0, 1, 4, 8], 8, 1, blocks)).toEqual([' ·▁▄█']);
    expect(graphRows([null, 0, 1, 4, 7], 7, 1, ascii)).toEqual([' _.=#']);
  });

  it('shows one event beside a thousand', () => {
    expect(graphRows([1, 1000], 1000, 1, blocks)).toEqual(['▁█']);
  });

  it('stacks rows, the top one first', () => {
    expect(graphRows([0, 8, 16, 12], 16, 2, blocks)).toEqual(['  █▄', '·███']);
  });

  it('draws nothing but zeros when nothing happened', () => {
    expect(graphRows([0, 0], 0, 1, blocks)).toEqual(['··']);
  });

  it('is as wide as its samples and as high as asked, with values of any size', () => {
    const sample = fc.option(fc.double({ min: 0, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 50 }), fc.integer({ min: 1, max: 6 }), (samples, height) => {
        const rows = graphRows(samples, largest(samples), height, blocks);
        expect(rows).toHaveLength(height);
        for (const row of rows) expect([...row]).toHaveLength(samples.length);
      }),
    );
  });
});

describe('newest', () => {
  it('keeps the end, and puts gaps before the beginning', () => {
    expect(newest([1, 2, 3], 2)).toEqual([2, 3]);
    expect(newest([1], 3)).toEqual([null, null, 1]);
  });
});
