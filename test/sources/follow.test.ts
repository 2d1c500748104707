import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryInput } from '../../src/sources/bytes.ts';
import { asFollowed, type FollowOptions, followInput } from '../../src/sources/follow.ts';
import { readLines } from '../../src/sources/lines.ts';
import { inFolder } from './helpers.ts';

/** Follows `log` in a folder of its own; `until` reads lines, as `line offset text`, until there are so many. */
async function following(
  options: FollowOptions,
  before: (path: string) => void,
  work: (path: string, until: (count: number) => Promise<string[]>) => Promise<void>,
) {
  await inFolder(async (folder) => {
    const path = join(folder, 'log');
    before(path);
    const abort = new AbortController();
    const input = followInput(path, { pollMs: 5, ...options });
    const lines = readLines(input, 1000, abort.signal);
    const seen: string[] = [];
    let count = 0;
    const until = async (wanted: number) => {
      while (seen.length < wanted) {
        const next = await lines.next();
        if (next.done === true) throw new Error('it ended');
        seen.push(...next.value.lines.map(({ line, offset, text }) => `${line} ${offset} ${text}`));
        seen.push(...next.value.unreadable.map(({ at, reason }) => `${at.line} ${reason}`));
        count = next.value.count;
      }
      return seen;
    };
    await lines.next();
    await work(path, until);
    expect(count).toBe(seen.filter((each) => !each.includes('truncated')).length);
    abort.abort();
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      expect(next.value.lines).toEqual([]);
    }
  });
}

const nothing = () => {};

describe('followInput', () => {
  it('reads a file from its start, and what is appended', async () => {
    await following(
      {},
      (path) => writeFileSync(path, 'a\nb\nc'),
      async (path, until) => {
        await until(2);
        appendFileSync(path, 'd\n');
        expect(await until(3)).toEqual(['1 0 a', '2 2 b', '3 4 cd']);
      },
    );
  });

  it('reads from the end if asked to, with the unfinished line', async () => {
    await following(
      { from: 'end' },
      (path) => writeFileSync(path, 'a\nb\nc'),
      async (path, until) => {
        appendFileSync(path, 'd\ne\n');
        expect(await until(2)).toEqual(['3 4 cd', '4 7 e']);
      },
    );
  });

  it('waits for a file that is not there, and reads it whole', async () => {
    await following({ from: 'end' }, nothing, async (path, until) => {
      writeFileSync(path, 'a\nb\n');
      expect(await until(2)).toEqual(['1 0 a', '2 2 b']);
    });
  });

  it('reads all files of several rotations between two looks, each from its own start', async () => {
    await following(
      { pollMs: 60 },
      (path) => writeFileSync(path, 'a\n'),
      async (path, until) => {
        await until(1);
        appendFileSync(path, 'b\nunfinished');
        renameSync(path, `${path}.1`);
        writeFileSync(path, 'c\n');
        renameSync(`${path}.1`, `${path}.2`);
        renameSync(path, `${path}.1`);
        writeFileSync(path, 'd\n');
        expect(await until(5)).toEqual(['1 0 a', '2 2 b', '3 4 unfinished', '1 0 c', '1 0 d']);
      },
    );
  });

  it('starts over when the file was copied away and truncated, and says that something may be lost', async () => {
    await following(
      {},
      (path) => writeFileSync(path, 'a\nb\n'),
      async (path, until) => {
        await until(2);
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
        appendFileSync(path, 'c\n');
        expect((await until(4)).slice(2)).toEqual([
          '1 log was truncated: records written since the last look are lost',
          '1 0 c',
        ]);
      },
    );
  });

  it('gives its first bytes without going on', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'log');
      const input = followInput(path);
      expect(input).toMatchObject({ name: path, totalBytes: null, modified: null });
      expect(await input.head(10)).toHaveLength(0);
      writeFileSync(path, 'abcdef');
      expect(Buffer.from(await input.head(4)).toString()).toBe('abcd');
      expect(Buffer.from(await input.head(40)).toString()).toBe('abcdef');
      expect(followInput(path).modified).toBeGreaterThan(0);
    });
  });

  it('says that a file cannot be read', async () => {
    await inFolder(async (folder) => {
      const chunks = followInput(folder).chunks(new AbortController().signal);
      await expect(chunks.next().then(() => chunks.next())).rejects.toThrow('it is a folder');
    });
  });

  it('is told from an input that ends', () => {
    expect(asFollowed(memoryInput('a', new Uint8Array()))).toBeNull();
    const input = followInput('somewhere');
    expect(asFollowed(input)).toBe(input);
  });
});
