import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BINARY = 'dist/bpfwitness';
const whyNot = !existsSync(BINARY) ? `${BINARY} is not built` : process.getuid?.() === 0 ? null : 'only root can chown';
if (whyNot !== null) console.warn(`tests of trust skipped: ${whyNot}`);

const LOG = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';
const OTHER = 65534;

describe.skipIf(whyNot !== null)('what another user can change', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trust-'));
    writeFileSync(join(folder, 'a.log'), LOG);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    spawnSync(resolve(BINARY), args, { cwd: folder, encoding: 'utf8', env: { PATH: '/usr/bin:/bin', ...env } });

  const tool = (): string => {
    mkdirSync(join(folder, 'bin'));
    const path = join(folder, 'bin/bpftool');
    writeFileSync(path, `#!/bin/sh\n/usr/bin/env > ${folder}/was-run\necho '{"version":"7.1.0"}'\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it.each([
    ['a tool of another user', (path: string) => chownSync(path, OTHER, OTHER)],
    ['a tool that others may write', (path: string) => chmodSync(path, 0o777)],
    ['a tool in a folder of another user', () => chownSync(join(folder, 'bin'), OTHER, OTHER)],
  ])('is not run: %s', (_title, spoil) => {
    const path = tool();
    spoil(path);
    const given = run(['check', '--live', '--bpftool', path]);
    expect([given.status, given.stderr]).toEqual([4, expect.stringContaining('another user can replace it')]);
    expect(run(['doctor'], { PATH: join(folder, 'bin') }).stdout).toContain('another user can replace it');
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
  });

  it('gives tools nothing of the environment', () => {
    run(['doctor', '--bpftool', tool()], { LD_LIBRARY_PATH: '/nonexistent', SECRET: 'x' });
    expect(readFileSync(join(folder, 'was-run'), 'utf8')).not.toMatch(/SECRET|LD_LIBRARY_PATH/);
  });

  it('holds no state', () => {
    mkdirSync(join(folder, 'state'));
    chmodSync(join(folder, 'state'), 0o777);
    const { status, stderr } = run(['report', 'a.log', '--state', 'state']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('another user can change it')]);
    expect(existsSync(join(folder, 'state/lock'))).toBe(false);
  });

  it('is used with a warning where it only says what is checked', () => {
    writeFileSync(join(folder, 'exceptions.json'), '[]');
    chownSync(join(folder, 'exceptions.json'), OTHER, OTHER);
    const { stderr } = run(['check', 'a.log', '--exceptions', 'exceptions.json']);
    expect(stderr).toContain('can be changed by another user');
  });
});

describe.skipIf(whyNot !== null)('an environment that is not UTF-8', () => {
  it.each(['PATH', 'XDG_CONFIG_HOME', 'HOME', 'TMPDIR', 'FOO', 'TERM', 'NO_COLOR', 'COLORTERM', 'LANG'])(
    'is no reason for a stack: %s',
    (name) => {
      for (const args of ['checks list', 'doctor', 'replay /dev/null']) {
        const line = `${name}=$(printf '/x\\377'); export ${name}; exec ${resolve(BINARY)} ${args}`;
        const { status, stderr } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8', timeout: 20_000 });
        expect([0, 2, 3, 4], `${args}: ${stderr}`).toContain(status);
        expect(stderr).not.toMatch(/^ {4}at |panicked/m);
      }
    },
  );
});
