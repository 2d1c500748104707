import { performance } from 'node:perf_hooks';
import { MemoryLimit } from './memory-limit.ts';
import { slicer } from './yield.ts';

/** The turns of a loop that reads an input: signals and timers get theirs, and the loop learns when it has to stop. */
export class Turns {
  readonly #abort = new AbortController();
  readonly #bytesRead: () => number;
  readonly #memory = new MemoryLimit();
  readonly #giveWay = slicer(() => performance.now());
  #stopped: string | null = null;

  /** Ends the reading: what the loop is told to end by, or that memory is short. */
  readonly signal: AbortSignal;

  /** `signal` is what ends the loop from outside; `bytesRead` says how far the input has been read. */
  constructor(signal: AbortSignal, bytesRead: () => number) {
    this.signal = AbortSignal.any([signal, this.#abort.signal]);
    this.#bytesRead = bytesRead;
  }

  /** Why no more is to be read, when memory is short; null otherwise. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** To be asked after each piece of work, none of which may take long: false when no more may be kept. */
  async goesOn(): Promise<boolean> {
    const pause = this.#giveWay();
    if (pause === undefined) return true;
    await pause;
    if (this.#stopped === null && this.#memory.isReached()) {
      this.#stopped = this.#memory.reason(this.#bytesRead());
      // The source ends by itself, and says what it read until then.
      this.#abort.abort();
    }
    return this.#stopped === null;
  }
}
