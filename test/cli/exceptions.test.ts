import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/checks/pack/template.ts';
import { bpfwitness } from '../helpers/cli.ts';

const CAPTURE = 'demo/demo.capture.gz';

let folder: string;
const write = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exceptions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('exceptions in a file', () => {
  it('are JSON or YAML', async () => {
    const exception = { check: 'check-helper-whitelist', reason: 'ours', until: '2099-01-01' };
    const run = async (path: string) => {
      const args = ['check', CAPTURE, '--profile', 'lab', '--exceptions', path, '--json'];
      const { stdout, stderr } = await bpfwitness(args);
      expect(stderr).toBe('');
      return JSON.parse(stdout).results.find(({ id }: { readonly id: string }) => id === exception.check);
    };
    const yaml = '- check: check-helper-whitelist\n  reason: ours\n  until: 2099-01-01\n';
    const [one, two] = await Promise.all([
      run(write('exceptions.json', JSON.stringify([exception]))),
      run(write('exceptions.yaml', yaml)),
    ]);
    expect(one).toMatchObject({ status: 'passed', excepted: expect.arrayContaining([expect.anything()]) });
    expect({ ...two, durationMs: 0 }).toEqual({ ...one, durationMs: 0 });
  });

  it('are refused where they are not understood: by line, or by number', async () => {
    const run = (path: string) => bpfwitness(['check', CAPTURE, '--exceptions', path]);
    const [yaml, json, text, none] = await Promise.all([
      run(write('bad-exceptions.yml', '# x\n- check: x\n  reason: r\n')),
      run(write('bad.json', '[{"check": "x", "reason": "r"}]')),
      run(write('bad.txt', '[')),
      run('./none.yaml'),
    ]);
    expect([yaml, json, text, none].map(({ exitCode }) => exitCode)).toEqual([3, 3, 3, 2]);
    expect(yaml.stderr).toMatch(/bad-exceptions\.yml:2: until is missing/);
    expect(json.stderr).toMatch(/bad\.json, exception 1: until is missing/);
    expect(text.stderr).toMatch(/cannot read the exceptions .*bad\.txt: /);
    expect(none.stderr).toMatch(/'--exceptions <file>' argument '\.\/none\.yaml' is invalid: no such file or folder/);
  });

  it('names no check that is not there', async () => {
    const path = write('unknown.json', JSON.stringify([{ check: 'check-nope', reason: 'r', until: '2099-01-01' }]));
    const result = await bpfwitness(['check', CAPTURE, '--exceptions', path]);
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toContain('unknown.json, exception 1: there is no check check-nope: bpfwitness checks list');
  });

  it('names nothing that the rows of its check do not have', async () => {
    const own = write('own.sql', checkTemplate('own').replace(' AS message', ' AS message, 1 AS colour'));
    const yaml = (check: string, key: string) =>
      `- { check: ${check}, object: { ${key}: x }, reason: r, until: 2099-01-01 }\n`;
    const fine = yaml('check-dangerous-helpers', 'helper') + yaml('own', 'colour') + yaml('check-lockdown', 'kind');
    const run = (path: string) => bpfwitness(['check', CAPTURE, '--checks', own, '--exceptions', path]);
    const [good, builtin, mine, json] = await Promise.all([
      run(write('keys.yaml', fine)),
      run(write('nmae.yaml', fine + yaml('check-dangerous-helpers', 'nmae'))),
      run(write('color.yaml', fine + yaml('own', 'color'))),
      run(write('nmae.json', '[{"check":"check-lockdown","object":{"nmae":1},"reason":"r","until":"2099-01-01"}]')),
    ]);
    expect(good).toMatchObject({ exitCode: 1, stderr: '' });
    for (const each of [builtin, mine, json]) expect(each).toMatchObject({ exitCode: 3, stdout: '' });
    const known = 'known are kind, id, name, helper, type, tag';
    expect(builtin.stderr).toContain(`nmae.yaml:4: there is no key nmae in object: ${known}\n`);
    expect(mine.stderr).toMatch(/color\.yaml:4: there is no key color in object: known are .*, colour/);
    expect(json.stderr).toContain('nmae.json, exception 1: there is no key nmae in object: known are kind, id, name');
  });
});
