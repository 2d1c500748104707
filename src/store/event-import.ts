import { Buffer, isUtf8 } from 'node:buffer';
import type { AuditEvent } from '../model/event.ts';
import { ByteNames } from './byte-names.ts';
import type { EventTable, Unfinished } from './event-table.ts';
import { markOf } from './id-table.ts';
import { ImportJournal } from './import-journal.ts';
import type { Template } from './pages/page-file.ts';
import { SegmentImage } from './pages/segment-image.ts';
import type { ScanAhead } from './scan/scan-ahead.ts';
import { TEXT_BYTES } from './scan/scan-slots.ts';
import type { ScannedLines } from './scan/scanned-lines.ts';
import { packText } from './text-column.ts';

const NEWLINE = 0x0a;

/** Lines about events of the segment that is being written, held until they can be compared with those. */
const MAX_HELD = 4096;

/** A line that is being imported: its number, where it begins, and its text without the newline. */
export interface ImportLine {
  readonly line: number;
  readonly offset: number;
  readonly text: string;
}

/** Events that can be read now, in order of arrival. The arrays are the store's own: look, do not change. */
export interface ImportedBatch {
  /** `seq` of the first; the others follow without gaps. */
  readonly first: number;
  readonly times: Float64Array;
  /** Places in EVENT_TYPES and SEVERITIES. */
  readonly types: Uint8Array;
  readonly severities: Uint8Array;
  /** Their hosts, in order of appearance. */
  readonly hosts: readonly string[];
}

export interface ImportResult {
  /** Lines that were read. */
  readonly lines: number;
  /** Segments that were finished. */
  readonly batches: readonly ImportedBatch[];
  /** Lines with the id of an event that is recorded and says something else. */
  readonly others: readonly ImportLine[];
}

/** The event in a line that is not as this program writes it; null when it is none, or was taken care of. */
export type LineDecoder = (line: ImportLine) => AuditEvent | null;

/**
 * Whether an event as this program writes it, whose details are the bytes from `start` to `end` of these lines, can be
 * taken as it is; others are decoded.
 */
export type LineTest = (lines: Uint8Array, start: number, end: number) => boolean;

/** What an import tells its store. */
export interface ImportListener {
  /** Lines of a journal with so many new events; null when there is none. */
  readonly recorded: ((lines: Uint8Array, events: number) => void) | null;
  readonly added: (events: number) => void;
}

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
  readonly #decode: LineDecoder;
  readonly #isPlain: LineTest | null;
  readonly #listener: ImportListener;
  readonly #names: ByteNames;
  readonly #image: SegmentImage;
  readonly #scan: ScanAhead;
  readonly #journal: ImportJournal | null;
  #isWriting = false;
  /** Where the texts begin that wait to be taken. */
  readonly #offsets: number[] = [];
  /** Where the text at hand begins, lines that were read of it, and the number of the next line. */
  #offset = 0;
  #lines = 0;
  #next = 1;
  #batches: ImportedBatch[] = [];
  #others: ImportLine[] = [];
  #held: { readonly line: ImportLine; readonly id: string; readonly event: string }[] = [];
  readonly #visit = (bytes: Uint8Array, line: ScannedLines): void => this.#line(bytes, line);
  readonly #unfinished: Unfinished = {
    catchUp: () => this.#catchUp(),
    finish: () => {
      this.#catchUp();
      this.#seal();
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
    this.#decode = decode;
    this.#isPlain = isPlain;
    this.#listener = listener;
    this.#names = new ByteNames(events.counts.names);
    this.#image = new SegmentImage(template);
    this.#scan = scan;
    this.#journal = listener.recorded === null ? null : new ImportJournal(listener.recorded);
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
    return this.#result();
  }

  /** Takes all lines that were pushed so far. More may be pushed after it. */
  catchUp(): ImportResult {
    this.#catchUp();
    return this.#result();
  }

  /** Counts lines that are not pushed. */
  passLines(lines: number): void {
    this.#next += lines;
  }

  /** Makes readable what was pushed so far, and ends the other thread. More may be pushed after it. */
  finish(): ImportResult {
    if (this.#isWriting || this.#offsets.length > 0) this.#events.settle();
    // It may be another import's that waits.
    if (this.#scan.waiting === 0) this.#scan.stop();
    return this.#result();
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
    this.#offset = offset;
    this.#takeLines(() => this.#scan.now(lines, isText, this.#visit));
  }

  #catchUp(): void {
    if (this.#isTaking) throw new Error('the store was asked while a line was being decoded');
    while (this.#offsets.length > 0) this.#takeNext();
  }

  /** Takes the lines that have waited longest. */
  #takeNext(): void {
    this.#offset = this.#offsets.shift() ?? 0;
    this.#takeLines(() => this.#scan.take(this.#visit));
  }

  #takeLines(take: () => void): void {
    this.#isTaking = true;
    try {
      take();
    } finally {
      this.#isTaking = false;
    }
    this.#journal?.flush();
    if (this.#held.length > MAX_HELD) this.#seal();
  }

  /** Takes a line that was scanned. */
  #line(bytes: Uint8Array, line: ScannedLines): void {
    if (line.isEvent && this.#isTaken(bytes, line)) this.#take(bytes, line);
    else this.#takeSlowly(bytes, line);
    this.#next += 1;
    this.#lines += 1;
    if (this.#isWriting && this.#events.isFull(this.#image.length, this.#image.bytes)) this.#seal();
  }

  #isTaken(bytes: Uint8Array, line: ScannedLines): boolean {
    if (this.#isPlain === null) return true;
    return line.headStart === line.headEnd && this.#isPlain(bytes, line.detailsStart, line.detailsEnd);
  }

  /** Takes an event as it stands. */
  #take(bytes: Uint8Array, line: ScannedLines): void {
    const { idStart, idEnd, idTime, idHash } = line;
    this.#begin();
    const isHere = this.#image.has(idHash, idTime, bytes, idStart, idEnd);
    if (isHere || this.#events.segments.mayHave(idHash, idTime)) {
      const event = textOf(bytes, line.start, line.end);
      if (this.#isKnown(isHere, textOf(bytes, idStart, idEnd), event, bytes, line)) return;
    }
    const { headStart, headEnd } = line;
    const source = this.#names.code(bytes, line.sourceStart, line.sourceEnd, line.sourceHash);
    const host = this.#names.code(bytes, line.hostStart, line.hostEnd, line.hostHash);
    const head = headEnd === headStart ? 0 : this.#events.headCode(textOf(bytes, headStart, headEnd));
    this.#image.add(line, source, host, head);
    this.#journal?.copy(bytes, line.start, line.end);
  }

  /** Takes a line as the caller decodes it. */
  #takeSlowly(bytes: Uint8Array, line: ScannedLines): void {
    const event = this.#decode(this.#importLine(bytes, line));
    if (event === null) return;
    this.#begin();
    const packed = packText(event.id);
    const id = Buffer.from(packed);
    const mark = markOf(packed);
    const row = this.#events.rowOf(event);
    const isHere = this.#image.has(mark.hash, mark.time, id, 0, id.length);
    if (isHere || this.#events.segments.mayHave(mark.hash, mark.time)) {
      if (this.#isKnown(isHere, event.id, row.line, bytes, line)) return;
    }
    this.#image.reserve(row, id, mark);
    this.#journal?.add(row.line);
  }

  /** Whether the id of a line is recorded; `event` is what comes with it now, as a line of ours. */
  #isKnown(isHere: boolean, id: string, event: string, bytes: Uint8Array, line: ScannedLines): boolean {
    if (isHere) {
      this.#held.push({ line: this.#importLine(bytes, line), id, event });
      return true;
    }
    const known = this.#events.lookup.get(id);
    if (known !== null && JSON.stringify(known) !== event) this.#others.push(this.#importLine(bytes, line));
    return known !== null;
  }

  #importLine(bytes: Uint8Array, { lineStart, lineEnd }: ScannedLines): ImportLine {
    return { line: this.#next, offset: this.#offset + lineStart, text: textOf(bytes, lineStart, lineEnd - 1) };
  }

  /** Begins a segment if none is being written. */
  #begin(): void {
    if (this.#isWriting) return;
    this.#image.begin(this.#events.newest + 1);
    this.#isWriting = true;
  }

  #seal(): void {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    const first = this.#events.newest + 1;
    const written = this.#image.finish();
    const { length, times, types, severities } = written.columns;
    if (length > 0) {
      // Before the store takes them: it may let go of some at once, and of names that are theirs alone.
      const { names } = this.#events.counts;
      const hosts = [...new Set(written.columns.hosts.subarray(0, length))].map((code) => names.text(code));
      this.#events.adopt(written);
      this.#listener.added(length);
      this.#batches.push({ first, times, types, severities, hosts });
    }
    const held = this.#held;
    this.#held = [];
    for (const { line, id, event } of held) {
      const known = this.#events.lookup.get(id);
      if (known !== null && JSON.stringify(known) !== event) this.#others.push(line);
    }
  }

  #result(): ImportResult {
    const result = { lines: this.#lines, batches: this.#batches, others: this.#others };
    this.#lines = 0;
    this.#batches = [];
    this.#others = [];
    return result;
  }
}

/** The end of the last line that ends before `most`, or of the first one that is longer. */
function endOfLines(lines: Uint8Array, from: number, most: number): number {
  const last = lines.lastIndexOf(NEWLINE, most - 1);
  return (last < from ? lines.indexOf(NEWLINE, most) : last) + 1;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  // A copy: what another thread sees as well is not decoded.
  return Buffer.from(bytes.subarray(start, end)).toString('utf8');
}
