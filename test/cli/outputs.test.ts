import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../helpers/cli.ts';

const LOG = 'type=BPF msg=audit(1700000000.001:1): prog-id=1 op=LOAD\n';
const BEFORE = 'what was there\n';
const isRoot = process.getuid?.() === 0;

describe('what a command writes', () => {
  let folder: string;
  let log: string;
  let out: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    log = join(folder, 'a.log');
    out = join(folder, 'out');
    writeFileSync(log, LOG);
    writeFileSync(out, BEFORE, { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs bpfwitness in a shell that redirects: `$@` is its command line, and `$OUT` the file that was there. */
  const inShell = (redirected: string, ...args: readonly string[]) =>
    spawnSync('bash', ['-c', redirected, 'bash', ...commandLine(args).flat()], {
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production', OUT: out, LOG: log, XDG_CONFIG_HOME: folder },
    });

  // Never /dev/stdout itself with the fault that this is about: it was replaced by a file.
  it.each([
    ['/proc/self/fd/1', '"$@" >> "$OUT"'],
    ['/dev/fd/1', '"$@" >> "$OUT"'],
    ['/proc/self/fd/7', '"$@" 7>> "$OUT"'],
    ['/proc/self/fd/2', '"$@" 2>> "$OUT"'],
  ])('is added to a file that it was given open: %s', (path, redirected) => {
    const report = inShell(redirected, 'report', log, '--force', '-o', path);
    expect(report.status).toBe(0);
    const text = readFileSync(out, 'utf8');
    expect([text.startsWith(BEFORE), text.includes('program-load')]).toEqual([true, true]);
  });

  it.runIf(isRoot).each([
    ['of another user', () => chownSync(out, 65534, 65534), /belongs to another user \(uid 65534\): remove it/],
    ['that others may write', () => chmodSync(out, 0o666), /other users may write the file: remove it, chmod/],
    ['that a group may write', () => chmodSync(out, 0o620), /other users may write the file/],
  ])('is no file %s, made beforehand', (_title, spoil, why) => {
    writeFileSync(out, '');
    spoil();
    for (const args of [
      ['report', log, '-o', out],
      ['report', log, '--alert-log', out],
    ]) {
      const { status, stderr } = inShell('"$@"', ...args);
      expect([status, stderr]).toEqual([3, expect.stringMatching(why)]);
    }
    expect(readFileSync(out, 'utf8')).toBe('');
    expect(existsSync(out)).toBe(true);
  });

  it.each([
    ['the file of standard input', '"$@" < "$OUT"', ['report', '-', '--force', '-o']],
    ['the same as an alert log', '"$@" < "$OUT"', ['report', '-', '--alert-log']],
    ['a context', '"$@"', ['check', '--context', 'OUT', '--alert-log']],
  ])('is no input: %s', (_title, redirected, args) => {
    writeFileSync(out, LOG);
    const given = [...args.map((arg) => (arg === 'OUT' ? out : arg)), out];
    const { status, stderr } = inShell(redirected, ...given);
    expect([status, stderr]).toEqual([3, expect.stringContaining('one of the files to be read')]);
    expect(readFileSync(out, 'utf8')).toBe(LOG);
  });

  it('is no check of the user, also where the folder of these is the usual one', () => {
    mkdirSync(join(folder, 'bpfwitness/checks'), { recursive: true });
    const check = join(folder, 'bpfwitness/checks/mine.sql');
    inShell('"$@"', 'checks', 'new', 'mine', '-o', check);
    const before = readFileSync(check, 'utf8');
    const { status, stderr } = inShell('"$@"', 'report', log, '--force', '-o', check);
    expect([status, stderr]).toEqual([3, expect.stringContaining('one of the files to be read')]);
    expect(readFileSync(check, 'utf8')).toBe(before);
    // A new one is written there.
    expect(inShell('"$@"', 'checks', 'new', 'other', '-o', join(folder, 'bpfwitness/checks/other.sql')).status).toBe(0);
    expect(inShell('"$@"', 'checks', 'new', 'mine', '--force', '-o', check).status).toBe(0);
  });

  it('is no state directory that standard input or a link is a file of', () => {
    mkdirSync(join(folder, 'state'), { mode: 0o700 });
    const input = join(folder, 'state/journal-000000000000001.jsonl');
    writeFileSync(input, LOG, { mode: 0o600 });
    symlinkSync(input, join(folder, 'link'));
    for (const [redirected, path] of [['"$@" < "$LOG"', '-'] as const, ['"$@"', join(folder, 'link')] as const]) {
      log = input;
      const { status, stderr } = inShell(redirected, 'report', path, '--state', join(folder, 'state'));
      expect([status, stderr]).toEqual([3, expect.stringContaining('it holds files to be read')]);
      expect(readFileSync(input, 'utf8')).toBe(LOG);
    }
  });
});
