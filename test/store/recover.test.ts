import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import { writeSnapshot } from '../../src/store/snapshot.ts';
import { StatePaths } from '../../src/store/state-paths.ts';
import type { Store } from '../../src/store/store.ts';
import { crashed, filesIn, idsIn, reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvent, makeEvents } from './fixture-event.ts';

/** A directory with a snapshot of 5 events (and one more in its journal) and a newer snapshot of 10, as a crash left it. */
async function twoSnapshots(): Promise<string> {
  const directory = temporaryDirectory();
  await reopened(directory, (store) => store.append(makeEvents(5)));
  await reopened(directory, (store) => store.append(makeEvents(5, 5)));
  const store = await openStore({ ...UNBOUNDED, stateDir: directory });
  store.append(makeEvents(2, 10));
  store.flush();
  const copy = crashed(directory);
  store.close();
  expect(filesIn(copy)).toEqual([
    'journal-000000000000002.jsonl',
    'journal-000000000000003.jsonl',
    'snapshot-000000000000001.sqlite',
    'snapshot-000000000000002.sqlite',
  ]);
  return copy;
}

describe('a torn journal', () => {
  it('loses at most the record that was being written, wherever it was cut', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    store.append(makeEvents(2));
    store.flush();
    const journal = join(directory, 'journal-000000000000001.jsonl');
    const whole = statSync(journal).size;
    store.append([makeEvent(2, { details: {}, evidence: [] })]);
    store.flush();
    const bytes = readFileSync(journal);
    store.close();
    for (let size = whole; size < bytes.length; size += 1) {
      const copy = temporaryDirectory();
      writeFileSync(join(copy, 'journal-000000000000001.jsonl'), bytes.subarray(0, size));
      const again = await openStore({ ...UNBOUNDED, stateDir: copy });
      expect([again.count(), again.unreadableCount()]).toEqual([2, size === whole ? 0 : 1]);
      again.append([makeEvent(3)]);
      again.close();
      if (size % 20 === 0) expect(await reopened(copy, idsIn)).toEqual([0, 1, 3].map((number) => makeEvent(number).id));
    }
  });

  it('says what was dropped, and where', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'journal-000000000000001.jsonl');
    writeFileSync(path, '{"sum":"0123');
    const unreadable = await reopened(directory, (store) => store.unreadable(5));
    expect(unreadable).toEqual([
      {
        at: { file: path, line: 1, offset: 0 },
        reason: 'an unfinished record of 12 bytes at the end of the journal was dropped',
        text: '',
      },
    ]);
  });

  it('drops a last record whose bytes were changed, and refuses one before', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    for (const event of makeEvents(3)) {
      store.append([event]);
      store.flush();
    }
    const path = 'journal-000000000000001.jsonl';
    const lines = readFileSync(join(directory, path), 'utf8').split('\n');
    store.close();
    const changed = (index: number) =>
      lines.map((line, at) => (at === index ? line.replace('handle', 'hundle') : line)).join('\n');
    const last = temporaryDirectory();
    writeFileSync(join(last, path), changed(2));
    expect(await reopened(last, (each) => [each.count(), each.unreadableCount()])).toEqual([2, 1]);
    const middle = temporaryDirectory();
    writeFileSync(join(middle, path), changed(1));
    const failure = await openStore({ ...UNBOUNDED, stateDir: middle }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({
      path: join(middle, path),
      reason: expect.stringMatching(/^line 2 \(byte \d+\) is damaged; move/),
    });
    expect(readFileSync(join(middle, path), 'utf8')).toBe(changed(1));
  });
});

describe('a snapshot', () => {
  it('that was never finished is removed', async () => {
    const directory = await twoSnapshots();
    const temporary = join(directory, 'snapshot-000000000000003.sqlite.tmp');
    writeFileSync(temporary, 'half');
    writeFileSync(join(directory, 'notes.txt'), 'mine');
    expect(await reopened(directory, (store) => [store.count(), store.unreadableCount()])).toEqual([12, 0]);
    expect(filesIn(directory)).not.toContain('snapshot-000000000000003.sqlite.tmp');
    expect(filesIn(directory)).toContain('notes.txt');
  });

  it('that was finished before its journal was made is used', async () => {
    const directory = await twoSnapshots();
    // As if the crash came right after the snapshot's rename: the journal before it is still the newest.
    rmSync(join(directory, 'journal-000000000000003.jsonl'));
    expect(await reopened(directory, (store) => store.count())).toBe(10);
    expect(await reopened(directory, (store) => store.append(makeEvents(1, 50)).length)).toBe(1);
    expect(await reopened(directory, (store) => store.count())).toBe(11);
  });

  it.each(['cut short', 'with a changed byte', 'empty'])(
    '%s is replaced by an older one and the journals',
    async (kind) => {
      const directory = await twoSnapshots();
      const path = join(directory, 'snapshot-000000000000002.sqlite');
      const bytes = readFileSync(path);
      if (kind === 'with a changed byte') bytes[5000] = (bytes[5000] ?? 0) ^ 1;
      writeFileSync(
        path,
        bytes.subarray(0, kind === 'cut short' ? bytes.length - 1 : kind === 'empty' ? 0 : bytes.length),
      );
      const look = (store: Store) => ({ ids: idsIn(store), damage: store.unreadable(9) });
      const { ids, damage } = await reopened(directory, look);
      expect(ids).toEqual(makeEvents(12).map((event) => event.id));
      expect(damage).toMatchObject([{ at: { file: path }, reason: expect.stringContaining('damaged') }]);
      expect(await reopened(directory, look)).toMatchObject({ ids });
    },
  );

  it('is refused when it is damaged and nothing can stand in for it: never an empty start', async () => {
    const directory = await twoSnapshots();
    const [older, newer] = [1, 2].map((record) => join(directory, `snapshot-00000000000000${record}.sqlite`)) as [
      string,
      string,
    ];
    for (const path of [older, newer]) writeFileSync(path, 'nonsense');
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(
      /journal-000000000000002.*records 1 to 1 are missing/,
    );
    for (const record of [2, 3]) rmSync(join(directory, `journal-00000000000000${record}.jsonl`));
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(
      `${newer}: the snapshot is damaged and the journals end before it`,
    );
    expect(filesIn(directory)).toHaveLength(2);
  });

  it('of a newer version is refused', async () => {
    const directory = temporaryDirectory();
    await reopened(directory, (store) => store.append(makeEvents(1)));
    const path = join(directory, 'snapshot-000000000000001.sqlite');
    const image = readFileSync(path);
    image[63] = 99;
    writeSnapshot(new StatePaths(directory), 1, image.subarray(0, image.lastIndexOf('\nbpfwitness snapshot')));
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(
      `${path}: it has schema version 99, and this bpfwitness knows 1 to 1`,
    );
  });
});
