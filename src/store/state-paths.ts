import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Ending of a file that is being written; one that is found at the start was never finished. */
export const TEMPORARY = '.tmp';

const SNAPSHOT = /^snapshot-(\d{15})\.sqlite$/;
const JOURNAL = /^journal-(\d{15})\.jsonl$/;

/** What lies in a state directory, by record number, lowest first. */
export interface StateListing {
  /** Snapshots: each holds the records up to its number. */
  readonly snapshots: readonly number[];
  /** Journals: each begins with the record of its number. */
  readonly journals: readonly number[];
  /** Names of files that were never finished. */
  readonly temporary: readonly string[];
}

/** The names of the files in a state directory. */
export class StatePaths {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get lock(): string {
    return join(this.directory, 'lock');
  }

  snapshot(record: number): string {
    return join(this.directory, `snapshot-${padded(record)}.sqlite`);
  }

  journal(record: number): string {
    return join(this.directory, `journal-${padded(record)}.jsonl`);
  }

  /** Throws what `node:fs` throws. Files with other names are not ours and are left alone. */
  list(): StateListing {
    const names = readdirSync(this.directory);
    return {
      snapshots: numbers(names, SNAPSHOT),
      journals: numbers(names, JOURNAL),
      temporary: names.filter((name) => name.endsWith(TEMPORARY) && SNAPSHOT.test(name.slice(0, -TEMPORARY.length))),
    };
  }
}

/** Fifteen digits hold every safe integer up to 10^15 and sort as text. */
function padded(record: number): string {
  return String(record).padStart(15, '0');
}

function numbers(names: readonly string[], pattern: RegExp): number[] {
  return names
    .flatMap((name) => pattern.exec(name)?.slice(1, 2) ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
