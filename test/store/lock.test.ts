import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvents } from './fixture-event.ts';

describe('the lock', () => {
  it('keeps a second writer out until the first has closed', async () => {
    const directory = temporaryDirectory();
    const first = await openStore({ ...UNBOUNDED, stateDir: directory });
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(
      `${join(directory, 'lock')}: the state directory is in use by process ${process.pid}`,
    );
    first.append(makeEvents(1));
    first.close();
    expect(await reopened(directory, (store) => store.count())).toBe(1);
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', boot: 'x' })],
    ['an earlier process with this pid', JSON.stringify({ pid: process.pid, startTime: '1', boot: 'x' })],
    ['one that died while writing it', '{"pid":'],
    ['one that died before writing it', ''],
  ])('of %s is taken over', async (_, text) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'lock'), text);
    await reopened(directory, (store) => store.append(makeEvents(1)));
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it('is given back when opening fails', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'journal-000000000000001.jsonl'), 'x\ny\n');
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow('line 1 (byte 0) is damaged');
    expect(readdirSync(directory)).not.toContain('lock');
  });
});
