import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { HeadFile, readHead } from '../../src/store/head-file.ts';
import { openStore } from '../../src/store/open.ts';
import { StatePaths } from '../../src/store/state-paths.ts';
import { verifyState } from '../../src/store/verify.ts';
import { reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvents } from './fixture-event.ts';

/** A state directory of several journals, closed. */
async function directory(journalBytes = 2100): Promise<string> {
  const path = temporaryDirectory();
  const store = await openStore({ ...UNBOUNDED, stateDir: path, journalBytes });
  for (const event of makeEvents(9)) {
    store.append([event]);
    store.flush();
  }
  await store.close();
  return path;
}

const journals = (path: string) =>
  readdirSync(path)
    .filter((name) => name.startsWith('journal-'))
    .sort();
/** What a store that opens it says of damage. */
const told = (path: string) => reopened(path, (store) => store.unreadable(10).map(({ reason }) => reason));
const REMOVED = /was recorded and is not there: the journal was emptied, cut, replaced or taken away/;

describe('the hash chain of a state directory', () => {
  it('is whole, over all journals, and goes on when it is opened again', async () => {
    const path = await directory();
    expect(journals(path).length).toBeGreaterThan(2);
    const before = verifyState(path, []);
    expect(before).toMatchObject({ fault: null, isFromStart: true, withoutChain: 0, unfinishedBytes: 0 });
    await reopened(path, (store) => store.append([makeEvents(12)[11] ?? expect.fail()]));
    const after = verifyState(path, [before.head ?? '']);
    expect(after.fault).toBeNull();
    expect(after.groups).toBeGreaterThan(before.groups);
    expect(after.found.get(before.head ?? '')).toBe(before.groups);
    expect(await told(path)).toEqual([]);
  });

  it.each([
    ['emptied', (file: string) => truncateSync(file, 0)],
    ['taken away', (file: string) => rmSync(file)],
    [
      'cut between two groups',
      (file: string) =>
        truncateSync(
          file,
          readFileSync(file).lastIndexOf('\n', readFileSync(file).lastIndexOf('\x1e{"commit"') - 200) + 1,
        ),
    ],
  ])('shows that the last journal was %s, also to who opens it', async (_title, change) => {
    const path = await directory(100_000);
    change(join(path, journals(path).at(-1) ?? ''));
    expect(verifyState(path, []).fault?.reason).toMatch(REMOVED);
    expect((await told(path)).join('\n')).toMatch(REMOVED);
  });

  it('shows that all journals were taken away', async () => {
    const path = await directory();
    for (const name of journals(path)) rmSync(join(path, name));
    expect(verifyState(path, []).fault?.reason).toMatch(REMOVED);
    expect((await told(path)).join('\n')).toMatch(REMOVED);
  });

  it('shows that the oldest journal was taken away', async () => {
    const path = await directory();
    rmSync(join(path, journals(path)[0] ?? ''));
    expect(verifyState(path, []).fault?.reason).toMatch(/were taken away: they held events that were kept/);
  });

  it('takes journals that went with their events for what they are', async () => {
    const path = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, maxEvents: 4, stateDir: path, journalBytes: 2100 });
    for (const event of makeEvents(40)) {
      store.append([event]);
      store.flush();
    }
    await store.close();
    expect(journals(path)[0]).not.toBe('journal-000000000000001.jsonl');
    expect(verifyState(path, [])).toMatchObject({ fault: null, isFromStart: false });
  });

  it('shows every byte of a journal that was changed', async () => {
    const path = await directory(100_000);
    const file = join(path, journals(path)[0] ?? '');
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      writeFileSync(file, changed);
      const { fault, unfinishedBytes } = verifyState(path, []);
      if (fault === null) expect.fail(`byte ${at} can be changed: ${unfinishedBytes} bytes at the end`);
    }
  });

  it('takes an unfinished group at the end for what it is', async () => {
    const path = await directory(100_000);
    appendFileSync(join(path, journals(path)[0] ?? ''), '{"half":');
    expect(verifyState(path, [])).toMatchObject({ fault: null, unfinishedBytes: 8 });
  });

  it('does not contain a head that was never its own', async () => {
    const path = await directory();
    expect(verifyState(path, ['ab'.repeat(32)]).found.has('ab'.repeat(32))).toBe(false);
  });
});

describe('a state directory that is being written', () => {
  it('is not accused where journals go while they are read', async () => {
    const path = temporaryDirectory();
    const store = await openStore({ maxEvents: 2, stateDir: path, journalBytes: 1500 });
    const events = makeEvents(40);
    const write = (from: number) => {
      for (const event of events.slice(from, from + 20)) {
        store.append([event]);
        store.flush();
      }
    };
    write(0);
    const list = StatePaths.prototype.journals;
    const listed = vi.spyOn(StatePaths.prototype, 'journals').mockImplementationOnce(function (this: StatePaths) {
      const found = list.call(this);
      write(20);
      return found;
    });
    expect(verifyState(path, [])).toMatchObject({ fault: null, isFromStart: false });
    expect(listed).toHaveBeenCalledTimes(2);
    await store.close();
  });

  it('has each event once where the head could not be written', async () => {
    const path = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: path });
    vi.spyOn(HeadFile.prototype, 'write').mockImplementationOnce(() => {
      throw new Error('input/output error');
    });
    store.append(makeEvents(3));
    expect(() => store.flush()).toThrow('input/output error');
    store.flush();
    expect(verifyState(path, [readHead(join(path, 'head.json'))?.sha256 ?? '']).found.size).toBe(1);
    await store.close();
    expect(await reopened(path, (again) => again.count())).toBe(3);
  });
});
