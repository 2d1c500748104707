import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { crashed, filesIn, idsIn, reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvent, makeEvents } from './fixture-event.ts';

const JOURNAL = 'journal-000000000000001.jsonl';

/** A journal in a directory of its own, with an event in each of so many groups, and the offsets where the groups end. */
async function journalOf(count: number): Promise<{ bytes: Buffer; ends: number[] }> {
  const directory = temporaryDirectory();
  const path = join(directory, JOURNAL);
  const store = await openStore({ ...UNBOUNDED, stateDir: directory });
  const ends = [statSync(path).size];
  for (const event of makeEvents(count)) {
    store.append([event]);
    store.flush();
    ends.push(statSync(path).size);
  }
  const bytes = readFileSync(path);
  store.close();
  return { bytes, ends };
}

function directoryWith(bytes: Uint8Array, name = JOURNAL): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, name), bytes);
  return directory;
}

/** Three journals of a few events each, as a crash left them. */
async function threeJournals(): Promise<string> {
  const directory = temporaryDirectory();
  const store = await openStore({ ...UNBOUNDED, stateDir: directory, journalBytes: 2100 });
  store.saveBaseline(BASELINE);
  for (const event of makeEvents(9)) {
    store.append([event]);
    store.flush();
  }
  const copy = crashed(directory);
  store.close();
  expect(filesIn(copy)).toEqual(['head.json', ...[1, 2, 3].map((number) => `journal-00000000000000${number}.jsonl`)]);
  return copy;
}

const BASELINE = {
  avgEventsPerInterval: 1,
  maxEventsPerInterval: 2,
  eventTypes: {},
  severities: {},
  intervalMs: 1000,
  sampleCount: 9,
  collectedAt: 7,
};

const content = (store: Store) => ({ ids: idsIn(store), damage: store.unreadable(9), baseline: store.baseline() });

describe('a torn journal', () => {
  it('loses at most the group that was being written, wherever it was cut', async () => {
    const { bytes, ends } = await journalOf(3);
    const [, , whole = 0] = ends;
    for (let size = whole; size < bytes.length; size += 1) {
      const copy = directoryWith(bytes.subarray(0, size));
      const again = await openStore({ ...UNBOUNDED, stateDir: copy });
      expect([again.count(), again.unreadableCount()]).toEqual([2, size === whole ? 0 : 1]);
      again.append([makeEvent(3)]);
      again.close();
      if (size % 20 === 0) expect(await reopened(copy, content)).toMatchObject({ ids: idsOf(0, 1, 3), damage: [] });
    }
  });

  it('says what was dropped, and where', async () => {
    const directory = directoryWith(Buffer.from('{"journal":12'));
    expect(await reopened(directory, (store) => store.unreadable(5))).toEqual([
      {
        at: { file: join(directory, JOURNAL), line: 1, offset: 0 },
        reason: 'an unfinished record of 13 bytes at the end of the journal was dropped',
        text: '',
      },
    ]);
  });

  it.each(['', '{"jour', '\0\0\0\0'])(
    'that was only being made is passed over, the one before is used: %j',
    async (text) => {
      const directory = await threeJournals();
      const path = join(directory, 'journal-000000000000004.jsonl');
      writeFileSync(path, text);
      expect(await reopened(directory, idsIn)).toEqual(makeEvents(9).map(({ id }) => id));
      expect(filesIn(directory)).not.toContain(path);
      expect(await reopened(directory, (store) => store.append([makeEvent(20)]).length)).toBe(1);
      expect(await reopened(directory, (store) => store.count())).toBe(10);
    },
  );

  it('drops a last group whose bytes were changed', async () => {
    const { bytes } = await journalOf(3);
    bytes[bytes.lastIndexOf('handle') + 1] = 0x75;
    const directory = directoryWith(bytes);
    expect(await reopened(directory, content)).toMatchObject({
      ids: idsOf(0, 1),
      damage: [{ reason: expect.stringContaining('an unfinished record') }],
    });
    expect(await reopened(directory, content)).toMatchObject({ ids: idsOf(0, 1), damage: [] });
  });
});

describe('damage in the middle', () => {
  it('is told with file and line, and all else is kept', async () => {
    const { bytes, ends } = await journalOf(5);
    const [, from = 0, to = 0] = ends;
    for (let at = from; at < to; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      const directory = directoryWith(changed);
      const path = join(directory, JOURNAL);
      const { ids, damage } = await reopened(directory, content);
      expect(ids).toEqual(idsOf(0, 2, 3, 4));
      expect(damage).toEqual([
        {
          at: { file: path, line: 6, offset: from },
          reason: `${to - from} bytes are damaged and were left out`,
          text: '',
        },
        {
          at: { file: path, offset: to },
          reason: 'events 2 to 2 are missing before byte '.concat(String(to)),
          text: '',
        },
      ]);
      // What was damaged stays where it is, and the events keep their place beside it.
      expect(readFileSync(path).subarray(0, changed.length).equals(changed)).toBe(true);
      expect(await reopened(directory, (store) => store.window(LAST).rows.map(({ seq }) => seq))).toEqual([1, 3, 4, 5]);
    }
  });

  it('of the last groups together is no unfinished write: nothing is cut off', async () => {
    const { bytes, ends } = await journalOf(4);
    const changed = Buffer.from(bytes);
    for (const end of ends.slice(2, 4)) changed[end + 3] = (changed[end + 3] ?? 0) ^ 1;
    const directory = directoryWith(changed);
    expect(await reopened(directory, content)).toMatchObject({
      ids: idsOf(0, 1),
      damage: [{ at: { offset: ends[2] } }],
    });
    expect(readFileSync(join(directory, JOURNAL)).subarray(0, bytes.length).equals(changed)).toBe(true);
    await reopened(directory, (store) => store.append([makeEvent(30)]));
    expect(await reopened(directory, idsIn)).toEqual(idsOf(0, 1, 30));
  });

  it('that took a line away is noticed', async () => {
    const { bytes, ends } = await journalOf(5);
    const [, from = 0, to = 0] = ends;
    const directory = directoryWith(Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
    expect(await reopened(directory, content)).toMatchObject({
      ids: idsOf(0, 2, 3, 4),
      damage: [{ reason: `events 2 to 2 are missing before byte ${from}` }],
    });
  });

  it('of a whole journal costs its events only', async () => {
    const directory = await threeJournals();
    const path = join(directory, 'journal-000000000000002.jsonl');
    writeFileSync(path, 'nonsense');
    const { ids, damage, baseline } = await reopened(directory, content);
    expect(ids.length).toBeGreaterThan(3);
    expect(ids).toEqual(ids.filter((id) => makeEvents(9).some((event) => event.id === id)));
    expect(damage).toMatchObject([{ at: { file: path, line: 1 } }, { reason: expect.stringContaining('are missing') }]);
    expect(baseline).toEqual(BASELINE);
  });

  it('is told when a journal is not there', async () => {
    const directory = await threeJournals();
    rmSync(join(directory, 'journal-000000000000002.jsonl'));
    expect(await reopened(directory, content)).toMatchObject({
      damage: [{ reason: 'the journal before it is missing' }, { reason: expect.stringContaining('are missing') }],
      baseline: BASELINE,
    });
  });
});

describe('a state directory that cannot be read', () => {
  it.each([
    ['that is not a journal', JOURNAL, 'x\ny\n', 'line 1 (byte 0) is damaged; move'],
    ['of the layout before', JOURNAL, '{"sum":"0123456789abcdef","record":1,"ops":[]}\n', 'by a development version'],
    ['of the layout before', 'snapshot-000000000000001.sqlite', 'SQLite format 3', 'by a development version'],
  ])('is refused, and nothing in it changed: a file %s', async (_, name, text, reason) => {
    const directory = directoryWith(Buffer.from(text), name);
    for (const readOnly of [false, true]) {
      const failure = await openStore({ ...UNBOUNDED, stateDir: directory, readOnly }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ path: join(directory, name), reason: expect.stringContaining(reason) });
    }
    expect(readFileSync(join(directory, name), 'utf8')).toBe(text);
    expect(filesIn(directory)).toEqual([name]);
  });

  it('never starts empty when the last journal is damaged as a whole', async () => {
    const directory = await threeJournals();
    for (const name of filesIn(directory)) writeFileSync(join(directory, name), 'nonsense');
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow('line 1 (byte 0) is damaged');
    expect(filesIn(directory)).toHaveLength(4);
  });

  it('is refused when a newer version wrote it', async () => {
    const { bytes } = await journalOf(1);
    const { createHash } = await import('node:crypto');
    // The head and the end of its group, made anew for another version.
    const end = bytes.indexOf('\x1e{"commit":');
    const lines = Buffer.from(bytes.toString('utf8', 0, end).replace('{"journal":2', '{"journal":9'));
    const [says = ''] = bytes.toString('utf8', end + 1).split(',"sum"');
    const sum = createHash('sha256').update(lines).update(says).digest('hex');
    const directory = directoryWith(Buffer.concat([lines, Buffer.from(`\x1e${says},"sum":"${sum}"}\n`)]));
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(
      'it has version 9, and this bpfwitness knows 1 and 2',
    );
  });
});

it('leaves files of others alone', async () => {
  const directory = await threeJournals();
  writeFileSync(join(directory, 'notes.txt'), 'mine');
  await reopened(directory, (store) => store.count());
  expect(filesIn(directory)).toContain('notes.txt');
});

const LAST = { filter: '', offset: null, limit: 9, ceiling: null, folded: false };

function idsOf(...numbers: number[]): string[] {
  return numbers.map((number) => makeEvent(number).id);
}
