import type { Op } from './journal-line.ts';

/** Text of one record, so that a long batch is written in parts and no line is too long to read back. */
const MAX_RECORD_LENGTH = 4 * 1024 * 1024;

/** Text that is held while the disk refuses it. */
export const MAX_PENDING_LENGTH = 64 * 1024 * 1024;

/** Changes that are not on the disk yet, in order. */
export class Pending {
  #ops: string[] = [];
  #length = 0;
  #overflowed = false;

  /** True when there were too many to hold: they were let go, and only a snapshot can make them durable. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  add(op: Op): void {
    if (this.#overflowed) return;
    const text = JSON.stringify(op);
    this.#ops.push(text);
    this.#length += text.length;
    if (this.#length <= MAX_PENDING_LENGTH) return;
    this.clear();
    this.#overflowed = true;
  }

  /** The first changes, as many as make one record; empty when there are none. */
  first(): readonly string[] {
    let length = 0;
    const end = this.#ops.findIndex((text) => {
      length += text.length;
      return length >= MAX_RECORD_LENGTH;
    });
    return end < 0 ? this.#ops.slice() : this.#ops.slice(0, end + 1);
  }

  /** Lets go of changes that {@link Pending.first} gave and that are now on the disk. */
  done(ops: readonly string[]): void {
    this.#ops.splice(0, ops.length);
    for (const text of ops) this.#length -= text.length;
  }

  clear(): void {
    this.#ops = [];
    this.#length = 0;
    this.#overflowed = false;
  }
}
