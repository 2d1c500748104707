import { closeSync, writeSync } from 'node:fs';
import { openOutputFile } from '../system/output-file.ts';
import { readIfThere } from './files.ts';

/** How far a state directory has come: the newest group, by journal, number and hash. */
export interface StateHead {
  readonly journal: number;
  readonly commit: number;
  readonly sha256: string;
}

/** Less than a sector of any disk, which is written whole or not at all. */
const LENGTH = 256;

const HEAD = /^\{"journal":(\d{1,15}),"commit":(\d{1,15}),"sha256":"([0-9a-f]{64})"\} *\n$/;

/**
 * The file beside the journals that says how far they go: a journal that was emptied, cut between two groups or taken away
 * looks like one that never had them. It is written in place after a group is on the disk, so it is never ahead of the
 * journals, and a process that is killed leaves it whole.
 */
export class HeadFile {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = openOutputFile(path, { mayHoldData: true, inPlace: true });
  }

  write({ journal, commit, sha256 }: StateHead): void {
    const text = JSON.stringify({ journal, commit, sha256 });
    writeSync(this.#fd, Buffer.from(`${text.padEnd(LENGTH - 1)}\n`), 0, LENGTH, 0);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * What the file says; null where there is none, as before journals had a chain, or where it cannot be understood. Throws
 * a StoreError where it is no regular file or cannot be read.
 */
export function readHead(path: string): StateHead | null {
  const text = readIfThere(path, LENGTH)?.toString('latin1') ?? '';
  const [, journal, commit, sha256 = ''] = HEAD.exec(text) ?? [];
  return journal === undefined ? null : { journal: Number(journal), commit: Number(commit), sha256 };
}
