import { isUtf8 } from 'node:buffer';
import type { EventTable, Unfinished } from './event-table.ts';
import type { ImportListener, ImportResult, LineDecoder, LineTest } from './imported.ts';
import { LineIntake } from './line-intake.ts';
import type { Template } from './pages/page-file.ts';
import type { ScanAhead } from './scan/scan-ahead.ts';
import { TEXT_BYTES } from './scan/scan-slots.ts';

const NEWLINE = 0x0a;

/**
 * Takes files of events, line by line, much faster than one event after the other: lines that are as this program
 * writes them become pages of a segment as they are, the others are decoded by the caller and put between them. An
 * event whose id is recorded already is passed over when it is the same. The result is that of appending them in order.
 *
 * Lines may wait to be scanned in another thread (scan-ahead.ts): then they are taken a few pushes later, or before
 * anything else is asked of the store.
 */
export class EventImport {
  readonly #events: EventTable;
  readonly #intake: LineIntake;
  readonly #scan: ScanAhead;
  /** Where the texts begin that wait to be taken. */
  readonly #offsets: number[] = [];
  readonly #unfinished: Unfinished = {
    catchUp: () => this.#catchUp(),
    finish: () => {
      this.#catchUp();
      this.#intake.seal();
    },
  };
  #isTaking = false;

  /** `isPlain` is null for lines that are taken at their word, which event stands for them included. */
  constructor(
    events: EventTable,
    template: Template,
    decode: LineDecoder,
    isPlain: LineTest | null,
    scan: ScanAhead,
    listener: ImportListener,
  ) {
    this.#events = events;
    this.#intake = new LineIntake(events, template, decode, isPlain, listener);
    this.#scan = scan;
  }

  /**
   * Takes whole lines, of which the first begins at this offset. Throws a RangeError when they do not end with a newline.
   */
  push(given: Uint8Array, offset = 0): ImportResult {
    // A Buffer is one too, and its own subarray is slow.
    const lines = new Uint8Array(given.buffer, given.byteOffset, given.length);
    if (lines.length > 0 && lines.at(-1) !== NEWLINE) throw new RangeError('the last line has no end');
    const isText = isUtf8(lines);
    for (let from = 0; from < lines.length; ) {
      const to = lines.length - from <= TEXT_BYTES ? lines.length : endOfLines(lines, from, from + TEXT_BYTES);
      this.#push(lines.subarray(from, to), isText, offset + from);
      from = to;
    }
    return this.#intake.result();
  }

  /** Takes all lines that were pushed so far. More may be pushed after it. */
  catchUp(): ImportResult {
    this.#catchUp();
    return this.#intake.result();
  }

  /** Counts lines that are not pushed. */
  passLines(lines: number): void {
    this.#intake.passLines(lines);
  }

  /** Makes readable what was pushed so far, and ends the other thread. More may be pushed after it. */
  finish(): ImportResult {
    if (this.#intake.isWriting || this.#offsets.length > 0) this.#events.settle();
    // It may be another import's that waits.
    if (this.#scan.waiting === 0) this.#scan.stop();
    return this.#intake.result();
  }

  #push(lines: Uint8Array, isText: boolean, offset: number): void {
    // Nothing else may be changed or read before what is pushed is there.
    this.#events.finishFirst(this.#unfinished);
    if (this.#scan.isFull) this.#takeNext();
    if (this.#scan.give(lines, isText)) {
      this.#offsets.push(offset);
      return;
    }
    this.#catchUp();
    this.#takeLines(offset, () => this.#scan.now(lines, isText, this.#intake.take));
  }

  #catchUp(): void {
    if (this.#isTaking) throw new Error('the store was asked while a line was being decoded');
    while (this.#offsets.length > 0) this.#takeNext();
  }

  /** Takes the lines that have waited longest. */
  #takeNext(): void {
    this.#takeLines(this.#offsets.shift() ?? 0, () => this.#scan.take(this.#intake.take));
  }

  #takeLines(offset: number, take: () => void): void {
    this.#intake.begin(offset);
    this.#isTaking = true;
    try {
      take();
    } finally {
      this.#isTaking = false;
    }
    this.#intake.end();
  }
}

/** The end of the last line that ends before `most`, or of the first one that is longer. */
function endOfLines(lines: Uint8Array, from: number, most: number): number {
  const last = lines.lastIndexOf(NEWLINE, most - 1);
  return (last < from ? lines.indexOf(NEWLINE, most) : last) + 1;
}
