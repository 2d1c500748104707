import { Worker } from 'node:worker_threads';
import { EventScanner } from './event-scanner.ts';
import { type ScanSlot, ScanSlots, SLOTS, TEXT_BYTES } from './scan-slots.ts';
import type { ScanTask } from './scan-thread.ts';
import { ScannedLines } from './scanned-lines.ts';

/** Bytes from which on a second thread is worth it: to start one takes as long as to scan so many. */
const WORTH_BYTES = 16 * 2 ** 20;

/** How long the other thread may take for one text; it needs a few ms. */
const LIMIT_MS = 10_000;

export interface ScanBounds {
  readonly worthBytes?: number;
  readonly limitMs?: number;
}

/** Memory for what is found here: little is looked at again while it lies in a cache. */
const HERE_BYTES = ScannedLines.bytesFor(2 ** 16);

/** Told of each line of a text, in order: `lines` is at it, and its offsets are of `bytes`. */
export type LineVisitor = (bytes: Uint8Array, lines: ScannedLines) => void;

/**
 * Scans texts in the order in which they come: the first ones at once, and when there are many of them, in a second
 * thread ahead of who takes them. What that has not begun when it is wanted is scanned here: neither thread waits while
 * there is something to scan, and nothing depends on the other one.
 */
export class ScanAhead {
  readonly #entry: URL | null;
  readonly #worthBytes: number;
  readonly #limitMs: number;
  readonly #scanner = new EventScanner();
  #lines: ScannedLines | null = null;
  #bytes = 0;
  #slots: ScanSlots | null = null;
  #isLost = false;
  /** Texts that were given, and taken again. */
  #given = 0;
  #taken = 0;

  /** `entry` is the file that threads are started from: in a worker, it scans (see thread.ts). Null for no thread. */
  constructor(entry: URL | null, { worthBytes = WORTH_BYTES, limitMs = LIMIT_MS }: ScanBounds = {}) {
    this.#entry = entry;
    this.#worthBytes = worthBytes;
    this.#limitMs = limitMs;
  }

  /** Texts that were given and not taken. */
  get waiting(): number {
    return this.#given - this.#taken;
  }

  get isFull(): boolean {
    return this.waiting === SLOTS;
  }

  /** Visits the lines of a text at once. It must end with a newline; `isUtf8` says whether it is that. */
  now(bytes: Uint8Array, isUtf8: boolean, visit: LineVisitor): void {
    this.#here(bytes, isUtf8, 0, visit);
  }

  /** Gives a text to be taken later: a copy of it. False when it cannot be, for now or at all. */
  give(bytes: Uint8Array, isUtf8: boolean): boolean {
    this.#bytes += bytes.length;
    if (this.#slots === null && this.#entry !== null && this.#bytes >= this.#worthBytes) this.#start(this.#entry);
    const slot = this.#slots?.all[this.#given % SLOTS];
    if (slot === undefined || this.#isLost || this.isFull || bytes.length > TEXT_BYTES) return false;
    slot.fill(bytes, isUtf8, this.#given);
    this.#given += 1;
    this.#slots?.tell();
    return true;
  }

  /** Visits the lines of the text that was given first, of those that wait. */
  take(visit: LineVisitor): void {
    const slot = this.#slots?.all[this.#taken % SLOTS];
    if (slot === undefined || this.waiting === 0) return;
    this.#taken += 1;
    const { text, isUtf8 } = slot;
    const isHere = slot.claim();
    if (!isHere) this.#await(slot);
    const end = isHere || this.#isLost ? 0 : visitAll(text, slot.lines, slot.found, visit);
    if (end < text.length) this.#here(text, isUtf8, end, visit);
    slot.free();
  }

  /** Ends the other thread, and lets go what waits; another begins when there is as much to scan again. */
  stop(): void {
    this.#slots?.stop();
    this.#slots = null;
    this.#bytes = 0;
    this.#given = 0;
    this.#taken = 0;
  }

  /** Waits for what the other thread scans, and scans meanwhile what that has not begun, the last first. */
  #await(slot: ScanSlot): void {
    for (let ahead = this.#given - 1; ahead >= this.#taken && !slot.isScanned; ahead -= 1) {
      const other = this.#slots?.all[ahead % SLOTS];
      if (other?.claim() === true) other.scan(this.#scanner);
    }
    // It may still write into what it claimed: no text goes there any more.
    if (!slot.wait(this.#limitMs)) this.#isLost = true;
  }

  #start(entry: URL): void {
    this.#slots = new ScanSlots();
    const task: ScanTask = { role: 'scanner', shared: this.#slots.shared };
    const worker = new Worker(entry, { workerData: task });
    worker.unref();
    worker.on('error', () => {
      this.#isLost = true;
    });
  }

  /** Scans a text in this thread, from an offset on, and visits its lines. */
  #here(bytes: Uint8Array, isUtf8: boolean, from: number, visit: LineVisitor): void {
    this.#lines ??= new ScannedLines(new ArrayBuffer(HERE_BYTES), 0, HERE_BYTES);
    this.#scanner.load(bytes, isUtf8);
    for (let at = from; at < bytes.length; ) {
      at = visitAll(bytes, this.#lines, this.#lines.fill(this.#scanner, bytes, at), visit);
    }
  }
}

/** Visits lines that were found, and returns where the last of them ends. */
function visitAll(bytes: Uint8Array, lines: ScannedLines, found: number, visit: LineVisitor): number {
  lines.load(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  for (let line = 0; line < found; line += 1) {
    lines.go(line);
    visit(bytes, lines);
  }
  return found === 0 ? 0 : lines.lineEnd;
}
