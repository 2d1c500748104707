import { describe, expect, it } from 'vitest';
import { OpenTables } from '../../src/store/open-tables.ts';

class Table {
  openBytes: number;
  isOpen = true;

  constructor(openBytes: number) {
    this.openBytes = openBytes;
  }

  compress(): void {
    this.isOpen = false;
  }
}

describe('open tables', () => {
  it('are compressed in the order of their last use once they are too many, but never the newest', () => {
    const tables = new OpenTables(100);
    const [a, b, c, d, e] = [new Table(40), new Table(40), new Table(40), new Table(500), new Table(1)];
    for (const table of [a, b, a, c]) tables.used(table);
    expect([a, b, c].map(({ isOpen }) => isOpen)).toEqual([true, false, true]);
    tables.used(d);
    expect([a, c, d].map(({ isOpen }) => isOpen)).toEqual([false, false, true]);
    tables.used(e);
    expect([d, e].map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it('forgets those that are closed', () => {
    const tables = new OpenTables(100);
    const [a, b] = [new Table(90), new Table(90)];
    tables.used(a);
    tables.closed(a);
    tables.used(b);
    expect([a.isOpen, b.isOpen]).toEqual([true, true]);
  });
});
