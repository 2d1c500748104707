import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSqlFile } from '../../../src/checks/pack/sql-file.ts';
import { checkTemplate } from '../../../src/checks/pack/template.ts';

const HEAD = `-- id: no-xdp
-- name: No XDP
-- severity: error
-- description: d
-- rationale: We attach none,
--   so it is not ours.
-- remedy: m: n
-- needs: programs, net
`;
const STATEMENT = `SELECT id -- which
FROM program;`;

/** The reasons against a text, with their lines. */
function faultsIn(text: string): readonly string[] {
  return parseSqlFile('x.sql', text).refused.flatMap(({ faults }) =>
    faults.map(({ at, reason }) => `${at.line}: ${reason}`),
  );
}

describe('a check in a file of SQL', () => {
  it('is read: keys, statement, tests and where they stand', () => {
    const text = `-- # mine\n${HEAD}-- references: bpf(2), a note
-- discovery: SELECT 1
--   FROM program

${STATEMENT}

-- test: one
-- given program: {"id": 1,
--   "name": "x"}
-- given program: {"id": 2}
-- given pin: {}
-- expect: failed 2 violations
-- test: none
-- expect: passed
`;
    const { checks, refused } = parseSqlFile('x.sql', text);
    expect(refused).toEqual([]);
    expect(checks).toEqual([
      {
        definition: {
          id: 'no-xdp',
          name: 'No XDP',
          severity: 'error',
          description: 'd',
          rationale: 'We attach none, so it is not ours.',
          remedy: 'm: n',
          references: ['bpf(2)', 'a note'],
          needs: ['programs', 'net'],
          discovery: 'SELECT 1\nFROM program',
          sql: STATEMENT,
          origin: { file: 'x.sql', line: 2 },
        },
        at: { file: 'x.sql', line: 2 },
        sqlLine: 14,
        discoveryLine: 11,
        tests: [
          {
            name: 'one',
            at: { file: 'x.sql', line: 17 },
            given: { program: [{ id: 1, name: 'x' }, { id: 2 }], pin: [{}] },
            status: 'failed',
            violations: 2,
          },
          { name: 'none', at: { file: 'x.sql', line: 23 }, given: {}, status: 'passed', violations: null },
        ],
      },
    ]);
  });

  it.each([
    ['-- references: a, b', ['a', 'b']],
    ['-- references:\n--   a, b\n--   c', ['a, b', 'c']],
    ['-- references: a, b\n-- references: c', ['a, b', 'c']],
    ['-- references:', []],
    ['-- # none', []],
  ])('takes a list as %j', (lines, references) => {
    const { checks } = parseSqlFile('x.sql', `${HEAD}${lines}\n${STATEMENT}`);
    expect(checks[0]?.definition.references).toEqual(references);
  });

  it('takes a byte order mark, ends of lines as Windows has them, and a check that needs nothing', () => {
    const text = `\ufeff${HEAD.replace('programs, net', '')}${STATEMENT}`.replaceAll('\n', '\r\n');
    expect(parseSqlFile('x.sql', text).checks[0]?.definition).toMatchObject({ id: 'no-xdp', needs: [] });
  });

  it.each([
    ['', ['1: missing: id, name, severity, description, rationale, remedy, needs, the statement (sql)']],
    [HEAD, ['1: missing: the statement (sql)']],
    [`${HEAD}-- test: x\n-- expect: passed`, ['1: missing: the statement (sql)']],
    [`${HEAD}-- colour: red\n${STATEMENT}`, ['9: there is no key colour: known are']],
    [`${HEAD}-- name: again\n${STATEMENT}`, ['9: the key name is given twice']],
    [HEAD.replace('error', 'high') + STATEMENT, ['3: there is no severity high: known are debug, info']],
    [HEAD.replace('net', 'nets') + STATEMENT, ['8: there is no section nets: known are programs']],
    [HEAD.replace('no-xdp', 'No XDP') + STATEMENT, ['1: an id is up to 64']],
    [HEAD.replace('description: d', 'description:') + STATEMENT, ['4: the key description is empty']],
    [HEAD.replace('severity: error', 'severity error') + STATEMENT, ['1: missing: severity', '3: this comment is no']],
    [`${HEAD}${STATEMENT}\n-- test: x`, ['11: the test has no expect']],
    [`${HEAD}${STATEMENT}\n-- test: x\n-- expect: broken`, ['12: expect wants passed, failed']],
    [`${HEAD}${STATEMENT}\n-- test: x\n-- given map: [1]\n-- expect: passed`, ['12: given wants a row']],
    [`${HEAD}${STATEMENT}\n-- test: x\n-- given: {}\n-- expect: passed`, ['12: there is no given in a test']],
    [`${HEAD}${STATEMENT}\n-- test: x\n-- expect: passed\nSELECT 2`, ['13: there is SQL behind the tests']],
    [
      `${HEAD}${STATEMENT}\n-- test:\n-- expect: passed\n-- expect: failed`,
      ['11: the test has no', '13: the test has an'],
    ],
  ])('is refused: %j', (text, reasons) => {
    expect(faultsIn(text)).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });

  it('keeps what is known of it where it is refused', () => {
    const text = `${HEAD}-- colour: red\n${STATEMENT}`;
    expect(parseSqlFile('x.sql', text).refused).toMatchObject([{ id: 'no-xdp', name: 'No XDP', severity: 'error' }]);
  });

  it('never throws, and is taken or refused with a reason', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `-- ${text}`),
      fc.constantFrom(...checkTemplate('x').split('\n')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const { checks, refused } = parseSqlFile('x.sql', lines.join('\n'));
        expect(checks.length + refused.length).toBe(1);
        for (const { faults } of refused) expect(faults.length).toBeGreaterThan(0);
        for (const { definition } of checks) expect(definition.sql.trim()).not.toBe('');
      }),
    );
  });

  it('says again what was written, whatever the texts are', () => {
    const word = fc.stringMatching(/^[!-"$-~][ -~]{0,30}[!-~]$/);
    fc.assert(
      fc.property(word, word, fc.array(word, { minLength: 2, maxLength: 4 }), (name, rationale, references) => {
        const text = [
          HEAD.replace('No XDP', () => name)
            .replace('We attach none,', () => rationale)
            .trimEnd(),
          '-- references:',
          ...references.map((each) => `--   ${each}`),
          STATEMENT,
        ].join('\n');
        const [check] = parseSqlFile('x.sql', text).checks;
        expect(check?.definition).toMatchObject({ name, rationale: `${rationale} so it is not ours.`, references });
      }),
    );
  });
});
