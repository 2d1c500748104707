/** Events after which memory is given back: while many are read, V8 keeps several times what is in use. */
const EVERY_EVENTS = 5_000;

/** V8's `--expose-gc` (scripts/build/compile.ts), with what its extension takes (src/extensions/gc-extension.h). */
interface Collecting {
  readonly gc?: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
}

/** Gives the memory of garbage back to the system: V8 does so only when a process rests, and a screen that counts never does. */
export class TidyHeap {
  #next = EVERY_EVENTS;

  /** To be told how many events there were so far. */
  saw(events: number): void {
    if (events < this.#next) return;
    this.#next = events + EVERY_EVENTS;
    this.tidy();
  }

  /** At once, which takes some hundredths of a second. */
  tidy(): void {
    (globalThis as Collecting).gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
}
