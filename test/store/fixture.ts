import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store, StoreOptions } from '../../src/store/store.ts';

/** A directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bpfwitness-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A store in memory that is closed when the test is over. */
export async function memoryStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ maxEvents: 0, stateDir: null, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** The ids in a store, oldest first. */
export function idsIn(store: Store): string[] {
  return store
    .query({})
    .map((event) => event.id)
    .reverse();
}

/** No bound. */
export const UNBOUNDED = { maxEvents: 0 };

/** Copies what is on the disk: the state that a crash at this moment leaves. The lock's process is gone by then. */
export function crashed(directory: string): string {
  const copy = temporaryDirectory();
  for (const name of filesIn(directory)) copyFileSync(join(directory, name), join(copy, name));
  return copy;
}

export function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name !== 'lock')
    .sort();
}

/** Opens a state directory, looks at the store, and closes it. */
export async function reopened<T>(stateDir: string, look: (store: Store) => T, maxEvents = 0): Promise<T> {
  const store = await openStore({ ...UNBOUNDED, maxEvents, stateDir });
  try {
    return look(store);
  } finally {
    store.close();
  }
}
