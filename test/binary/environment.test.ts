import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BINARY = resolve('dist/bpfwitness');
const isBuilt = existsSync(BINARY);
if (!isBuilt) console.warn(`tests of the environment skipped: ${BINARY} is not built (npm run build)`);

const LOG = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';

/** Every command that reads files, and those about the program itself; `$L` is the log. */
const COMMANDS = [
  'replay $L',
  'inspect $L',
  'inventory $L',
  'diff $L $L',
  'check $L',
  'report $L',
  'checks list',
  'query $L',
  'sql "SELECT 1" $L',
  'lives $L',
  'verify $L',
  'doctor',
  '--help',
];

/** What the shell does before it starts the command, and where its output goes. */
const ENVIRONMENTS: readonly (readonly [name: string, before: string, redirection?: string])[] = [
  ['TMPDIR that is not there', 'export TMPDIR=/nonexistent'],
  ['TMPDIR that is relative', 'export TMPDIR=x/../y'],
  ['TMPDIR that cannot be written', 'export TMPDIR=/proc'],
  ['XDG folders that are relative', 'export XDG_CONFIG_HOME=a XDG_CACHE_HOME=b XDG_STATE_HOME=c'],
  ['no HOME', 'unset HOME'],
  ['no TERM', 'unset TERM'],
  ['a dumb terminal', 'export TERM=dumb'],
  ['an odd LANG', "export LANG=$(printf 'x\\377') LC_ALL=../../x"],
  ['standard input closed', ':', '<&-'],
  ['standard output closed', ':', '>&-'],
  ['standard error closed', ':', '2>&-'],
  ['a full disk', ':', '> /dev/full'],
  ['a working directory that cannot be written', 'cd /proc'],
  ['no file may be written', 'ulimit -f 0'],
  ['64 descriptors', 'ulimit -n 64'],
];

describe.skipIf(!isBuilt)('each command in a hostile environment', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'environment-'));
    writeFileSync(join(folder, 'a.log'), LOG);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const shell = (line: string) =>
    spawnSync('sh', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, L: join(folder, 'a.log') },
    });

  it.each(ENVIRONMENTS)(
    'ends with a documented exit code: %s',
    { timeout: 120_000 },
    (_name, before, redirection = '') => {
      for (const command of COMMANDS) {
        const { status, signal, stderr } = shell(`${before}; exec ${BINARY} ${command} ${redirection}`);
        expect([command, signal, [0, 1, 2, 3, 4].includes(status ?? -1), stderr]).toEqual([
          command,
          null,
          true,
          stderr,
        ]);
        expect(stderr, command).not.toMatch(/^ {4}at |panicked/m);
      }
    },
  );

  // The runtime ends there before our code runs (docs/security.md).
  it.each([
    ['a working directory that was removed', 'mkdir gone; cd gone; rmdir ../gone'],
    ['eight descriptors', 'ulimit -n 8'],
  ])('fails and writes nothing where the runtime cannot start: %s', (_name, before) => {
    mkdirSync(join(folder, 'out'), { recursive: true });
    const { status, stdout } = shell(`${before}; exec ${BINARY} report $L -o ${join(folder, 'out/report')}`);
    expect([status, stdout]).toEqual([101, '']);
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });
});
