import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYamlFile } from '../../../src/checks/pack/yaml-file.ts';

const CHECK = `  - id: one
    name: One
    severity: warning
    description: d
    rationale: r
    remedy: m
    needs: [maps]
    references: [a, "b, c"]
    sql: |
      SELECT 1
      FROM map
    tests:
      - name: t
        given: { map: [{ id: 1, name: x, frozen: true }] }
        expect: failed 1 violation
`;

function faultsIn(text: string): readonly string[] {
  return parseYamlFile('x.yaml', text).refused.flatMap(({ faults }) =>
    faults.map(({ at, reason }) => `${at.line}: ${reason}`),
  );
}

describe('a YAML pack', () => {
  it('holds checks with the same keys', () => {
    const { checks, refused } = parseYamlFile('x.yaml', `# mine\nchecks:\n${CHECK}${CHECK.replace('one', 'two')}`);
    expect(refused).toEqual([]);
    expect(checks.map(({ definition }) => definition.id)).toEqual(['one', 'two']);
    expect(checks[0]).toEqual({
      definition: {
        id: 'one',
        name: 'One',
        severity: 'warning',
        description: 'd',
        rationale: 'r',
        remedy: 'm',
        references: ['a', 'b, c'],
        needs: ['maps'],
        sql: 'SELECT 1\nFROM map\n',
        origin: { file: 'x.yaml', line: 3 },
      },
      at: { file: 'x.yaml', line: 3 },
      sqlLine: 12,
      discoveryLine: 1,
      tests: [
        {
          name: 't',
          at: { file: 'x.yaml', line: 15 },
          given: { map: [{ id: 1, name: 'x', frozen: true }] },
          status: 'failed',
          violations: 1,
        },
      ],
    });
  });

  it('takes lists as text, and none', () => {
    const text = CHECK.replace('[maps]', '').replace('[a, "b, c"]', 'a, b');
    expect(parseYamlFile('x.yaml', `checks:\n${text}`).checks[0]?.definition).toMatchObject({
      needs: [],
      references: ['a', 'b'],
    });
  });

  it.each([
    ['', ['1: a list `checks` is wanted']],
    ['- a', ['1: a list `checks` is wanted']],
    ['checks: {}', ['1: a list `checks` is wanted']],
    ['checks: [x]', ['1: a check is a mapping of keys']],
    [`more: 1\nchecks:\n${CHECK}`, ['1: there is no key more beside checks']],
    [`checks:\n${CHECK}---\nchecks: []`, ['17: it is no YAML: Source contains multiple documents']],
    ['checks: [', ['1: it is no YAML']],
    [
      `checks:\n${CHECK}`.replace('name: One', 'name: 17.3'),
      ['2: missing: name', '3: name wants text: put it in quotes'],
    ],
    [`checks:\n${CHECK}`.replace('name: One', 'colour: One'), ['2: missing: name', '3: there is no key colour']],
    [`checks:\n${CHECK}`.replace('[maps]', '[mops]'), ['8: there is no section mops']],
    [`checks:\n${CHECK}`.replace('warning', 'high'), ['4: there is no severity high']],
    [`checks:\n${CHECK}`.replace('failed 1', 'failed one'), ['16: expect wants']],
    [`checks:\n${CHECK}`.replace('id: 1,', 'id: [1],'), ['15: a row is a mapping of columns to plain values']],
    [`checks:\n${CHECK}`.replace('given:', 'gave:'), ['15: there is no gave in a test']],
    [`checks:\n${CHECK}`.replace('description: d', '<<: *x'), ['2: missing: description', '5: << wants text']],
  ])('is refused: %j', (text, reasons) => {
    expect(faultsIn(text)).toEqual(reasons.map((reason) => expect.stringContaining(reason)));
  });

  it('refuses one check and takes the others', () => {
    const pack = parseYamlFile('x.yaml', `checks:\n${CHECK.replace('warning', 'high')}${CHECK}`);
    expect(pack.checks).toHaveLength(1);
    expect(pack.refused).toHaveLength(1);
    const numbered = `checks:\n${CHECK}${CHECK.replace('name: One', '1: One')}`;
    expect(parseYamlFile('x.yaml', numbered)).toMatchObject({ checks: [{}], refused: [{}] });
  });

  it('is not made larger than it is: no aliases', () => {
    const bomb = ['a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]', 'checks: *b'].join('\n');
    expect(parseYamlFile('x.yaml', bomb).checks).toEqual([]);
    const row = `checks:\n${CHECK}`.replace('map: [{ id: 1', 'map: [{ a: &a x, b: *a, id: 1');
    expect(parseYamlFile('x.yaml', row)).toMatchObject({ checks: [], refused: [{}] });
  });

  it('may be nested as deep as it likes', () => {
    const refused = [{ faults: [{ reason: 'it is nested too deeply' }] }];
    expect(parseYamlFile('x.yaml', `checks: ${'['.repeat(50_000)}`)).toMatchObject({ checks: [], refused });
  });

  it('may not be longer than a person writes', () => {
    const refused = [{ faults: [{ reason: 'it is longer than 256 Ki characters: split it' }] }];
    expect(parseYamlFile('x.yaml', '"'.repeat(1024 * 1024))).toMatchObject({ checks: [], refused });
  });

  it('never throws', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...CHECK.split('\n'), 'checks:', '  - ', '{', '['),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { refused } = parseYamlFile('x.yaml', pieces.join('\n'));
        for (const { faults } of refused) expect(faults.length).toBeGreaterThan(0);
      }),
    );
  });
});
