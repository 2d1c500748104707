import type { Gap } from '../../model/observation.ts';
import type { LogFile } from './log-file.ts';
import type { RecordType } from './record-types.ts';

/** A record of an event that is not over: where it lies, and its text only if that was needed. */
export class OpenRecord {
  type: RecordType;
  /** Place in the stream of all files. */
  place: number;
  /** Bytes, without the line end. */
  length: number;
  /** Number of its line in the stream of all files, from 0. */
  line: number;
  file: LogFile;
  /** Null while the bytes in the window say it. */
  text: string | null = null;
  /** What was read, where `text` was made of it. */
  raw: string | null = null;
  /** The next record of the event. */
  next: OpenRecord | null = null;

  constructor(type: RecordType, place: number, length: number, line: number, file: LogFile) {
    this.type = type;
    this.place = place;
    this.length = length;
    this.line = line;
    this.file = file;
  }
}

/**
 * Records that are used again: of a busy host tens of thousands are open at once, and to make and to throw away each
 * would take a third of the time that reading takes.
 */
export class RecordPool {
  #free: OpenRecord | null = null;

  take(type: RecordType, place: number, length: number, line: number, file: LogFile): OpenRecord {
    const record = this.#free;
    if (record === null) return new OpenRecord(type, place, length, line, file);
    this.#free = record.next;
    record.type = type;
    record.place = place;
    record.length = length;
    record.line = line;
    record.file = file;
    record.next = null;
    return record;
  }

  /** Takes back all records of an event, which nobody may look at any more. Their texts must be gone. */
  release(group: OpenGroup): void {
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
  readonly first: OpenRecord;
  last: OpenRecord;
  /** Number of its last record among all. */
  lastIndex: number;
  /** When it last grew, on whatever clock records are added with. */
  touched: number;
  /** Whether it can become an event of ours. */
  matters = false;
  isOpen = true;
  /** Memory that its records may take, bytes. */
  held = 0;
  /** Its time and serial, where they became known only after it was opened without one. */
  told: { readonly time: number; readonly serial: number } | null = null;
  /** Told just before it. */
  gaps: readonly Gap[] = NO_GAPS;
  /** Neighbours by time and serial among the open ones. */
  earlier: OpenGroup | null = null;
  later: OpenGroup | null = null;
  /** The next open one with an equal hash. */
  sameHash: OpenGroup | null = null;

  constructor(node: string | null, time: number, serial: number, record: OpenRecord, index: number, touched: number) {
    this.node = node;
    this.time = time;
    this.serial = serial;
    this.first = record;
    this.last = record;
    this.lastIndex = index;
    this.touched = touched;
  }
}

const NO_GAPS: readonly Gap[] = [];
