import { reasonOf } from '../text/system-error.ts';

/** Time, ms, that a file system has for its answer. */
const DEADLINE_MS = 1000;

/** Reads that are under way at once. */
const AT_ONCE = 8;

/**
 * Reads without an answer that are left behind, each with a thread of the runtime. It has 32 (max_blocking_threads in Deno's
 * tokio_util.rs), which every other file that it reads needs as well.
 */
const MAX_LATE = 12;

/**
 * Reads that may not end: the executable of a process may be on a FUSE whose server never answers, and its arguments are
 * not read while one of its threads has its memory map locked. A few are made at a time and each has a deadline. One that
 * is late is left to its thread, and is not begun again before it has ended.
 */
export class BoundedReads {
  readonly #deadlineMs: number;
  readonly #late = new Set<string>();
  readonly #unread = new Map<string, string>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(deadlineMs = DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /**
   * What `read` resolves to; null when it fails or does not end in time. `object` names what it reads, for a person.
   * A failure is no news where `isGone` then says that what was read is not there any more.
   */
  async of<T>(object: string, read: () => Promise<T>, isGone = () => false): Promise<T | null> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      if (this.#late.has(object) || this.#late.size >= MAX_LATE) return this.#noAnswer(object);
      return await this.#inTime(object, read, isGone);
    } finally {
      // The next one takes over the place of this one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** The objects that were not read since this was asked last, and why, such as `permission denied`. */
  takeUnread(): readonly { readonly object: string; readonly reason: string }[] {
    const unread = [...this.#unread].map(([object, reason]) => ({ object, reason }));
    this.#unread.clear();
    return unread;
  }

  async #inTime<T>(object: string, read: () => Promise<T>, isGone: () => boolean): Promise<T | null> {
    const reading = read()
      .catch((error: unknown) => {
        // Named by this look already when it is late: what it fails with then is of no use to the next one.
        if (!this.#late.has(object) && !isGone()) this.#unread.set(object, reasonOf(error));
        return null;
      })
      .finally(() => this.#late.delete(object));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deadlineMs);
    });
    const result = await Promise.race([reading, deadline]);
    clearTimeout(timer);
    if (result !== 'late') return result;
    this.#late.add(object);
    return this.#noAnswer(object);
  }

  #noAnswer(object: string): null {
    this.#unread.set(object, 'there was no answer in time');
    return null;
  }
}
