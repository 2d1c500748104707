import { statSync } from 'node:fs';
import { attempt } from './attempt.ts';
import { threadCount } from './tasks.ts';

/** A process with more descriptors or threads waits for the others: who has many must not hide what others have open. */
const MANY = 1000;

/** Whose turn it is, where there is more to look at than one look may take. */
export class Turns {
  readonly #root: string;
  readonly #visits = new Map<number, number>();
  #count = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** Says that all of a process was looked at. */
  took(pid: number): void {
    this.#count += 1;
    this.#visits.set(pid, this.#count);
  }

  forget(pid: number): void {
    this.#visits.delete(pid);
  }

  /** Those that have waited longest first: one that is large, so that these get their turn too, the small ones, the others. */
  inOrder(pids: readonly number[]): readonly number[] {
    const visitOf = (pid: number): number => this.#visits.get(pid) ?? 0;
    const longest = [...pids].sort((a, b) => visitOf(a) - visitOf(b));
    const large = new Set(longest.filter((pid) => this.#isLarge(pid)));
    const [first, ...others] = large;
    const small = longest.filter((pid) => !large.has(pid));
    return [...(first === undefined ? [] : [first]), ...small, ...others];
  }

  hasManyThreads(pid: number): boolean {
    return threadCount(`${this.#root}/${pid}`) > MANY;
  }

  #isLarge(pid: number): boolean {
    // Since Linux 6.2 the size of the folder (proc_fd_getattr in fs/proc/fd.c), which was 0 before.
    const descriptors = attempt(() => statSync(`${this.#root}/${pid}/fd`).size) ?? 0;
    return descriptors > MANY || this.hasManyThreads(pid);
  }
}
