import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Unreadable } from '../model/observation.ts';
import { asStoreError, StoreError } from './error.ts';
import { syncDirectory } from './files.ts';
import { Journal } from './journal.ts';
import type { Op } from './journal-line.ts';
import { takeLock } from './lock.ts';
import { Pending } from './pending.ts';
import { type Rebuild, recover } from './recover.ts';
import { writeSnapshot } from './snapshot.ts';
import { StatePaths } from './state-paths.ts';

/** A journal is replaced by a snapshot when it is longer than this and than the last snapshot (bytes). */
export const SNAPSHOT_AFTER_BYTES = 32 * 1024 * 1024;

/** Most flushes in a row that fail without trying, while only a snapshot would do: making one takes long. */
const MAX_REFUSALS = 1024;

/** Keeps a store's changes in a state directory: a journal of what happened since the last snapshot. */
export class Durability {
  readonly #paths: StatePaths;
  readonly #snapshotAfter: number;
  readonly #image: () => Uint8Array;
  readonly #pending = new Pending();
  #release: () => void = () => {};
  #journal: Journal | null = null;
  #record = 0;
  /** Number of the last snapshot, and its bytes. */
  #base = 0;
  #imageBytes = 0;
  /** Bytes of journals since it. */
  #journalBytes = 0;
  /** Flushes to fail without trying: after the last failed snapshot, and of those what is left. */
  #refusals = 0;
  #refusalsLeft = 0;
  #snapshotFailure: StoreError | null = null;

  /** `image` gives the tables as they are; `snapshotAfter` is a number of bytes. */
  constructor(directory: string, snapshotAfter: number, image: () => Uint8Array) {
    this.#paths = new StatePaths(directory);
    this.#snapshotAfter = snapshotAfter;
    this.#image = image;
  }

  /** Why the last attempt to write a snapshot, or to remove an old one, failed; null when it did not. */
  get snapshotFailure(): StoreError | null {
    return this.#snapshotFailure;
  }

  /** Locks the directory, makes it if need be, and rebuilds what it holds. Returns what was damaged. Throws StoreError. */
  open(rebuild: Rebuild): readonly Unreadable[] {
    const { directory } = this.#paths;
    try {
      // Deno 2.4 does not say what it made, and each new folder is only safe once the one above it is synced.
      const missing: string[] = [];
      for (let folder = resolve(directory); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      for (const folder of missing) syncDirectory(dirname(folder));
      this.#release = takeLock(this.#paths.lock);
    } catch (error) {
      throw asStoreError(directory, error);
    }
    try {
      const recovery = recover(this.#paths, rebuild);
      this.#record = recovery.record;
      this.#base = recovery.base;
      this.#journalBytes = this.#startJournal(recovery.journal ?? recovery.record + 1);
      return recovery.damage;
    } catch (error) {
      this.#release();
      throw asStoreError(directory, error);
    }
  }

  /** Takes a change to be made durable by the next flush. */
  add(op: Op): void {
    this.#pending.add(op);
  }

  /** Makes all changes durable. Throws a StoreError when the disk refuses; a later flush tries again. */
  flush(): void {
    if (this.#pending.overflowed) {
      this.#flushOverflow();
      return;
    }
    for (let ops = this.#pending.first(); ops.length > 0; ops = this.#pending.first()) this.#append(ops);
    if (this.#journalBytes <= Math.max(this.#snapshotAfter, this.#imageBytes)) return;
    try {
      this.#snapshot(this.#record);
    } catch {
      // What was recorded is in the journal. The next attempt is due when it has grown as much again.
      this.#journalBytes = 0;
    }
  }

  /** Makes all changes durable, folds the journal into a snapshot, and gives the directory back. Throws StoreError. */
  close(): void {
    if (this.#journal === null) return;
    this.#refusalsLeft = 0;
    try {
      this.flush();
      if (this.#record > this.#base) this.#snapshot(this.#record);
    } finally {
      closeQuietly(this.#journal);
      this.#journal = null;
      this.#release();
    }
  }

  /** Writes pending changes as one record. */
  #append(ops: readonly string[]): void {
    const journal = this.#journal;
    if (journal === null) throw new StoreError(this.#paths.directory, 'the store is closed');
    const before = journal.bytes;
    try {
      journal.append(this.#record + 1, ops);
    } catch (error) {
      throw asStoreError(this.#paths.directory, error);
    }
    this.#record += 1;
    this.#journalBytes += journal.bytes - before;
    this.#pending.done(ops);
  }

  /** Makes durable what is no longer pending, as a snapshot with a record number of its own. */
  #flushOverflow(): void {
    if (this.#refusalsLeft > 0 && this.#snapshotFailure !== null) {
      this.#refusalsLeft -= 1;
      throw this.#snapshotFailure;
    }
    try {
      this.#snapshot(this.#record + 1);
      this.#refusals = 0;
    } catch (error) {
      this.#refusals = Math.min(MAX_REFUSALS, this.#refusals * 2 + 1);
      this.#refusalsLeft = this.#refusals;
      throw error;
    }
  }

  /** Writes a snapshot that holds the records up to `record`, starts a new journal, and lets older files go. */
  #snapshot(record: number): void {
    let bytes: number;
    try {
      const image = this.#image();
      bytes = image.length;
      writeSnapshot(this.#paths, record, image);
    } catch (error) {
      this.#snapshotFailure = asStoreError(this.#paths.snapshot(record), error);
      throw this.#snapshotFailure;
    }
    const previous = this.#base;
    this.#base = record;
    this.#record = record;
    this.#imageBytes = bytes;
    this.#snapshotFailure = null;
    this.#pending.clear();
    this.#journalBytes = this.#startJournal(record + 1);
    this.#removeBefore(previous);
  }

  /** Starts or goes on with the journal that begins with this record. Returns the bytes that are in it. */
  #startJournal(first: number): number {
    const path = this.#paths.journal(first);
    const old = this.#journal;
    try {
      this.#journal = new Journal(path);
      syncDirectory(this.#paths.directory);
    } catch (error) {
      throw asStoreError(path, error);
    }
    if (old !== null) closeQuietly(old);
    return this.#journal.bytes;
  }

  /** Removes what lies before the snapshot `base`, which stays with its journals in case a newer one is damaged. */
  #removeBefore(base: number): void {
    try {
      const { snapshots, journals } = this.#paths.list();
      for (const snapshot of snapshots) if (snapshot < base) rmSync(this.#paths.snapshot(snapshot), { force: true });
      journals.forEach((journal, index) => {
        if ((journals[index + 1] ?? Number.POSITIVE_INFINITY) <= base + 1) {
          rmSync(this.#paths.journal(journal), { force: true });
        }
      });
    } catch (error) {
      this.#snapshotFailure = asStoreError(this.#paths.directory, error);
    }
  }
}

/** Closes a journal whose records are safe elsewhere or on the disk already: a failure takes nothing away. */
function closeQuietly(journal: Journal): void {
  try {
    journal.close();
  } catch {
    // Only an unfinished record can be left, and recovery cuts that off.
  }
}
