import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotLive } from '../helpers/bpf.ts';
import { Pty } from '../helpers/pty.ts';
import { tarOf } from '../helpers/tar.ts';

const BINARY = 'dist/bpfwitness';
const hasStrace = spawnSync('strace', ['-V']).status === 0;
const whyNot = !existsSync(BINARY) ? `${BINARY} is not built` : hasStrace ? null : 'strace is not installed';
if (whyNot !== null) console.warn(`tests of shared folders skipped: ${whyNot}`);
const isLive = whyNot === null && whyNotLive() === null;

/** A folder of our own, in it one for the inputs, and one that everybody may write to, like /tmp. */
let own: string;
let folder: string;
let shared: string;

/** Of an event each. */
const RECORDS = Array.from(
  { length: 40_000 },
  (_, index) => `type=BPF msg=audit(1707546943.213:${index + 1}): prog-id=${index + 1} op=LOAD\n`,
);
const LOG = 'type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD\n';

beforeAll(() => {
  own = mkdtempSync(join(tmpdir(), 'shared-folders-'));
  folder = join(own, 'inputs');
  mkdirSync(folder);
  shared = join(own, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  writeFileSync(join(folder, 'audit.log'), LOG);
  // Larger than what is kept in memory, so that the temporary file is used.
  writeFileSync(join(folder, 'logs.tar'), tarOf([{ name: 'audit.log', data: RECORDS.join('') }]));
  spawnSync('gzip', ['-k', join(folder, 'logs.tar')]);
  if (whyNot === null) copyFileSync(BINARY, join(folder, 'bpfwitness'));
});
afterAll(() => rmSync(own, { recursive: true }));

/** Calls that name a file, except those that only ask about it. */
const CALLS =
  'open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,execve,truncate,chmod,fchmodat,chown,fchownat';

/** What the calls in the output of strace touched in folders that others may write to, except what cannot be foreseen. */
function sharedAccess(trace: string): readonly string[] {
  return trace.split('\n').filter((line) => {
    const paths = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => path ?? '');
    const inShared = paths.some((path) => path.startsWith('/') && isShared(dirname(path)));
    return inShared && !/O_EXCL/.test(line);
  });
}

function isShared(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0 && path !== '/dev';
}

function traced(args: readonly string[], env: Record<string, string>): string {
  const trace = join(folder, 'trace.txt');
  const strace = ['-f', '-qq', '-e', `trace=${CALLS}`, '-o', trace, './bpfwitness', ...args];
  const { status } = spawnSync('strace', strace, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    input: LOG,
  });
  expect(status, args.join(' ')).toBeLessThan(5);
  return readFileSync(trace, 'utf8');
}

const OFFLINE: readonly (readonly string[])[] = [
  ['--version'],
  ['--help'],
  ['report', 'audit.log', 'logs.tar.gz', '-o', 'report.txt'],
  ['report', '-', '--state', 'state', '--alert-log', 'alerts.log'],
  ['inspect', 'logs.tar.gz'],
  ['check', 'audit.log'],
  ['checks', 'list'],
  ['query', '--state', 'state'],
  ['sql', 'SELECT 1', 'audit.log'],
  ['lives', 'audit.log'],
  ['inventory', 'audit.log'],
  ['diff', 'audit.log', 'audit.log'],
];

const LIVE: readonly (readonly string[])[] = [
  ['doctor'],
  ['check', '--live'],
  ['inventory', '--live'],
  ['sql', 'SELECT 1', '--live'],
  ['capture', '-o', 'host.capture.gz', '--for', '1s'],
];

describe.skipIf(whyNot !== null)('folders that others may write to', () => {
  it('has a trace that shows what it must not do', () => {
    const file = join(shared, 'guessable');
    expect(sharedAccess(`1 openat(AT_FDCWD, "${file}", O_RDONLY) = 3`)).toHaveLength(1);
    expect(
      sharedAccess(`1 openat(AT_FDCWD, "${file}", O_RDONLY) = -1 ENOENT (No such file or directory)`),
    ).toHaveLength(1);
    expect(sharedAccess(`1 openat(AT_FDCWD, "${file}", O_RDWR|O_CREAT|O_EXCL) = 3`)).toEqual([]);
  });

  describe.each([
    ['TMPDIR unset', false],
    ['TMPDIR set', true],
  ])('%s', (_title, isSet) => {
    it.each([...OFFLINE, ...(isLive ? LIVE : [])])(
      'nothing in them is opened: bpfwitness %s %s %s',
      { timeout: 120_000 },
      (...args) => {
        const given = args.filter((arg) => typeof arg === 'string');
        expect(sharedAccess(traced(given, isSet ? { TMPDIR: shared } : {}))).toEqual([]);
      },
    );

    it('nothing in them is opened by the screen', { timeout: 120_000 }, async () => {
      const trace = join(folder, 'screen.txt');
      const args = ['-f', '-qq', '-e', `trace=${CALLS}`, '-o', trace, './bpfwitness', 'replay', 'logs.tar.gz'];
      const env = { PATH: process.env.PATH, ...(isSet ? { TMPDIR: shared } : {}) };
      const pty = new Pty('strace', args, { columns: 80, rows: 24, cwd: folder, env });
      try {
        await pty.untilText('40,000 stored');
        pty.type('q');
        await pty.exit();
      } finally {
        pty.dispose();
      }
      expect(sharedAccess(readFileSync(trace, 'utf8'))).toEqual([]);
    });
  });
});
