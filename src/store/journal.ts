import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { writeAll } from './files.ts';
import { decodeLine, encodeLine, type JournalRecord } from './journal-line.ts';

const NEWLINE = 0x0a;

/** An append-only file of records, each on a line of its own. */
export class Journal {
  readonly #fd: number;
  #bytes: number;
  /** True while the file may hold a part of a record after `#bytes`. */
  #torn = false;

  /** Opens a journal for appending, or makes it, for its owner only. Throws what `node:fs` throws. */
  constructor(path: string) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  /** Bytes of the records that are in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends a record and waits until the disk has it. When it throws, the record does not count: what was written of it
   * is cut off before the next one, or by recovery. Only one record is ever under way, so no damage of an unfinished
   * write can lie before the last line.
   */
  append(record: number, ops: readonly string[]): void {
    this.#cut();
    const line = encodeLine(record, ops);
    this.#torn = true;
    writeAll(this.#fd, line);
    fdatasyncSync(this.#fd);
    this.#torn = false;
    this.#bytes += line.length;
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

/** A line of a journal that is not a record: its number counted from 1, and where it begins. */
export interface BadLine {
  readonly line: number;
  readonly offset: number;
  readonly bytes: number;
  /** True when nothing comes after it. */
  readonly last: boolean;
}

/** Reads a journal record by record until its end or the first line that is none, which is returned. */
export function readJournal(path: string, visit: (record: JournalRecord, line: number) => void): BadLine | null {
  const bytes = readFileSync(path);
  let line = 1;
  for (let offset = 0; offset < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, offset);
    const end = newline < 0 ? bytes.length : newline + 1;
    const record = newline < 0 ? null : decodeLine(bytes.subarray(offset, end));
    if (record === null) return { line, offset, bytes: end - offset, last: end === bytes.length };
    visit(record, line);
    offset = end;
  }
  return null;
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
