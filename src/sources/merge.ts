import { type Observation, type Source, SourceError } from '../model/observation.ts';
import { reasonOf } from '../text/system-error.ts';
import { failedSource } from './failed-source.ts';
import { totalProgress } from './progress.ts';

/** Observations given at once by a merge of several sources. */
const BATCH = 1024;

export interface MergeOptions {
  /**
   * Event time, ms, before which a source has nothing to say, as far as can be told without reading it; null when
   * nobody knows. It is not read before that time has come, so that thousands of files are not read side by side.
   */
  readonly startOf?: (source: Source) => number | null;
}

/**
 * One source of several that were recorded: by time, the order within each being kept; what has no time is given at
 * once. A source that fails is an unreadable, and the others go on. At equal times audit events come first, by serial;
 * beyond that the order of `sources` decides.
 */
export function mergeByTime(name: string, sources: readonly Source[], { startOf }: MergeOptions = {}): Source {
  const only = sources[0];
  if (sources.length === 1 && only !== undefined) return { ...only, name };
  return {
    name,
    progress: () => totalProgress(name, sources),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      const cursors = sources.map((source, index) => new Cursor(source, index, startOf?.(source) ?? null, signal));
      const queue = new Queue(cursors);
      let batch: Observation[] = [];
      try {
        for (let first = queue.take(); first !== null && !signal.aborted; first = queue.take()) {
          // The earliest goes on until another is earlier: one comparison an observation instead of one per source.
          while (await first.fill()) {
            const head = first.head;
            if (head === undefined || (head.time !== null && queue.goesBefore(first))) break;
            batch.push(head);
            first.advance();
            if (batch.length < BATCH) continue;
            yield batch;
            batch = [];
          }
          if (first.head !== undefined) queue.add(first);
        }
        if (batch.length > 0) yield batch;
      } finally {
        for (const cursor of cursors) await cursor.close();
      }
    },
  };
}

/** One source's observations, one at a time. It is not read before the first of them is asked for. */
class Cursor {
  readonly index: number;
  readonly #source: Source;
  readonly #start: number | null;
  readonly #signal: AbortSignal;
  #iterator: AsyncIterator<readonly Observation[]> | null = null;
  #batch: readonly Observation[] = [];
  #at = 0;

  constructor(source: Source, index: number, start: number | null, signal: AbortSignal) {
    this.#source = source;
    this.index = index;
    this.#start = start;
    this.#signal = signal;
  }

  /** The next observation without taking it; undefined when a batch must be fetched first. */
  get head(): Observation | undefined {
    return this.#batch[this.#at];
  }

  /** When it is to be looked at: the time of its next observation, or before it is read that of its start. */
  get time(): number {
    const head = this.head;
    return (head === undefined ? this.#start : head.time) ?? Number.NEGATIVE_INFINITY;
  }

  /** Serial of the audit event that comes next; infinite where there is none. */
  get serial(): number {
    const head = this.head;
    if (head === undefined) return Number.NEGATIVE_INFINITY;
    return (head.kind === 'audit' ? head.group.serial : null) ?? Number.POSITIVE_INFINITY;
  }

  advance(): void {
    this.#at += 1;
  }

  /** Fetches until there is a head; false at the end. A source that fails ends with an unreadable that says why. */
  async fill(): Promise<boolean> {
    while (this.head === undefined) {
      const next = await this.#next();
      // What was read is let go, also at the end: there may be thousands of sources.
      this.#batch = next ?? [];
      this.#at = 0;
      if (next === null) return false;
    }
    return true;
  }

  async #next(): Promise<readonly Observation[] | null> {
    try {
      this.#iterator ??= this.#source.observations(this.#signal)[Symbol.asyncIterator]();
      const next = await this.#iterator.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return [failedSource(this.#source.name, reasonOf(error.cause ?? error))];
    }
  }

  async close(): Promise<void> {
    await this.#iterator?.return?.();
  }
}

/** True when the first of two comes before the second. */
function isBefore(a: Cursor, b: Cursor): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return a.serial === b.serial ? a.index < b.index : a.serial < b.serial;
}

/** The sources that are not at their end, the next one first: a binary heap, as there can be thousands. */
class Queue {
  readonly #heap: Cursor[] = [];

  constructor(cursors: readonly Cursor[]) {
    for (const cursor of cursors) this.add(cursor);
  }

  /** True when another source than this one, which is not in the queue, comes next. */
  goesBefore(cursor: Cursor): boolean {
    const next = this.#heap[0];
    return next !== undefined && isBefore(next, cursor);
  }

  add(cursor: Cursor): void {
    const heap = this.#heap;
    let at = heap.push(cursor) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  /** Takes the one that comes next out; null when there is none. */
  take(): Cursor | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length > 0) heap[0] = last;
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      const [leftOne, rightOne] = [heap[left], heap[left + 1]];
      if (leftOne === undefined) return first;
      const child = rightOne !== undefined && isBefore(rightOne, leftOne) ? left + 1 : left;
      if (!this.#swapIfBefore(child, at)) return first;
      at = child;
    }
  }

  #swapIfBefore(lower: number, upper: number): boolean {
    const heap = this.#heap;
    const [below, above] = [heap[lower], heap[upper]];
    if (below === undefined || above === undefined || !isBefore(below, above)) return false;
    heap[lower] = above;
    heap[upper] = below;
    return true;
  }
}
