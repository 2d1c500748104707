import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/checks/pack/template.ts';
import { bpfwitness } from '../helpers/cli.ts';

const CAPTURE = 'demo/demo.capture.gz';

/** The example in docs/profiles.md. */
const EXAMPLE = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/profiles.md', 'utf8'))?.[1] ?? '';

let folder: string;
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly id: string;
  readonly severity: string;
  readonly status?: string;
  readonly violations?: readonly { readonly fields: unknown }[];
}

describe('a profile in a file', () => {
  it('says what is run, and what checks list shows', async () => {
    const prod = write('prod.yaml', EXAMPLE);
    const [check, list, json] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', prod, '--json']),
      bpfwitness(['checks', 'list', '--profile', prod]),
      bpfwitness(['checks', 'list', '--profile', prod, '--json']),
    ]);
    expect(check).toMatchObject({ exitCode: 1, stderr: '' });
    const results: readonly Row[] = JSON.parse(check.stdout).results;
    const listed: readonly Row[] = JSON.parse(json.stdout);
    expect(listed.map(({ id, severity }) => [id, severity])).toEqual(results.map(({ id, severity }) => [id, severity]));
    expect(results.find(({ id }) => id === 'check-lockdown')).toBeUndefined();
    expect(results.find(({ id }) => id === 'check-jit-harden')?.severity).toBe('error');
    expect(results.find(({ id }) => id === 'check-helper-whitelist')?.status).toBe('failed');
    expect(list.stdout).toMatch(/^check-jit-harden +error +JIT Hardening +prod +built in$/m);
  });

  it('allows the helpers that it names', async () => {
    const run = async (name: string, helpers: string) => {
      const text = `name: x\nextends: lab\nhelpers: [${helpers}]`;
      const { stdout } = await bpfwitness(['check', CAPTURE, '--profile', write(name, text), '--json']);
      const results: readonly Row[] = JSON.parse(stdout).results;
      return results.find(({ id }) => id === 'check-helper-whitelist')?.violations?.map(({ fields }) => fields);
    };
    const all = (await run('none.yaml', '')) as readonly { readonly helper: string }[];
    expect(all).not.toEqual([]);
    expect(await run('all.yaml', all.map(({ helper }) => helper).join(', '))).toEqual([]);
  });

  it("turns checks of the user's off, and grades them", async () => {
    for (const id of ['mine', 'other']) write(`${id}.sql`, checkTemplate(id));
    const profile = write('own.yaml', 'name: own\nextends: lab\nchecks: { mine: critical, other: off }');
    const args = ['--checks', at('mine.sql'), '--checks', at('other.sql')];
    const [check, unknown] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', profile, ...args, '--json']),
      bpfwitness(['check', CAPTURE, '--profile', profile, '--checks', at('mine.sql')]),
    ]);
    const results: readonly Row[] = JSON.parse(check.stdout).results;
    expect(results.slice(6)).toMatchObject([{ id: 'mine', severity: 'critical' }]);
    expect(unknown).toMatchObject({ exitCode: 3, stdout: '' });
    expect(unknown.stderr).toMatch(
      /own\.yaml:3: there is no check other: bpfwitness checks list names those there are\n$/,
    );
  });

  it('is named in every report but the CSV, whose columns are those of the lab', async () => {
    const file = write('named.yaml', 'name: named\nextends: lab');
    const run = async (profile: readonly string[], ...format: readonly string[]) =>
      (await bpfwitness(['report', CAPTURE, ...profile, '--format', ...format])).stdout;
    const [text, json, html, markdown, junit, sarif, usual] = await Promise.all([
      ...['text', 'json', 'html', 'markdown', 'junit', 'sarif'].map((format) => run(['--profile', file], format)),
      run([], 'json'),
    ]);
    expect(text).toContain(`\nProfile: named (${file})\n`);
    expect(JSON.parse(json ?? '').profile).toEqual({ name: 'named', file });
    expect(html).toContain(`<dt>Profile</dt><dd><code>named</code> <code>${file}</code></dd>`);
    expect(markdown).toContain(`- Profile: \`named\` \`${file}\`\n`);
    expect(junit).toContain(
      `<property name="profile" value="named"/>\n<property name="profile-file" value="${file}"/>`,
    );
    expect(JSON.parse(sarif ?? '').runs[0].properties.profile).toEqual({ name: 'named', file });
    expect(JSON.parse(usual ?? '').profile).toEqual({ name: 'default', file: null });
  });

  it('is named by check', async () => {
    const file = write('checked.yaml', 'name: checked\nextends: lab');
    const [text, json, usual] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', file]),
      bpfwitness(['check', CAPTURE, '--profile', file, '--json']),
      bpfwitness(['check', CAPTURE]),
    ]);
    expect(text.stdout).toContain(`\nProfile: checked (${file})\nFAIL: `);
    expect(JSON.parse(json.stdout)).toMatchObject({ profile: { name: 'checked', file }, total: 6 });
    expect(usual.stdout).toContain('\nProfile: default\nFAIL: ');
  });

  it('is refused before anything is judged, and told from a name that is none', async () => {
    const bad = write('bad.yaml', 'name: x\nextends: default\ncolour: red');
    const [wrong, none, name] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', bad]),
      bpfwitness(['check', CAPTURE, '--profile', './none']),
      bpfwitness(['check', CAPTURE, '--profile', 'prod']),
    ]);
    expect(wrong).toMatchObject({ exitCode: 3, stdout: '' });
    expect(wrong.stderr).toMatch(/bad\.yaml:3: there is no key colour: known are name, extends/);
    expect(none).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('no such file or folder') });
    expect(name).toMatchObject({ exitCode: 2, stdout: '' });
    expect(name.stderr).toContain('there are default, lab, strict, stig-rhel9, and files: ./prod or prod.yaml');
  });
});
