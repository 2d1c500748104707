import { Buffer } from 'node:buffer';
import type { SqlJsStatic } from 'sql.js';
import type { Amendment, AuditEvent } from '../model/event.ts';
import { type EventBounds, SEGMENT_BYTES, segmentEvents } from './bounds.ts';
import { Counts } from './counts.ts';
import { EventLookup } from './event-lookup.ts';
import { rowOf, type StoredEvent } from './event-row.ts';
import { type IdMark, markOf } from './id-table.ts';
import { amended } from './merge.ts';
import { OpenTables } from './open-tables.ts';
import type { Template } from './pages/page-file.ts';
import { RowWriter } from './row-writer.ts';
import { Segment, type WrittenSegment } from './segment.ts';
import type { TableTools } from './segment-table.ts';
import { Segments } from './segments.ts';
import { packText } from './text-column.ts';

/** Characters of events that go in as one transaction. */
const PIECE = 2 ** 20;

/** Images of fewer events are copied into the segment that takes new ones: many small segments would make reading slow. */
const SMALL = 8192;

/** What is being imported. */
export interface Unfinished {
  /** Takes what was given so far. */
  readonly catchUp: () => void;
  /** The same, and makes it readable. */
  readonly finish: () => void;
}

/** The events: segments, oldest first, in order of arrival. `seq` counts arrivals. */
export class EventTable {
  readonly segments = new Segments();
  readonly counts = new Counts();
  readonly lookup = new EventLookup(this.segments, this.counts);
  readonly #tools: TableTools;
  readonly #bounds: EventBounds;
  readonly #segmentEvents: number;
  readonly #segmentBytes: number;
  /** Whether the last segment takes new events. */
  #isOpen = false;
  #next = 1;
  #count = 0;
  #shed = 0;
  #unfinished: Unfinished | null = null;

  constructor(sqlite: SqlJsStatic, template: () => Template, bounds: EventBounds) {
    const { maxEvents, maxBytes, heldBytes, openBytes } = bounds;
    this.#tools = { sqlite, rows: new RowWriter(template), heldBytes, openTables: new OpenTables(openBytes) };
    this.#bounds = bounds;
    this.#segmentEvents = segmentEvents(maxEvents);
    this.#segmentBytes = Math.min(SEGMENT_BYTES, maxBytes / 8, openBytes / 4);
  }

  /** `seq` of the oldest event; that of the next when there is none. */
  get oldest(): number {
    return this.segments.oldest?.oldest ?? this.#next;
  }

  /** `seq` of the newest event that ever came; 0 of none. */
  get newest(): number {
    return this.#next - 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Events let go because there were too many, or too much in them. */
  get shed(): number {
    return this.#shed;
  }

  /** Whether an image with so many events and bytes is as large as a segment may be. */
  isFull(events: number, bytes: number): boolean {
    return events >= this.#segmentEvents || bytes >= this.#segmentBytes;
  }

  /** Lets nothing else be changed or read before this is finished. */
  finishFirst(unfinished: Unfinished): void {
    if (this.#unfinished === unfinished) return;
    this.settle();
    this.#unfinished = unfinished;
  }

  /** Takes what is being imported and was not taken yet. */
  catchUp(): void {
    this.#unfinished?.catchUp();
  }

  /** Finishes what is being imported. */
  settle(): void {
    const unfinished = this.#unfinished;
    // Finishing it asks the table as well.
    this.#unfinished = null;
    try {
      unfinished?.finish();
    } catch (error) {
      this.#unfinished = unfinished;
      throw error;
    }
  }

  /**
   * Adds events whose id is not there yet, and returns their rows, and their lines one after the other. Throws a
   * RangeError, before anything is added.
   */
  append(events: readonly AuditEvent[]): { readonly rows: readonly StoredEvent[]; readonly lines: Uint8Array } {
    this.settle();
    const rows: StoredEvent[] = [];
    const marks: IdMark[] = [];
    const ids = new Set<string>();
    for (const event of events) {
      const id = packText(event.id);
      const mark = markOf(id);
      if (ids.has(id) || this.segments.find(id, mark) !== null) continue;
      ids.add(id);
      rows.push(this.rowOf(event));
      marks.push(mark);
    }
    const parts: Uint8Array[] = [];
    for (let from = 0, to = 0, length = 0; from < rows.length; from = to, length = 0) {
      for (; to < rows.length && length < PIECE; to += 1) length += rows[to]?.line.length ?? 0;
      parts.push(this.#append(rows.slice(from, to), marks.slice(from, to)));
    }
    // Not before all are counted: it forgets names that no event has.
    if (rows.length > 0) this.bound();
    const [only] = parts;
    return { rows, lines: only !== undefined && parts.length === 1 ? only : Buffer.concat(parts) };
  }

  /** Adds new events to the last segment, and returns their lines. */
  #append(rows: readonly StoredEvent[], marks: readonly IdMark[]): Uint8Array {
    const segment = this.#last();
    const before = segment.columns.length;
    const lines = Buffer.from(`${rows.map(({ line }) => line).join('\n')}\n`);
    segment.append(rows, marks, lines);
    this.#came(segment, before);
    rows.forEach(({ event, head }, index) => {
      if (head === 0) this.counts.folds.came(event.id, segment.first + before + index);
    });
    return lines;
  }

  /** The row of an event, with new names where it has such. Throws a RangeError. */
  rowOf(event: AuditEvent): StoredEvent {
    return rowOf(event, { name: (text) => this.counts.names.code(text), head: (id) => this.headCode(id) });
  }

  /** The number of the event that another is folded into. */
  headCode(id: string): number {
    return this.counts.folds.code(id, this.lookup.head);
  }

  /** Adds a segment that was written to follow the last event. */
  adopt(written: WrittenSegment): void {
    let segment = this.segments.newest;
    const isSmall = written.columns.length < SMALL && this.#isOpen;
    let before = 0;
    if (isSmall && segment !== undefined && !this.isFull(segment.columns.length, segment.bytes)) {
      before = segment.columns.length;
      segment.absorb(written);
    } else {
      segment = new Segment(this.#tools, this.#next, written);
      this.segments.add(segment);
      this.#isOpen = false;
    }
    this.#came(segment, before);
    this.counts.folds.seek(this.lookup.head);
    this.bound();
  }

  /** Completes events; those that are not there (any more) are passed over. Returns the `seq` of each that changed. */
  amend(amendments: readonly Amendment[]): readonly number[] {
    this.settle();
    return amendments.flatMap((amendment) => {
      const found = this.lookup.find(amendment.eventId);
      return found === null ? [] : [this.lookup.change(found, amended(this.lookup.eventOf(found), amendment))];
    });
  }

  /** Puts severity, details and evidence of this event in place of those of the recorded one, if it is there. */
  replace(event: AuditEvent): void {
    this.settle();
    const found = this.lookup.find(event.id);
    if (found !== null) this.lookup.change(found, event);
  }

  get(id: string): AuditEvent | null {
    this.settle();
    return this.lookup.get(id);
  }

  /** The next event gets this `seq`, which lies further on: those between are known to be lost. */
  skipTo(seq: number): void {
    this.settle();
    this.#next = seq;
    this.#isOpen = false;
  }

  /** Lets go all events up to this `seq`. */
  letGo(last: number): void {
    this.settle();
    this.#letGo(last);
  }

  #letGo(last: number): void {
    for (;;) {
      const segment = this.segments.oldest;
      if (segment === undefined || segment.oldest > last) return;
      const end = Math.min(last, segment.newest);
      const from = segment.oldest - segment.first;
      this.counts.count(segment.columns, from, end - segment.first + 1, -1);
      this.#count -= end - segment.oldest + 1;
      for (let seq = segment.oldest; seq <= end; seq += 1) this.counts.folds.went(seq);
      if (end < segment.newest) segment.letGo(end);
      else this.segments.drop();
    }
  }

  /** Lets go what is over the bounds. */
  bound(): void {
    const { maxEvents, maxBytes } = this.#bounds;
    let excess = maxEvents > 0 ? this.#count - maxEvents : 0;
    const before = this.#count;
    while (excess > 0) {
      const segment = this.segments.oldest;
      if (segment === undefined) break;
      const going = Math.min(excess, segment.count);
      this.#letGo(segment.oldest + going - 1);
      excess -= going;
    }
    while (this.segments.all.length > 1 && this.segments.bytes() > maxBytes) {
      this.#letGo(this.segments.oldest?.newest ?? 0);
    }
    this.#shed += before - this.#count;
  }

  close(): void {
    this.#unfinished = null;
    this.segments.close();
  }

  /** The segment that takes new events. */
  #last(): Segment {
    const last = this.segments.newest;
    if (last !== undefined && this.#isOpen && !this.isFull(last.columns.length, last.bytes)) return last;
    const next = new Segment(this.#tools, this.#next, null);
    this.segments.add(next);
    this.#isOpen = true;
    return next;
  }

  /** Counts the events that were added to a segment after it had `before`. */
  #came({ columns }: Segment, before: number): void {
    const { length } = columns;
    this.#next += length - before;
    this.#count += length - before;
    this.counts.count(columns, before, length, 1);
  }
}
