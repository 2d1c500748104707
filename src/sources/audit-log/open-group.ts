import type { Gap } from '../../model/observation.ts';
import type { LogFile } from './log-file.ts';
import type { TypeSequence } from './type-sequence.ts';

/**
 * Records of an event that is not over, on lines that follow each other: where they lie, and their text only if that
 * was needed. The records of an event mostly come in one run, and then nothing is kept of each.
 */
export class OpenRun {
  /** Place in the stream of all files. */
  place: number;
  /** Where it ends there, without the last line end. */
  end: number;
  /** Number of its first line in the stream of all files, from 0. */
  line: number;
  lines = 1;
  file: LogFile;
  /** Null while the bytes in the window say it; otherwise it is of one line. */
  text: string | null = null;
  /** The time, ms, of a record of one line in the window that is spelled otherwise than auditd spells it; or null. */
  spelledAt: number | null = null;
  /** What was read, where `text` was made of it. */
  raw: string | null = null;
  /** The next run of the event. */
  next: OpenRun | null = null;

  constructor(place: number, end: number, line: number, file: LogFile) {
    this.place = place;
    this.end = end;
    this.line = line;
    this.file = file;
  }
}

/**
 * Runs that are used again: of a busy host thousands are open at once, and to make and to throw away each takes longer
 * than to read its lines.
 */
export class RunPool {
  #free: OpenRun | null = null;

  /** A run of one line. */
  take(place: number, end: number, line: number, file: LogFile): OpenRun {
    const run = this.#free;
    if (run === null) return new OpenRun(place, end, line, file);
    this.#free = run.next;
    run.place = place;
    run.end = end;
    run.line = line;
    run.lines = 1;
    run.file = file;
    run.next = null;
    return run;
  }

  /** Takes back all runs of an event, which nobody may look at any more. */
  release(group: OpenGroup): void {
    if (group.hasTexts) {
      for (let run: OpenRun | null = group.first; run !== null; run = run.next) {
        run.text = null;
        run.spelledAt = null;
        run.raw = null;
      }
    }
    group.last.next = this.#free;
    this.#free = group.first;
  }
}

/** An audit event whose records are being gathered. */
export class OpenGroup {
  readonly node: string | null;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Below zero where what was read has none: a number of our own that keeps such events apart. */
  readonly serial: number;
  readonly first: OpenRun;
  last: OpenRun;
  /** The types of its records, in their order. */
  types: TypeSequence;
  /** Number of its last record among all. */
  lastIndex: number;
  /** When it last grew, on whatever clock records are added with. */
  touched: number;
  /** Whether it can become an event of ours. */
  matters = false;
  isOpen = true;
  /** Whether one of its runs may have a text, or be spelled otherwise. */
  hasTexts = false;
  /** Memory that its records may take, bytes. */
  held = 0;
  /** Its time and serial, where they became known only after it was opened without one. */
  told: { readonly time: number; readonly serial: number } | null = null;
  /** Told just before it. */
  gaps: readonly Gap[] = NO_GAPS;
  /** Neighbours by time and serial among the open ones. */
  earlier: OpenGroup | null = null;
  later: OpenGroup | null = null;
  /** The next open one whose key has the same slot. */
  sameSlot: OpenGroup | null = null;

  constructor(
    key: { readonly node: string | null; readonly time: number; readonly serial: number },
    run: OpenRun,
    types: TypeSequence,
    index: number,
    touched: number,
  ) {
    this.node = key.node;
    this.time = key.time;
    this.serial = key.serial;
    this.first = run;
    this.last = run;
    this.types = types;
    this.lastIndex = index;
    this.touched = touched;
  }
}

const NO_GAPS: readonly Gap[] = [];
