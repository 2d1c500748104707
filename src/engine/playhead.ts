import { performance } from 'node:perf_hooks';
import type { Observation } from '../model/observation.ts';
import type { Pipeline } from './pipeline.ts';
import type { Tape } from './tape.ts';
import { slicer } from './yield.ts';

/** Feeds a pipeline from a tape up to a moment of event time: what live watching knew at that moment. */
export class Playhead {
  readonly pipeline: Pipeline;
  #batches: AsyncIterator<readonly Observation[]>;
  #batch: readonly Observation[] = [];
  #index = 0;
  #position = Number.NEGATIVE_INFINITY;

  constructor(pipeline: Pipeline, tape: Tape) {
    this.pipeline = pipeline;
    this.#batches = tape.play()[Symbol.asyncIterator]();
  }

  /** The moment up to which it has fed. */
  get position(): number {
    return this.#position;
  }

  /** Gives back the files it reads and the store it fed. */
  async close(): Promise<void> {
    await this.#batches.return?.();
    await this.pipeline.store.close();
  }

  /** Feeds on until `target()` (it may move meanwhile), giving way often; `cancelled` ends it early. */
  async feed(target: () => number, cancelled: () => boolean, onProgress: () => void): Promise<void> {
    const giveWay = slicer(() => performance.now());
    while (!cancelled()) {
      const until = target();
      const ready = await this.#takeUntil(until);
      if (ready.length > 0) {
        this.pipeline.ingest(ready);
        // The target may move back before all up to it is fed: then this much is known already.
        for (const { time } of ready) this.#position = Math.max(this.#position, time ?? this.#position);
        onProgress();
      } else {
        this.#position = Math.max(this.#position, until);
        if (target() <= this.#position) return;
      }
      await giveWay();
    }
  }

  /** The next observations that are not after `until`, at most one batch. */
  async #takeUntil(until: number): Promise<readonly Observation[]> {
    if (this.#index >= this.#batch.length) {
      const next = await this.#batches.next();
      this.#batch = next.done === true ? [] : next.value;
      this.#index = 0;
      // An empty batch in the middle is not the end: ask again.
      if (next.done !== true && this.#batch.length === 0) return this.#takeUntil(until);
    }
    const from = this.#index;
    while (this.#index < this.#batch.length) {
      const time = this.#batch[this.#index]?.time ?? null;
      if (time !== null && time > until) break;
      this.#index += 1;
    }
    return this.#batch.slice(from, this.#index);
  }
}
