import type { EventScanner } from './event-scanner.ts';
import { ScannedLines } from './scanned-lines.ts';

/** Texts that may wait to be scanned, or to be taken: a few, so that neither thread waits for the other at each. */
export const SLOTS = 8;

/** Bytes of the longest text: what is found in it still lies in a cache when the other thread reads it. */
export const TEXT_BYTES = 2 ** 18;

/** Words for all slots: how often there was something new to do, and whether nothing more will come. */
const NEWS = 0;
const STOPPED = 1;
const WORDS = 2;

/** Words of each slot: its state, its place among all that were filled, its length, whether it is UTF-8, lines found. */
const STATE = 0;
const TURN = 1;
const LENGTH = 2;
const IS_UTF8 = 3;
const LINES = 4;
const SLOT_WORDS = 5;

const FREE = 0;
const WAITING = 1;
const TAKEN = 2;
const SCANNED = 3;

/** Eight-byte places before the first slot. */
const HEAD_BYTES = Math.ceil(((WORDS + SLOTS * SLOT_WORDS) * Int32Array.BYTES_PER_ELEMENT) / 8) * 8;
const FOUND_BYTES = ScannedLines.bytesFor(TEXT_BYTES);

/** A place for one text and what is found in it. Whoever claims it first scans it; nobody else writes to it then. */
export class ScanSlot {
  readonly bytes: Uint8Array;
  readonly lines: ScannedLines;
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(shared: SharedArrayBuffer, words: Int32Array, index: number) {
    const offset = HEAD_BYTES + index * (TEXT_BYTES + FOUND_BYTES);
    this.bytes = new Uint8Array(shared, offset, TEXT_BYTES);
    this.lines = new ScannedLines(shared, offset + TEXT_BYTES, FOUND_BYTES);
    this.#words = words;
    this.#at = WORDS + index * SLOT_WORDS;
  }

  /** The text that is in it. */
  get text(): Uint8Array {
    return this.bytes.subarray(0, this.#words[this.#at + LENGTH]);
  }

  get isUtf8(): boolean {
    return this.#words[this.#at + IS_UTF8] === 1;
  }

  /** Lines that were found in the text: not all of them where there was no room for more. */
  get found(): number {
    return this.#words[this.#at + LINES] ?? 0;
  }

  /** Its place among all that were filled while it waits to be claimed; null otherwise. */
  get turn(): number | null {
    return Atomics.load(this.#words, this.#at + STATE) === WAITING ? (this.#words[this.#at + TURN] ?? 0) : null;
  }

  /** Puts a text into it; only where it is free. */
  fill(text: Uint8Array, isUtf8: boolean, turn: number): void {
    this.bytes.set(text);
    this.#words[this.#at + LENGTH] = text.length;
    this.#words[this.#at + IS_UTF8] = isUtf8 ? 1 : 0;
    this.#words[this.#at + TURN] = turn;
    Atomics.store(this.#words, this.#at + STATE, WAITING);
  }

  /** Whether it is the caller who has to scan it. */
  claim(): boolean {
    return Atomics.compareExchange(this.#words, this.#at + STATE, WAITING, TAKEN) === WAITING;
  }

  /** Finds the events of its text; only for who claimed it. */
  scan(scanner: EventScanner): void {
    const { text } = this;
    scanner.load(text, this.isUtf8);
    this.#words[this.#at + LINES] = this.lines.fill(scanner, text, 0);
    Atomics.store(this.#words, this.#at + STATE, SCANNED);
    Atomics.notify(this.#words, this.#at + STATE);
  }

  get isScanned(): boolean {
    return Atomics.load(this.#words, this.#at + STATE) === SCANNED;
  }

  /** Waits until it was scanned by the other thread; false when that takes longer. */
  wait(limitMs: number): boolean {
    Atomics.wait(this.#words, this.#at + STATE, TAKEN, limitMs);
    return this.isScanned;
  }

  free(): void {
    Atomics.store(this.#words, this.#at + STATE, FREE);
  }
}

/** The memory in which one thread gives texts to be scanned to another. */
export class ScanSlots {
  readonly shared: SharedArrayBuffer;
  readonly all: readonly ScanSlot[];
  readonly #words: Int32Array;

  constructor(shared = new SharedArrayBuffer(HEAD_BYTES + SLOTS * (TEXT_BYTES + FOUND_BYTES))) {
    this.shared = shared;
    const words = new Int32Array(shared, 0, WORDS + SLOTS * SLOT_WORDS);
    this.#words = words;
    this.all = Array.from({ length: SLOTS }, (_, index) => new ScanSlot(shared, words, index));
  }

  /** Wakes the thread that scans: there is something to do. */
  tell(): void {
    Atomics.add(this.#words, NEWS, 1);
    Atomics.notify(this.#words, NEWS);
  }

  /** Ends the thread that scans. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    this.tell();
  }

  /** Claims the text that came first, and waits for one; null when no more will come. */
  next(): ScanSlot | null {
    for (;;) {
      const news = Atomics.load(this.#words, NEWS);
      if (Atomics.load(this.#words, STOPPED) === 1) return null;
      const first = this.#first();
      if (first === null) Atomics.wait(this.#words, NEWS, news);
      else if (first.claim()) return first;
    }
  }

  #first(): ScanSlot | null {
    let first: ScanSlot | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const slot of this.all) {
      const { turn } = slot;
      if (turn === null || turn >= least) continue;
      least = turn;
      first = slot;
    }
    return first;
  }
}
