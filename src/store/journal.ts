import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { openOutputFile } from '../system/output-file.ts';
import { writeAll } from './files.ts';
import { type Commit, encodeCommit } from './journal-format.ts';

/** An append-only file of groups of lines: each group is recorded whole or not at all. */
export class Journal {
  readonly #fd: number;
  #bytes: number;
  #commits: number;
  #events: number;
  /** True while the file may hold a part of a group after `#bytes`. */
  #torn = false;

  /** Opens a journal that has so many groups and events for appending, or makes it, for its owner only. */
  constructor(path: string, commits: number, events: number) {
    this.#fd = openOutputFile(path, { mayHoldData: true });
    this.#bytes = fstatSync(this.#fd).size;
    this.#commits = commits;
    this.#events = events;
  }

  /** Bytes of the groups that are in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Events in it. */
  get events(): number {
    return this.#events;
  }

  /**
   * Appends a group and waits until the disk has it. When it throws, the group does not count: what was written of it
   * is cut off before the next one, or by recovery. Only one group is ever under way, so no damage of an unfinished
   * write can lie before the last one.
   */
  append(lines: Uint8Array, says: Omit<Commit, 'commit'>): void {
    this.#cut();
    const end = encodeCommit(lines, { ...says, commit: this.#commits + 1 });
    this.#torn = true;
    writeAll(this.#fd, lines);
    writeAll(this.#fd, end);
    fdatasyncSync(this.#fd);
    this.#torn = false;
    this.#bytes += lines.length + end.length;
    this.#commits += 1;
    this.#events += says.events;
  }

  close(): void {
    try {
      this.#cut();
    } finally {
      closeSync(this.#fd);
    }
  }

  #cut(): void {
    if (!this.#torn) return;
    ftruncateSync(this.#fd, this.#bytes);
    this.#torn = false;
  }
}

/** Cuts a journal's torn end off. */
export function truncateJournal(path: string, size: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, size);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
