import { getHeapStatistics } from 'node:v8';

/** Bytes by which the heap may grow before it is collected: left alone, V8 keeps several times what is in use. */
const GROWTH = 16 * 2 ** 20;

/** V8's `--expose-gc` (scripts/build/compile.ts), with what its extension takes (src/extensions/gc-extension.h). */
interface Collecting {
  readonly gc?: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
}

/** Gives the memory of garbage back to the system: V8 does so only when a process rests, and a screen that counts never does. */
export class TidyHeap {
  readonly #used: () => number;
  readonly #collect: (() => void) | null;
  #next: number;

  /** `used` are the bytes of the heap that are in use or garbage; `collect` is null where V8 has to be left alone. */
  constructor(used = usedBytes, collect = collectNow()) {
    this.#used = used;
    this.#collect = collect;
    this.#next = used() + GROWTH;
  }

  /** Collects when the heap has grown enough, which takes some hundredths of a second. To be called after each batch. */
  tidyWhenGrown(): void {
    if (this.#used() > this.#next) this.tidy();
  }

  tidy(): void {
    this.#collect?.();
    this.#next = this.#used() + GROWTH;
  }
}

/** With the buffers of tables and files, which lie outside the heap and are given back with their objects in it. */
function usedBytes(): number {
  const { used_heap_size: heap, external_memory: buffers } = getHeapStatistics();
  return heap + buffers;
}

function collectNow(): (() => void) | null {
  const { gc } = globalThis as Collecting;
  return gc === undefined ? null : () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
