import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import { verifyState } from '../../src/store/verify.ts';
import { temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvent } from './fixture-event.ts';

/** What another user does between our look at what is there and our making it. */
let meanwhile: ((path: string) => void) | null = null;
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const mkdirSync = (path: string, options: object): unknown => {
    const act = meanwhile;
    meanwhile = null;
    act?.(path);
    return fs.mkdirSync(path, options);
  };
  return { ...fs, mkdirSync };
});

const VICTIM = 'of root\n';
const isRoot = process.getuid?.() === 0;

/** A state directory with one event, and a file that is not to be touched. */
async function recorded(): Promise<{ readonly directory: string; readonly victim: string }> {
  const directory = join(temporaryDirectory(), 'state');
  const store = await openStore({ ...UNBOUNDED, stateDir: directory });
  store.append([makeEvent(1)]);
  await store.close();
  const victim = join(temporaryDirectory(), 'victim');
  writeFileSync(victim, VICTIM, { mode: 0o600 });
  return { directory, victim };
}

const write = (stateDir: string) => openStore({ ...UNBOUNDED, stateDir });
const read = (stateDir: string) => openStore({ ...UNBOUNDED, stateDir, readOnly: true });
const verify = async (directory: string) => verifyState(directory, []);

describe('a state directory in a folder that others may write', () => {
  it.runIf(isRoot)('is refused where another user made it while we were about to', async () => {
    const folder = temporaryDirectory();
    chmodSync(folder, 0o1777);
    const directory = join(folder, 'state');
    const { victim } = await recorded();
    meanwhile = (path) => {
      execFileSync('mkdir', [path]);
      chownSync(path, 65534, 65534);
      symlinkSync(victim, join(path, 'head.json'));
    };
    await expect(write(directory)).rejects.toThrow(/another user can change it: .*state is owned by uid 65534/);
    expect(readFileSync(victim, 'utf8')).toBe(VICTIM);
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });
});

describe.each(['head.json', 'journal-000000000000001.jsonl', 'lock'])('what stands in the place of %s', (name) => {
  it.each([
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['a link to a device without an end', (path: string) => symlinkSync('/dev/zero', path)],
    ['a folder', (path: string) => execFileSync('mkdir', [path])],
    ['a link to a file', (path: string, victim: string) => symlinkSync(victim, path)],
    [
      'a file of a terabyte',
      (path: string) => {
        writeFileSync(path, '', { mode: 0o600 });
        truncateSync(path, 2 ** 40);
      },
    ],
  ])('is refused where it is %s', async (_title, make) => {
    const { directory, victim } = await recorded();
    execFileSync('rm', ['-f', join(directory, name)]);
    make(join(directory, name), victim);
    for (const use of name === 'lock' ? [write] : [write, read, verify]) {
      await expect(use(directory)).rejects.toThrow(StoreError);
      await expect(use(directory)).rejects.toThrow(
        /not a regular file; remove it|is a folder; remove it|larger than .*; remove it|another user/,
      );
    }
    expect(readFileSync(victim, 'utf8')).toBe(VICTIM);
  });
});
