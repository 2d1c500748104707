import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsCsv, rowsJson, rowsTable } from '../../src/cli/rows-text.ts';
import { displayWidth } from '../../src/text/width.ts';

const ROWS = {
  columns: ['id', 'name'],
  rows: [
    [7, 'drop_all'],
    [1234, null],
    [null, ''],
  ],
};

describe('rows of SQL', () => {
  it('are a table: numbers right, what is not known by its name', () => {
    expect(rowsTable(ROWS)).toBe('  id  name\n   7  drop_all\n1234  NULL\nNULL\n');
    expect(rowsTable({ columns: ['id', 'name'], rows: [] })).toBe('id  name\n');
  });

  it('are CSV and JSON', () => {
    expect(rowsCsv(ROWS)).toBe('id,name\r\n7,drop_all\r\n1234,\r\n,\r\n');
    expect(rowsCsv({ columns: ['=1'], rows: [['@SUM(1)'], ['a\nb']] })).toBe("'=1\r\n'@SUM(1)\r\na\\nb\r\n");
    expect(JSON.parse(rowsJson(ROWS))).toEqual([
      { id: 7, name: 'drop_all' },
      { id: 1234, name: null },
      { id: null, name: '' },
    ]);
    expect(rowsJson({ columns: ['a'], rows: [] })).toBe('[]\n');
  });

  it('never break a line or reach the terminal raw, and keep their columns', () => {
    const text = fc.string({ unit: 'binary' });
    const cell = fc.oneof(text, fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(text, fc.array(fc.tuple(cell, cell)), (title, rows) => {
        const lines = rowsTable({ columns: ['n', title, 'end'], rows: rows.map((row) => [...row, '|']) }).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        const ends = lines.slice(1).map(displayWidth);
        expect(new Set(ends).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});
