import { closeSync, fdatasyncSync, fstatSync, ftruncateSync } from 'node:fs';
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

  #head: string;

  /**
   * Opens a journal that has so many groups and events for appending, or makes it, for its owner only. `head` is the hash
   * of the group that the next one follows, in this journal or in the one before.
   */
  constructor(path: string, commits: number, events: number, head: string) {
    this.#fd = openOutputFile(path, { mayHoldData: true });
    this.#bytes = fstatSync(this.#fd).size;
    this.#commits = commits;
    this.#events = events;
    this.#head = head;
  }

  /** Hash of the newest group. */
  get head(): string {
    return this.#head;
  }

  /** Groups in it. */
  get commits(): number {
    return this.#commits;
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
    const { line: end, sha256 } = encodeCommit(lines, { ...says, commit: this.#commits + 1 }, this.#head);
    this.#torn = true;
    writeAll(this.#fd, lines);
    writeAll(this.#fd, end);
    fdatasyncSync(this.#fd);
    this.#torn = false;
    this.#head = sha256;
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
  const fd = openOutputFile(path, { mayHoldData: true });
  try {
    ftruncateSync(fd, size);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
