import { describe, expect, it } from 'vitest';
import { type Pack, unreadPack } from '../../../src/checks/pack/pack.ts';
import { parseSqlFile } from '../../../src/checks/pack/sql-file.ts';
import { lineOfError } from '../../../src/checks/pack/sql-line.ts';
import { checkTemplate } from '../../../src/checks/pack/template.ts';
import { definitionsOf, unitePacks } from '../../../src/checks/pack/unite.ts';
import { type CheckQuery, runChecks } from '../../../src/checks/run.ts';

function packOf(file: string, id: string): Pack {
  return parseSqlFile(file, checkTemplate(id));
}

describe('packs', () => {
  it('have no id twice: the first counts, and none that is built in', () => {
    const pack = unitePacks([packOf('a.sql', 'x'), packOf('b.sql', 'x'), packOf('c.sql', 'built')], ['built']);
    expect(pack.checks.map(({ at }) => at.file)).toEqual(['a.sql']);
    expect(pack.refused.map(({ faults }) => faults[0]?.reason)).toEqual([
      'the id x is that of a.sql:3',
      'the id built is that of a check that comes with bpfwitness',
    ]);
  });

  it('stand in the results whole, each under an id of its own, the refused ones inconclusive', () => {
    const pack = unitePacks([packOf('a.sql', 'x'), packOf('b.sql', 'x'), unreadPack('c.sql', 'permission denied')], []);
    const definitions = definitionsOf(pack, []);
    const asked: string[] = [];
    const query: CheckQuery = (_, { id }) => {
      asked.push(id);
      return [];
    };
    const run = runChecks(definitions, query, ['programs', 'links', 'net', 'perf'], 0, () => 0);
    expect(new Set(run.results.map(({ id }) => id)).size).toBe(3);
    expect(new Set(asked)).toEqual(new Set(['x']));
    expect(run.results.slice(1)).toMatchObject([
      { id: 'c.sql', status: 'inconclusive', reason: 'c.sql: permission denied' },
      { id: 'b.sql:3', status: 'inconclusive', reason: 'b.sql:3: the id x is that of a.sql:3' },
    ]);
  });
});

describe('refused checks', () => {
  it('have ids of their own also on one line, and none that writes to a terminal', () => {
    const [a, b] = [unreadPack('x\u001b.yaml', 'r', 1), unreadPack('x\u001b.yaml', 's', 1)];
    const ids = definitionsOf(unitePacks([a, b], []), []).map(({ id }) => id);
    expect(ids).toEqual(['x\\x1b.yaml:1', 'x\\x1b.yaml:1 (2)']);
  });
});

describe('the line of an error of SQLite', () => {
  it.each([
    ['no such column: colour', 12],
    ['no such column: p.colour', 12],
    ['no such table: progs', 13],
    ['near "WHERE": syntax error', 14],
    ['no such table: elsewhere', 11],
    ['incomplete input', 11],
  ])('%s', (message, line) => {
    const sql = '-- colour\nSELECT id,\n  p.colour\nFROM progs p\nWHERE 1';
    expect(lineOfError(message, sql, 10)).toBe(line);
  });
});
