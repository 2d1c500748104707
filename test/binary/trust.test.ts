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
    spawnSync(resolve(BINARY), args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: '/usr/bin:/bin', ...env },
    });

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
    expect([given.status, given.stderr]).toEqual([4, expect.stringContaining('another user can change it')]);
    expect(run(['doctor'], { PATH: join(folder, 'bin') }).stdout).toContain('another user can change it');
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

  it('holds no state where only a file in it is of another user', () => {
    expect(run(['report', 'a.log', '--state', 'state']).status).toBe(0);
    chownSync(join(folder, 'state/head.json'), OTHER, OTHER);
    const written = run(['report', 'a.log', '--state', 'state']);
    expect([written.status, written.stderr]).toEqual([3, expect.stringContaining('head.json is owned by uid')]);
    expect(run(['query', '--state', 'state']).stderr).toContain('warning: the state in');
    expect(run(['doctor', '--state', 'state']).stdout).toMatch(/LIMITED {2}trust: state/);
  });

  it('is used with a warning where it is a file in a folder of checks', () => {
    mkdirSync(join(folder, 'checks'));
    writeFileSync(join(folder, 'checks/a.sql'), 'SELECT 1');
    chownSync(join(folder, 'checks/a.sql'), OTHER, OTHER);
    expect(run(['check', 'a.log', '--checks', 'checks']).stderr).toContain('checks/a.sql is owned by uid');
  });

  it('is not what is said of a path where nothing is', () => {
    const { status, stderr } = run(['check', '--live', '--bpftool', '/nonexistent/bpftool']);
    expect(status).toBe(4);
    expect(stderr).not.toContain('another user');
  });

  it('does not wait for exceptions in a FIFO', () => {
    spawnSync('mkfifo', [join(folder, 'exceptions.json')]);
    const { status, stderr } = run(['check', 'a.log', '--exceptions', 'exceptions.json']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('it is not a regular file')]);
  });

  it('is used with a warning where it only says what is checked', () => {
    writeFileSync(join(folder, 'exceptions.json'), '[]');
    chownSync(join(folder, 'exceptions.json'), OTHER, OTHER);
    const { stderr } = run(['check', 'a.log', '--exceptions', 'exceptions.json']);
    expect(stderr).toContain('may not be yours: another user can change it');
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
