import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../src/tui/line.ts';
import { type Column, headingLine, itemLine, placeColumns } from '../../src/tui/table.ts';
import { glyphsFor } from '../../src/tui/theme/glyphs.ts';

const glyphs = glyphsFor(false);

function column(title: string, least: number, ideal: number, rank: number, grow = 0): Column<string> {
  return { title, short: title.slice(0, 2), least, ideal, rank, grow, cell: (item) => ({ text: item }) };
}

const COLUMNS = [column('TIME', 4, 8, 9), column('SOURCE', 6, 6, 1), column('WHAT', 6, 10, 5, 1)];

function widthsAt(width: number): readonly (readonly [string, number])[] {
  return placeColumns(COLUMNS, width).map((placed) => [placed.column.title, placed.width]);
}

describe('placeColumns', () => {
  it('gives least widths first, ideal ones by rank, the rest to those that grow', () => {
    expect(widthsAt(20)).toEqual([
      ['TIME', 4],
      ['SOURCE', 6],
      ['WHAT', 6],
    ]);
    expect(widthsAt(23)).toEqual([
      ['TIME', 7],
      ['SOURCE', 6],
      ['WHAT', 6],
    ]);
    expect(widthsAt(50)).toEqual([
      ['TIME', 8],
      ['SOURCE', 6],
      ['WHAT', 32],
    ]);
  });

  it('leaves out the column of the lowest rank first', () => {
    expect(widthsAt(19).map(([title]) => title)).toEqual(['TIME', 'WHAT']);
    expect(widthsAt(5).map(([title]) => title)).toEqual(['TIME']);
  });
});

describe('lines', () => {
  it('says the short title where the long one does not fit', () => {
    const text = headingLine(placeColumns([column('SEVERITY', 4, 4, 1)], 4), 4, glyphs)
      .map((part) => part.text)
      .join('');
    expect(text).toBe('SE  ');
  });

  it('are exactly as wide as the pane, whatever stands in the cells', () => {
    const item = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(item, fc.integer({ min: 1, max: 90 }), (text, width) => {
        const placed = placeColumns(COLUMNS, width);
        expect(lineWidth(itemLine(placed, text.replaceAll(/\p{C}/gu, '?'), width, glyphs))).toBe(width);
        expect(lineWidth(headingLine(placed, width, glyphs))).toBe(width);
      }),
    );
  });
});
