import { performance } from 'node:perf_hooks';
import { MemoryLimit } from './memory-limit.ts';
import { slicer } from './yield.ts';

/** The turns of a loop that reads an input: signals and timers get theirs, and the loop learns when it has to stop. */
export class Turns {
  readonly #signal: AbortSignal;
  readonly #bytesRead: () => number;
  readonly #memory = new MemoryLimit();
  readonly #giveWay = slicer(() => performance.now());
  #stopped: string | null = null;

  /** `bytesRead` says how far the input has been read. */
  constructor(signal: AbortSignal, bytesRead: () => number) {
    this.#signal = signal;
    this.#bytesRead = bytesRead;
  }

  /** Why no more is to be read, when memory is short; null otherwise. */
  get stopped(): string | null {
    return this.#stopped;
  }

  /** To be asked after each piece of work, none of which may take long: false when no more is to be read. */
  async goesOn(): Promise<boolean> {
    const pause = this.#giveWay();
    if (pause === undefined) return true;
    await pause;
    if (this.#stopped === null && this.#memory.isReached()) this.#stopped = this.#memory.reason(this.#bytesRead());
    return this.#stopped === null && !this.#signal.aborted;
  }
}
