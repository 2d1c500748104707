import { Buffer, isUtf8 } from 'node:buffer';
import type { AuditEvent } from '../model/event.ts';
import { ByteNames } from './byte-names.ts';
import type { EventTable } from './event-table.ts';
import { idHash, markOf } from './id-table.ts';
import { ImportJournal } from './import-journal.ts';
import type { Template } from './pages/page-file.ts';
import { SegmentImage } from './pages/segment-image.ts';
import { EventScanner } from './scan/event-scanner.ts';
import { packText } from './text-column.ts';

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
 */
export class EventImport {
  readonly #events: EventTable;
  readonly #decode: LineDecoder;
  readonly #isPlain: LineTest | null;
  readonly #listener: ImportListener;
  readonly #names: ByteNames;
  readonly #image: SegmentImage;
  readonly #scanner = new EventScanner();
  readonly #journal: ImportJournal | null;
  #isWriting = false;
  /** The lines at hand, how many of them were read, and where the one at hand begins and the next. */
  #given: { readonly bytes: Uint8Array; readonly line: number; readonly offset: number } = {
    bytes: new Uint8Array(0),
    line: 1,
    offset: 0,
  };
  #lines = 0;
  #at = 0;
  #next = 0;
  #batches: ImportedBatch[] = [];
  #others: ImportLine[] = [];
  #held: { readonly line: ImportLine; readonly id: string; readonly event: string }[] = [];

  /** `isPlain` is null for lines that are taken at their word, which event stands for them included. */
  constructor(
    events: EventTable,
    template: Template,
    decode: LineDecoder,
    isPlain: LineTest | null,
    listener: ImportListener,
  ) {
    this.#events = events;
    this.#decode = decode;
    this.#isPlain = isPlain;
    this.#listener = listener;
    this.#names = new ByteNames(events.counts.names);
    this.#image = new SegmentImage(template);
    this.#journal = listener.recorded === null ? null : new ImportJournal(listener.recorded);
  }

  /**
   * Takes whole lines, of which the first has this number and begins at this offset. Throws a RangeError when they do
   * not end with a newline.
   */
  push(given: Uint8Array, line = 1, offset = 0): ImportResult {
    // A Buffer is one too, and its own subarray is slow.
    const lines = new Uint8Array(given.buffer, given.byteOffset, given.length);
    if (lines.length > 0 && lines.at(-1) !== 0x0a) throw new RangeError('the last line has no end');
    this.#scanner.load(lines, isUtf8(lines));
    this.#given = { bytes: lines, line, offset };
    this.#lines = 0;
    for (let at = 0; at < lines.length; this.#lines += 1) {
      const end = this.#scanner.scan(at);
      const next = end < 0 ? lines.indexOf(0x0a, at) + 1 : end;
      this.#at = at;
      this.#next = next;
      if (end < 0 || !this.#isTaken(lines)) this.#takeSlowly();
      else this.#take(lines);
      at = next;
      if (this.#events.isFull(this.#image.length, this.#image.bytes)) this.#events.settle();
    }
    this.#journal?.flush();
    if (this.#held.length > MAX_HELD) this.#events.settle();
    return this.#result();
  }

  /** Makes readable what was taken so far. More may be pushed after it. */
  finish(): ImportResult {
    if (this.#isWriting) this.#events.settle();
    return this.#result();
  }

  #isTaken(lines: Uint8Array): boolean {
    if (this.#isPlain === null) return true;
    const { headStart, headEnd, detailsStart, detailsEnd } = this.#scanner;
    return headStart === headEnd && this.#isPlain(lines, detailsStart, detailsEnd);
  }

  /** Takes the line that was scanned. */
  #take(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    const { idStart, idEnd, idTime } = scanner;
    this.#begin();
    const hash = idHash(bytes, idStart, idEnd);
    const isHere = this.#image.has(hash, idTime, bytes, idStart, idEnd);
    if (isHere || this.#events.segments.mayHave(hash, idTime)) {
      const id = textOf(bytes, idStart, idEnd);
      const event = textOf(bytes, scanner.start, scanner.end);
      if (this.#isKnown(isHere, id, event)) return;
    }
    const { sourceStart, sourceEnd, hostStart, hostEnd, headStart, headEnd } = scanner;
    const source = this.#names.code(bytes, sourceStart, sourceEnd);
    const host = this.#names.code(bytes, hostStart, hostEnd);
    const head = headEnd === headStart ? 0 : this.#events.headCode(textOf(bytes, headStart, headEnd));
    this.#image.add(scanner, hash, source, host, head);
    this.#journal?.copy(bytes, scanner.start, scanner.end);
  }

  /** Takes the line at hand as the caller decodes it. */
  #takeSlowly(): void {
    const event = this.#decode(this.#line());
    if (event === null) return;
    this.#begin();
    const packed = packText(event.id);
    const bytes = Buffer.from(packed);
    const mark = markOf(packed);
    const row = this.#events.rowOf(event);
    const isHere = this.#image.has(mark.hash, mark.time, bytes, 0, bytes.length);
    if ((isHere || this.#events.segments.mayHave(mark.hash, mark.time)) && this.#isKnown(isHere, event.id, row.line)) {
      return;
    }
    this.#image.reserve(row, bytes, mark);
    this.#journal?.add(row.line);
  }

  /** Whether the id of the line at hand is recorded; `event` is what comes with it now, as a line of ours. */
  #isKnown(isHere: boolean, id: string, event: string): boolean {
    if (isHere) {
      this.#held.push({ line: this.#line(), id, event });
      return true;
    }
    const known = this.#events.lookup.get(id);
    if (known !== null && JSON.stringify(known) !== event) this.#others.push(this.#line());
    return known !== null;
  }

  #line(): ImportLine {
    const { bytes, line, offset } = this.#given;
    return { line: line + this.#lines, offset: offset + this.#at, text: textOf(bytes, this.#at, this.#next - 1) };
  }

  /** Begins a segment if none is being written. */
  #begin(): void {
    if (this.#isWriting) return;
    this.#events.finishFirst(() => this.#seal());
    this.#image.begin(this.#events.newest + 1);
    this.#isWriting = true;
  }

  #seal(): void {
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

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
