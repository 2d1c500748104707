import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Unreadable } from '../model/observation.ts';
import { asStoreError, StoreError } from './error.ts';
import { readJournal, truncateJournal } from './journal.ts';
import type { JournalRecord } from './journal-line.ts';
import { readSnapshot } from './snapshot.ts';
import { type StateListing, StatePaths } from './state-paths.ts';

/** What rebuilds the store's tables. */
export interface Rebuild {
  /** Called once, first: makes the tables, and fills them from an image if there is one. May throw. */
  load(image: Uint8Array | null): void;
  /** Called for each record after the image, in order. */
  apply(record: JournalRecord): void;
}

export interface Recovery {
  /** Number of the snapshot that it began with; 0 for none. */
  readonly base: number;
  /** Number of the last record; 0 for an empty store. */
  readonly record: number;
  /** First record of the journal to go on with, or null when there is none yet. */
  readonly journal: number | null;
  /** What was found damaged and got over. */
  readonly damage: readonly Unreadable[];
  /** Where the last journal's unfinished record begins, or null. */
  readonly torn: Torn | null;
}

interface Torn {
  readonly path: string;
  readonly offset: number;
}

const ADVICE = 'move the state directory away, or restore the file from a backup';

/**
 * Rebuilds a store from its state directory, and leaves the directory as if nothing had been cut short: what was never
 * finished goes. See {@link restore}.
 */
export function recover(paths: StatePaths, rebuild: Rebuild): Recovery {
  for (const name of paths.list().temporary) rmSync(join(paths.directory, name), { force: true });
  const recovery = restore(paths, rebuild);
  if (recovery.torn !== null) truncateJournal(recovery.torn.path, recovery.torn.offset);
  return recovery;
}

/**
 * Reads a state directory without changing it: the newest snapshot that is whole, then every later record of the
 * journals. A record that was torn when the process or the machine stopped was never acknowledged: it is left out and
 * told in `damage`. Throws a StoreError naming the file when what was acknowledged cannot be had back; it never starts
 * empty instead.
 */
export function restore(paths: StatePaths, rebuild: Rebuild): Recovery {
  const listing = paths.list();
  const damage: Unreadable[] = [];
  const base = loadNewest(paths, listing, rebuild, damage);
  const { record, torn } = replay(paths, listing, base, rebuild, damage);
  const newest = listing.snapshots.at(-1) ?? 0;
  if (record < newest) {
    throw new StoreError(paths.snapshot(newest), `the snapshot is damaged and the journals end before it; ${ADVICE}`);
  }
  return { base, record, journal: listing.journals.at(-1) ?? null, damage, torn };
}

/** What {@link restore} found damaged in a directory that is only looked at. Throws a StoreError. */
export function look(directory: string, rebuild: Rebuild): readonly Unreadable[] {
  try {
    return restore(new StatePaths(directory), rebuild).damage;
  } catch (error) {
    throw asStoreError(directory, error);
  }
}

/** Loads the newest whole snapshot and returns its number; 0 when there is none and the journals begin with record 1. */
function loadNewest(paths: StatePaths, listing: StateListing, rebuild: Rebuild, damage: Unreadable[]): number {
  for (const snapshot of listing.snapshots.toReversed()) {
    const path = paths.snapshot(snapshot);
    let image: Uint8Array;
    try {
      image = readSnapshot(path);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      damage.push({ at: { file: path }, reason: `${error.reason}; an older one and the journals were used`, text: '' });
      continue;
    }
    try {
      rebuild.load(image);
    } catch (error) {
      throw asStoreError(path, error);
    }
    return snapshot;
  }
  rebuild.load(null);
  return 0;
}

/** Applies the records after `base`, in order; the number of the last, and where one was cut short. */
function replay(
  paths: StatePaths,
  listing: StateListing,
  base: number,
  rebuild: Rebuild,
  damage: Unreadable[],
): { readonly record: number; readonly torn: Torn | null } {
  let last = base;
  let torn: Torn | null = null;
  // A journal whose successor begins at or before base + 1 holds nothing that the snapshot does not.
  const journals = listing.journals.filter((_, index, all) => (all[index + 1] ?? Number.POSITIVE_INFINITY) > base + 1);
  journals.forEach((journal, index) => {
    const path = paths.journal(journal);
    const bad = readJournal(path, (record, line) => {
      if (record.record <= base) return;
      if (record.record !== last + 1) {
        const gap = `records ${last + 1} to ${record.record - 1} are missing before line ${line}`;
        throw new StoreError(path, `${gap}; ${ADVICE}`);
      }
      rebuild.apply(record);
      last = record.record;
    });
    if (bad === null) return;
    if (!bad.last || index < journals.length - 1) {
      throw new StoreError(path, `line ${bad.line} (byte ${bad.offset}) is damaged; ${ADVICE}`);
    }
    torn = { path, offset: bad.offset };
    damage.push({
      at: { file: path, line: bad.line, offset: bad.offset },
      reason: `an unfinished record of ${bad.bytes} bytes at the end of the journal was dropped`,
      text: '',
    });
  });
  return { record: last, torn };
}
