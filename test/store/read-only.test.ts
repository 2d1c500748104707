import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import { makeEvent } from './fixture-event.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'read-only-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const open = (stateDir: string, readOnly: boolean) => openStore({ maxEvents: 0, stateDir, readOnly });

describe('a store that is only looked at', () => {
  it('shows what is recorded while another process records, and takes no lock', async () => {
    const directory = join(root, 'busy');
    const writer = await open(directory, false);
    writer.append([makeEvent(1), makeEvent(2)]);
    writer.flush();
    const reader = await open(directory, true);
    expect(reader.count()).toBe(2);
    writer.append([makeEvent(3)]);
    writer.flush();
    const again = await open(directory, true);
    expect(again.count()).toBe(3);
    for (const store of [reader, again, writer]) await store.close();
  });

  it('changes nothing, not even an unfinished record', async () => {
    const directory = join(root, 'torn');
    const writer = await open(directory, false);
    writer.append([makeEvent(1)]);
    writer.flush();
    writer.append([makeEvent(2)]);
    writer.flush();
    const [journal = ''] = readdirSync(directory).filter((name) => name.startsWith('journal'));
    const path = join(directory, journal);
    truncateSync(path, readFileSync(path).length - 5);
    const before = readFileSync(path);
    const reader = await open(directory, true);
    expect(reader.count()).toBe(1);
    // The unfinished record, and that the directory knows of one that was whole.
    expect(reader.unreadable(10).map(({ at }) => at.file)).toEqual([path, path]);
    reader.append([makeEvent(9)]);
    reader.flush();
    await reader.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    await writer.close();
  });

  it('says when there is no such directory, and makes none', async () => {
    const directory = join(root, 'nowhere');
    await expect(open(directory, true)).rejects.toThrow(StoreError);
    await expect(open(directory, true)).rejects.toThrow(/nowhere: no such file or folder/);
    expect(readdirSync(root)).not.toContain('nowhere');
  });
});
