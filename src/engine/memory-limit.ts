import { getHeapStatistics } from 'node:v8';
import { formatBytes } from '../text/units.ts';

/** What is in use of the heap at most after a collection: beyond it, one large input more may end the process. */
const MAX_SHARE = 0.5;
const MAX_BYTES = 2 ** 30;

/** Without a collection on demand what is in use may be garbage: V8 collects it before the heap is as full as this. */
const UNCOLLECTED_SHARE = 0.85;

/** Heap that may be taken after a collection before the next one. */
const STEP_SHARE = 0.1;

/** The heap of this thread, as far as the limit needs it: bytes in use and at most, and V8's `--expose-gc`. */
export interface Heap {
  used(): number;
  readonly limit: number;
  readonly collect: (() => void) | null;
}

/** V8 ends the whole process when a heap is full. This tells in time that reading has to stop. Every thread has its heap. */
export class MemoryLimit {
  readonly #heap: Heap;
  readonly #bytes: number;
  #next: number;

  constructor(heap: Heap = ownHeap()) {
    this.#heap = heap;
    this.#bytes = heap.collect === null ? heap.limit * UNCOLLECTED_SHARE : Math.min(MAX_BYTES, heap.limit * MAX_SHARE);
    this.#next = this.#bytes;
  }

  /** Whether no more may be kept. To be asked between pieces of work that take a part of the heap only. */
  isReached(): boolean {
    const { collect, limit } = this.#heap;
    if (this.#heap.used() <= this.#next) return false;
    if (collect === null) return true;
    collect();
    const live = this.#heap.used();
    this.#next = Math.max(this.#bytes, live + limit * STEP_SHARE);
    return live > this.#bytes;
  }

  /** What a person is told when it was reached after so many bytes of input. */
  reason(bytesRead: number): string {
    const limit = formatBytes(this.#bytes);
    return `stopped after ${formatBytes(bytesRead)} of the input: what is kept of it takes more than ${limit} of memory; this is of what was read until then`;
  }
}

function ownHeap(): Heap {
  const { gc } = globalThis as { readonly gc?: () => void };
  return {
    used: () => getHeapStatistics().used_heap_size,
    limit: getHeapStatistics().heap_size_limit,
    collect: gc ?? null,
  };
}
