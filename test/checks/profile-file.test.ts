import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeOwnChecks, unknownCheck } from '../../src/checks/own-profile.ts';
import { parseProfile } from '../../src/checks/profile-file.ts';
import { profileNamed } from '../../src/checks/profiles.ts';
import { YamlError } from '../../src/checks/yaml-error.ts';
import type { CheckDefinition } from '../../src/model/check.ts';

const parse = (text: string) => parseProfile('p.yaml', text);
const idsOf = ({ checks }: { readonly checks: readonly CheckDefinition[] }) => checks.map(({ id }) => id);

const PROD = `# ours
name: prod
extends: strict
checks:
  check-lockdown: off
  check-jit-harden: critical
  check-root-programs: on
  mine: debug
  other: off
parameters:
  map_most_bytes: 1.5 MiB
  jit_harden_least: 1
helpers: [map_lookup_elem, bpf_ringbuf_output]
`;

describe('a profile in a file', () => {
  it('is the one that it extends, and what it says itself', () => {
    const prod = parse(PROD);
    const strict = profileNamed('strict');
    expect(prod.name).toBe('prod');
    expect(idsOf(prod)).toEqual(idsOf(strict).filter((id) => id !== 'check-lockdown'));
    const changed = prod.checks.filter((check) => !strict.checks.includes(check));
    expect(changed).toEqual([expect.objectContaining({ id: 'check-jit-harden', severity: 'critical' })]);
    expect(prod.parameters).toEqual({ ...strict.parameters, map_most_bytes: 1_572_864, jit_harden_least: 1 });
    expect(prod.helpers).toEqual(['map_lookup_elem', 'ringbuf_output']);
  });

  it('extends the default where it does not say', () => {
    const profile = parse('name: x\n');
    expect(profile).toMatchObject({ checks: profileNamed('default').checks, parameters: {}, ownGrades: [] });
    expect(profile).not.toHaveProperty('helpers');
  });

  it('takes in checks that the other does not have, with their own severity or another', () => {
    const lab = idsOf(profileNamed('lab'));
    const more = parse('name: x\nextends: lab\nchecks: { check-lockdown: on, check-kptr-restrict: critical }');
    expect(idsOf(more)).toEqual([...lab, 'check-kptr-restrict', 'check-lockdown']);
    expect(more.checks.map(({ severity }) => severity).slice(-2)).toEqual(['critical', 'info']);
    // In the default profile it is another than its own.
    const kept = parse('name: x\nchecks: { check-root-programs: on }');
    expect(kept.checks.find(({ id }) => id === 'check-root-programs')?.severity).toBe('info');
  });

  it("grades checks of the user's, and knows those that are not there", () => {
    const prod = parse(PROD);
    const [like] = prod.checks as [CheckDefinition];
    const own = ['mine', 'other', 'third'].map((id) => ({ ...like, id }));
    const graded = gradeOwnChecks(prod, own).map(({ id, severity }) => [id, severity]);
    expect(graded).toEqual([
      ['mine', 'debug'],
      ['third', like.severity],
    ]);
    expect(unknownCheck(prod, own)).toBeNull();
    const fault = unknownCheck(prod, own.slice(0, 1));
    expect(fault).toMatchObject({ at: { file: 'p.yaml', line: 9 }, reason: /^there is no check other: / });
  });

  it.each([
    ['', 1, 'a profile is a mapping of keys'],
    ['- name: x', 1, 'a profile is a mapping of keys'],
    ['extends: lab', 1, 'the profile has no name'],
    ['name: ""', 1, 'a name is up to 64'],
    ['name: 7', 1, 'name wants text: put it in quotes'],
    ['name: lab', 1, 'lab is a profile that comes with bpfwitness'],
    ['name: x\nextends: constructor', 2, 'there is no profile constructor: there are default, lab, strict'],
    ['name: x\ncheck: {}', 2, 'there is no key check: known are name, extends, checks, parameters, helpers'],
    ['name: x\nname: y', 2, 'it is no YAML: Map keys must be unique'],
    ['name: x\nchecks: [a]', 2, 'checks wants ids'],
    [
      'name: x\nchecks:\n  a: on\n  b: high',
      4,
      'b wants one of on, off, debug, info, warning, error, critical, not high',
    ],
    ['name: x\nchecks:\n  a: on\n  a: off', 4, 'it is no YAML: Map keys must be unique'],
    ['name: x\nchecks:\n  a:', 3, 'a wants one of'],
    ['name: x\nparameters:\n  toString: 1', 3, 'there is no parameter toString: known are jit_harden_least, map_most'],
    ['name: x\nparameters: { map_most_bytes: 64MB }', 2, 'map_most_bytes wants a whole number of bytes, such as 64MiB'],
    ['name: x\nparameters: { map_most_bytes: -1 }', 2, 'map_most_bytes wants a whole number of bytes'],
    ['name: x\nparameters: { jit_harden_least: 2B }', 2, 'jit_harden_least wants a whole number'],
    ['name: x\nhelpers: map_lookup_elem', 2, 'helpers wants a list of names'],
    ['name: x\nhelpers:\n  - a\n  - "b c"', 4, 'a helper is a name such as map_lookup_elem'],
    ['name: &a x\nextends: *a', 2, 'extends wants text'],
    [`name: x\nchecks: ${'['.repeat(20_000)}`, undefined, 'it is nested too deeply'],
  ])('is refused with the line of what is wrong: %j', (text, line, reason) => {
    const error = errorOf(text);
    expect(error).toBeInstanceOf(YamlError);
    expect(error).toMatchObject(line === undefined ? {} : { line });
    expect((error as Error).message).toContain(reason);
  });

  it('never throws anything but a YamlError', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...PROD.split('\n'),
        'checks:',
        '  - x',
        '? a',
        '!!set x',
        '<<: *a',
        '  &a b: c',
        '"',
        '{[',
        '---',
      ),
      fc.string(),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')),
      fc.json(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const error = errorOf(text);
        expect(error === null || error instanceof YamlError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function errorOf(text: string): unknown {
  try {
    parse(text);
    return null;
  } catch (error) {
    return error;
  }
}
