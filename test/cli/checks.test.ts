import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILTIN_CHECKS } from '../../src/checks/builtin.ts';
import { checkTemplate } from '../../src/checks/pack/template.ts';
import { bpfwitness } from '../helpers/cli.ts';

const CAPTURE = 'demo/demo.capture.gz';

/** The example in docs/checks.md. */
const EXAMPLE = /```sql\n([\s\S]*?)```/.exec(readFileSync('docs/checks.md', 'utf8'))?.[1] ?? '';
const PACK = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/checks.md', 'utf8'))?.[1] ?? '';

let folder: string;
let good: string;
let bad: string;
let empty: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-checks-'));
  [good = '', bad = '', empty = ''] = ['good', 'bad', 'empty'].map((name) => join(folder, name));
  for (const each of [
    good,
    bad,
    empty,
    join(folder, 'bare', 'bpfwitness', 'checks'),
    join(folder, 'config', 'bpfwitness', 'checks'),
  ])
    mkdirSync(each, { recursive: true });
  writeFileSync(join(good, 'example.sql'), EXAMPLE);
  writeFileSync(join(good, 'pack.yaml'), PACK.replaceAll('no-xdp', 'packed'));
  writeFileSync(join(bad, 'a.sql'), checkTemplate('sound'));
  writeFileSync(join(bad, 'b.sql'), checkTemplate('wrong').replace('FROM program\nWHERE', 'FROM programme\nWHERE'));
  writeFileSync(join(bad, 'c.sql'), checkTemplate('check-map-limits'));
  writeFileSync(join(bad, 'd.sql'), checkTemplate('mute').replace(' AS message', ''));
  writeFileSync(join(folder, 'config', 'bpfwitness', 'checks', 'usual.sql'), checkTemplate('usual'));
  writeFileSync(
    join(folder, 'failing.sql'),
    `${checkTemplate('x')}\n-- test: wrong\n-- expect: passed\n-- test: no table\n-- given programme: {}\n-- expect: inconclusive\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("checks of the user's own", () => {
  it('are run beside those that come with the program, in check, report and a context', async () => {
    const [check, report, usual, context] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', 'lab', '--checks', good, '--json']),
      bpfwitness(['report', CAPTURE, '--profile', 'lab', '--checks', good, '--json']),
      bpfwitness(['check', CAPTURE, '--profile', 'lab', '--json'], {
        env: { XDG_CONFIG_HOME: join(folder, 'config') },
      }),
      bpfwitness(['check', '--context', '-', '--checks', good, '--json'], { stdin: '{"programs":[]}' }),
    ]);
    const run = JSON.parse(check.stdout);
    expect(check).toMatchObject({ exitCode: 1, stderr: '' });
    expect(run.total).toBe(8);
    expect(run.results.at(-2)).toMatchObject({
      id: 'no-xdp',
      status: 'failed',
      violations: [{ objectKind: 'program', message: 'is an XDP program', fields: { tag: expect.any(String) } }],
      references: ['bpftool-net(8)', 'change 4711'],
    });
    expect(JSON.parse(report.stdout).securityChecks.at(-1)).toMatchObject({ id: 'packed-either', status: 'failed' });
    expect(JSON.parse(usual.stdout).results.at(-1)).toMatchObject({ id: 'usual', status: 'passed' });
    expect(JSON.parse(context.stdout).results.at(-2)).toMatchObject({ id: 'no-xdp', status: 'not-applicable' });
  });

  it('are refused when they are wrong, with file and line, and cannot be overlooked', async () => {
    const [check, fine] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--profile', 'lab', '--checks', bad, '--json']),
      bpfwitness(['check', CAPTURE, '--profile', 'lab', '--checks', bad, '--checks', empty, '--fail-on', 'critical']),
    ]);
    const lines = check.stderr.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/c\.sql:3: the id check-map-limits is that of a check that comes with bpfwitness$/),
      expect.stringMatching(/b\.sql:29: no such table: programme$/),
      expect.stringMatching(/d\.sql:\d+: the statement gives no column message$/),
    ]);
    expect(check.exitCode).toBe(1);
    const results = JSON.parse(check.stdout).results.slice(6);
    expect(results.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      ['sound', 'passed'],
      [expect.stringMatching(/c\.sql:3$/), 'inconclusive'],
      ['wrong', 'inconclusive'],
      ['mute', 'inconclusive'],
    ]);
    expect(results[2].reason).toContain('b.sql:29: no such table: programme');
    expect(fine.exitCode).toBe(3);
    expect(fine.stderr).toContain('empty: the folder holds no file of checks');
  });

  it('have to be where --checks says, and need not be where they usually are', async () => {
    const env = { XDG_CONFIG_HOME: join(folder, 'bare') };
    const [missing, usual] = await Promise.all([
      bpfwitness(['check', CAPTURE, '--checks', good, '--checks', join(folder, 'nothing')]),
      bpfwitness(['check', CAPTURE, '--profile', 'lab', '--fail-on', 'critical', '--json'], { env }),
    ]);
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).toMatch(
      /^bpfwitness: option '--checks <path>' argument '.*nothing' is invalid: no such file/,
    );
    expect(usual).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(usual.stdout).total).toBe(6);
  });

  it('are ended when they take too long, and the rest is judged', async () => {
    const slow = join(folder, 'slow');
    mkdirSync(slow);
    const endless = 'WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t';
    writeFileSync(join(slow, 'a.sql'), checkTemplate('endless').replace('SELECT 1 FROM program', endless));
    writeFileSync(join(slow, 'b.sql'), EXAMPLE);
    const { stdout } = await bpfwitness(['check', CAPTURE, '--profile', 'lab', '--checks', slow, '--json']);
    expect(JSON.parse(stdout).results.slice(6)).toMatchObject([
      { id: 'endless', status: 'inconclusive', reason: expect.stringContaining('it took longer than 5s') },
      { id: 'no-xdp', status: 'failed' },
    ]);
  });
});

describe('bpfwitness checks', () => {
  it('lists and shows them', async () => {
    const [list, json, show, unknown] = await Promise.all([
      bpfwitness(['checks', 'list', '--checks', good]),
      bpfwitness(['checks', 'list', '--checks', good, '--json']),
      bpfwitness(['checks', 'show', 'no-xdp', '--checks', good]),
      bpfwitness(['checks', 'show', 'nothing']),
    ]);
    expect(list.stdout.split('\n')).toHaveLength(BUILTIN_CHECKS.length + 4);
    expect(list.stdout).toMatch(
      /^check-map-limits +error +Map Entry Limits +default \(warning\), lab, strict +built in$/m,
    );
    expect(list.stdout).toMatch(/^no-xdp +error +No XDP Programs +all +.*example\.sql:1$/m);
    expect(JSON.parse(json.stdout)).toHaveLength(BUILTIN_CHECKS.length + 2);
    expect(show.stdout).toContain('Remedy:     Find its loader');
    expect(show.stdout).toContain("WHERE type = 'xdp' OR type IS NULL;");
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('makes one to begin with, whose tests pass', async () => {
    const path = join(folder, 'new.sql');
    const [made, printed, wrong] = await Promise.all([
      bpfwitness(['checks', 'new', 'mine', '-o', path]),
      bpfwitness(['checks', 'new', 'mine']),
      bpfwitness(['checks', 'new', 'Not Mine']),
    ]);
    expect(made).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toBe(printed.stdout);
    expect(wrong.exitCode).toBe(2);
    const [again, tested] = await Promise.all([
      bpfwitness(['checks', 'new', 'mine', '-o', path]),
      bpfwitness(['checks', 'test', path]),
    ]);
    expect(again.exitCode).toBe(3);
    expect(tested).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tested.stdout.match(/^ok {4}mine: /gm)).toHaveLength(4);
  });

  it('tests them: a line a test, 1 where one fails', async () => {
    const [failing, fine, refused] = await Promise.all([
      bpfwitness(['checks', 'test', join(folder, 'failing.sql')]),
      bpfwitness(['checks', 'test', good]),
      bpfwitness(['checks', 'test', bad]),
    ]);
    expect(failing.exitCode).toBe(1);
    expect(failing.stdout).toMatch(/^FAIL {2}x: wrong \(.*:\d+\): expected passed, it is not-applicable/m);
    expect(failing.stdout).toMatch(/^FAIL {2}x: no table \(.*:\d+\): there is no table programme$/m);
    expect(fine).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fine.stdout.match(/^ok {4}/gm)).toHaveLength(3);
    expect(refused.exitCode).toBe(3);
  });
});
