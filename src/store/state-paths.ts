import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY, listFolder } from '../system/names.ts';
import { StoreError } from './error.ts';
import { olderLayout } from './journal-reader.ts';

const JOURNAL = /^journal-(\d{15})\.jsonl$/;
const OLDER_LAYOUT = /^snapshot-\d{15}\.sqlite$/;

/** The names of the files in a state directory. */
export class StatePaths {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get lock(): string {
    return join(this.directory, 'lock');
  }

  /** How far the journals go (head-file.ts). */
  get head(): string {
    return join(this.directory, 'head.json');
  }

  /** Journals are numbered in order. Fifteen digits hold every safe integer up to 10^15 and sort as text. */
  journal(number: number): string {
    return join(this.directory, `journal-${String(number).padStart(15, '0')}.jsonl`);
  }

  /** The directory and the files of ours in it, as far as they are there. */
  present(): readonly string[] {
    if (!existsSync(this.directory)) return [];
    const names = listFolder(this.directory).map(({ name }) => name);
    const ours = names.filter((name) => name === 'lock' || name === 'head.json' || JOURNAL.test(name));
    return [this.directory, ...ours.map((name) => join(this.directory, name))];
  }

  /**
   * The numbers of the journals, lowest first. Files with other names are not ours and are left alone. Throws what
   * `node:fs` throws, and a StoreError for a directory that holds what an older layout kept.
   */
  journals(): number[] {
    const entries = listFolder(this.directory);
    const names = entries.map(({ name }) => name);
    const odd = entries.find(({ name, type }) => JOURNAL.test(name) && type !== ENTRY.file && type !== ENTRY.unknown);
    // A FIFO would be waited for, and a link may lead to a file of another user.
    if (odd !== undefined) throw new StoreError(join(this.directory, odd.name), 'it is not a regular file; remove it');
    const older = names.find((name) => OLDER_LAYOUT.test(name));
    if (older !== undefined) throw olderLayout(join(this.directory, older));
    return names
      .flatMap((name) => JOURNAL.exec(name)?.slice(1, 2) ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }
}
