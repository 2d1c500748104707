/** Time, ms, that a file system has for its answer. */
const DEADLINE_MS = 1000;

/** Reads without an answer that are left behind, each with a thread of the runtime. */
const MAX_PENDING = 32;

/**
 * Reads of what lies on file systems that we do not know: the executable of a process may be on a FUSE whose server
 * never answers, and so may be the pages that its arguments are in. Each has a deadline. One that is still pending is
 * left to its thread, which ends with the process, and is not begun again before it has ended.
 */
export class BoundedReads {
  readonly #deadlineMs: number;
  readonly #pending = new Set<string>();
  readonly #unanswered = new Set<string>();

  constructor(deadlineMs = DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  /** What `read` resolves to; null when it fails or does not end in time. `object` names what it reads, for a person. */
  async of<T>(object: string, read: () => Promise<T>): Promise<T | null> {
    if (this.#pending.has(object) || this.#pending.size >= MAX_PENDING) return this.#noAnswer(object);
    this.#pending.add(object);
    const reading = read()
      .catch(() => null)
      .finally(() => this.#pending.delete(object));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.#deadlineMs);
    });
    const result = await Promise.race([reading, deadline]);
    clearTimeout(timer);
    return result === 'late' ? this.#noAnswer(object) : result;
  }

  /** The objects that were not read for want of an answer since this was asked last. */
  takeUnanswered(): readonly string[] {
    const objects = [...this.#unanswered];
    this.#unanswered.clear();
    return objects;
  }

  #noAnswer(object: string): null {
    this.#unanswered.add(object);
    return null;
  }
}
