import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import { MAX_PENDING_LENGTH } from '../../src/store/pending.ts';
import type { Store } from '../../src/store/store.ts';
import { idsIn, temporaryDirectory } from './fixture.ts';
import { makeEvent } from './fixture-event.ts';

/** A directory on a file system of this many bytes; where mount(8) is not allowed the test is skipped. */
function smallDisk(bytes: number, skip: (note: string) => never): string {
  const directory = temporaryDirectory();
  const options = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'bpfwitness-test', directory];
  const mount = spawnSync('mount', options, { encoding: 'utf8' });
  if (mount.status !== 0) skip(`needs the right to mount a small file system: ${mount.stderr ?? mount.error}`);
  // Last made, first undone: the file system goes before its directory.
  onTestFinished(() => void spawnSync('umount', [directory]));
  return directory;
}

/** Appends more than may wait for a disk that is full: how many events. */
function appendUntilBehind(store: Store): number {
  const padding = 'x'.repeat(1024 * 1024);
  let number = 0;
  for (; number * padding.length <= MAX_PENDING_LENGTH + padding.length; number += 1) {
    store.append([makeEvent(number, { details: { padding } })]);
  }
  return number;
}

/** Bytes that the files of a directory take, in whole pages as tmpfs(5) counts them. */
function diskUse(directory: string): number {
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0);
}

it('a full disk loses nothing that was acknowledged, and the rest is written when there is room again', async ({
  skip,
}) => {
  const directory = smallDisk(1024 * 1024, skip);
  const ballast = join(directory, 'ballast');
  writeFileSync(ballast, Buffer.alloc(800 * 1024));
  const options = { maxEvents: 0, stateDir: directory };
  const store = await openStore(options);
  const acknowledged: string[] = [];
  let failure: unknown = null;
  let number = 0;
  for (; failure === null; number += 1) {
    const event = makeEvent(number, { details: { padding: 'x'.repeat(3000) } });
    store.append([event]);
    try {
      store.flush();
      acknowledged.push(event.id);
    } catch (error) {
      failure = error;
    }
  }
  expect(failure).toBeInstanceOf(StoreError);
  expect(failure).toMatchObject({ path: directory, reason: 'no space left on the device' });
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(() => store.flush()).toThrow(StoreError);

  const copy = temporaryDirectory();
  for (const name of readdirSync(directory)) {
    if (name.startsWith('journal')) copyFileSync(join(directory, name), join(copy, name));
  }
  const recovered = await openStore({ ...options, stateDir: copy });
  expect(idsIn(recovered)).toEqual(acknowledged);
  recovered.close();

  rmSync(ballast);
  store.append([makeEvent(number)]);
  store.flush();
  store.append([makeEvent(number + 1, { details: { padding: 'x'.repeat(3000) } })]);
  writeFileSync(ballast, Buffer.alloc(1024 * 1024 - diskUse(directory)));
  // No room for what closing writes: told, and the journal still has everything before.
  expect(() => store.close()).toThrow('no space left on the device');
  rmSync(ballast);
  const again = await openStore(options);
  expect(again.count()).toBe(number + 1);
  expect(again.unreadableCount()).toBe(0);
  again.close();
  expect(readdirSync(directory).filter((name) => name.endsWith('.tmp') || name === 'lock')).toEqual([]);
});

it('a disk that stays full for long costs no memory, and what was not written is read back from the tables', async ({
  skip,
}) => {
  const directory = smallDisk(16 * 1024 * 1024, skip);
  const options = { maxEvents: 4, stateDir: directory };
  const store = await openStore(options);
  const ballast = join(directory, 'ballast');
  writeFileSync(ballast, Buffer.alloc(15.5 * 1024 * 1024));
  const number = appendUntilBehind(store);
  for (let attempt = 0; attempt < 20; attempt += 1) expect(() => store.flush()).toThrow('no space left on the device');
  store.amend([{ eventId: makeEvent(number - 1).id, details: { seen: 'twice' }, evidence: [] }]);
  rmSync(ballast);
  store.append([makeEvent(number)]);
  store.flush();
  store.append([makeEvent(number + 1)]);
  store.flush();
  const ids = idsIn(store);
  expect(ids).toEqual([number - 2, number - 1, number, number + 1].map((each) => makeEvent(each).id));
  const copy = temporaryDirectory();
  for (const name of readdirSync(directory)) {
    if (name !== 'lock') copyFileSync(join(directory, name), join(copy, name));
  }
  store.close();
  const again = await openStore({ ...options, stateDir: copy });
  expect(again.unreadableCount()).toBe(0);
  expect(again.get(makeEvent(number - 1).id)?.details.seen).toBe('twice');
  expect(idsIn(again)).toEqual(ids);
  again.close();
});

it('a disk that was full for long has in the end what was being imported meanwhile', async ({ skip }) => {
  const directory = smallDisk(16 * 1024 * 1024, skip);
  const options = { maxEvents: 4, stateDir: directory };
  const store = await openStore(options);
  const ballast = join(directory, 'ballast');
  writeFileSync(ballast, Buffer.alloc(15.5 * 1024 * 1024));
  let number = appendUntilBehind(store);
  const into = store.importEvents(() => null);
  const push = () => {
    into.push(Buffer.from(`${JSON.stringify(makeEvent(number))}\n`));
    number += 1;
  };
  push();
  rmSync(ballast);
  store.flush();
  push();
  into.finish();
  store.flush();
  const ids = idsIn(store);
  expect(ids.slice(-2)).toEqual([number - 2, number - 1].map((each) => makeEvent(each).id));
  store.close();
  const again = await openStore(options);
  expect(idsIn(again)).toEqual(ids);
  expect(again.unreadableCount()).toBe(0);
  again.close();
});
