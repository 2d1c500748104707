import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExceptions } from '../../src/checks/exceptions.ts';
import { parseYamlExceptions } from '../../src/checks/exceptions-file.ts';
import { YamlError } from '../../src/checks/yaml-error.ts';
import type { Json } from '../../src/model/json.ts';

const FILE = `# our own
- check: check-sensitive-targets
  object: { name: falco_*, tag: "0045671234567890", uid: 1000 }
  reason: our own Falco, change 4711
  until: 2027-03-31

- check: check-y
  reason: >-
    it goes
    on
  until: 2027-03-31T12:00:00Z
`;

describe('exceptions in YAML', () => {
  it('are what they would be in JSON', () => {
    const json: Json = [
      {
        check: 'check-sensitive-targets',
        object: { name: 'falco_*', tag: '0045671234567890', uid: 1000 },
        reason: 'our own Falco, change 4711',
        until: '2027-03-31',
      },
      { check: 'check-y', reason: 'it goes on', until: '2027-03-31T12:00:00Z' },
    ];
    const { exceptions } = parseExceptions(json);
    expect(parseYamlExceptions(FILE)).toEqual({ exceptions, lines: [2, 7] });
    expect(parseYamlExceptions(JSON.stringify(json))).toEqual({ exceptions, lines: [1, 1] });
    expect(parseYamlExceptions('[]')).toEqual({ exceptions: [], lines: [] });
  });

  it.each([
    [FILE.replace('until: 2027-03-31T', 'till: 2027-03-31T'), 7, 'there is no key till'],
    [FILE.replace('reason: our', 'because: our'), 2, 'there is no key because'],
    [FILE.replace('"0045671234567890"', '0045671234567890'), 3, 'would be the number 45671234567890: put it in quotes'],
    [FILE.replace('"0045671234567890"', '12e4567890123456'), 3, 'would be the number Infinity: put it in quotes'],
    [`${FILE}  until: 2027-03-31`, 12, 'it is no YAML: Map keys must be unique'],
    [`- &a { check: x, reason: r, until: 2027-03-31 }\n- *a`, 2, 'aliases are not read'],
    ['- { check: x, reason: r, until: 2027-03-31 }\n-', 2, 'it is not an object'],
    ['check: x', 1, 'it is not a list'],
    ['', 1, 'it is not a list'],
    ['- [', 1, 'it is no YAML'],
  ])('are refused with the line of what is wrong: %j', (text, line, reason) => {
    const error = errorOf(text);
    expect(error).toBeInstanceOf(YamlError);
    expect(error).toMatchObject({ line, message: expect.stringContaining(reason) });
  });

  it('never throw anything but a YamlError', () => {
    const line = fc.oneof(
      fc.constantFrom(...FILE.split('\n'), '- *a', '- &a b', '? ', '- !!set x', '%YAML 1.1'),
      fc.string(),
    );
    const texts = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string(), fc.json()), (text) => {
        const error = errorOf(text);
        expect(error === null || error instanceof YamlError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function errorOf(text: string): unknown {
  try {
    parseYamlExceptions(text);
    return null;
  } catch (error) {
    return error;
  }
}
