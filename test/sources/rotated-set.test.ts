import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logOf, oldestFirst, startOfLog } from '../../src/sources/rotated-set.ts';

describe('logOf', () => {
  it.each([
    'audit.log',
    'audit.log.1',
    'audit.log.12.gz',
    'audit.log-20240131',
    'audit.log-20240131.xz',
    'audit.log-20240131-1706659201.gz',
    'audit.log-2024-01-31',
    'audit.log.2024-01-31_13',
    'audit.log.zst',
  ])('%s is of audit.log', (name) => expect(logOf(`/l/${name}`)).toBe('/l/audit.log'));

  it.each(['audit.log.old', 'audit2.log', '/a/b', 'host-web.log'])('%s is of itself', (name) =>
    expect(logOf(name)).toBe(name),
  );
});

describe('oldestFirst', () => {
  const names = (files: Parameters<typeof oldestFirst>[0]) => oldestFirst(files).map(({ name }) => name);

  it('goes by the first record, and by the name where that does not tell', () => {
    const file = (name: string, start: number | null) => ({ name, start });
    expect(names([file('a', 30), file('a.1', 10), file('a.2', 20)])).toEqual(['a.1', 'a.2', 'a']);
    expect(names([file('a', null), file('a.1', 10), file('a.10', null), file('a.2', 40)])).toEqual([
      'a.10',
      'a.2',
      'a.1',
      'a',
    ]);
    expect(names([file('a', 5), file('a-20240201', 5), file('a-20240131.gz', 5)])).toEqual([
      'a-20240131.gz',
      'a-20240201',
      'a',
    ]);
  });

  it('is the same whatever the order they are given in', () => {
    const files = fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'a.1', 'a.2.gz', 'a-20240131'), start: fc.option(fc.nat(3)) }),
      { selector: ({ name }) => name, minLength: 1 },
    );
    fc.assert(
      fc.property(files, (given) => {
        expect(names([...given].reverse())).toEqual(names(given));
      }),
    );
  });
});

describe('startOfLog', () => {
  it('is the earliest time of the first records', () => {
    expect(startOfLog('x audit(20.500:2): y\nmsg=audit(10.001:1): z')).toBe(10_001);
    expect(startOfLog('no record')).toBeNull();
  });
});
