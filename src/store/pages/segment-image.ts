import { Buffer } from 'node:buffer';
import { Columns } from '../columns.ts';
import type { StoredEvent } from '../event-row.ts';
import { type IdMark, IdTable } from '../id-table.ts';
import type { EventScanner } from '../scan/event-scanner.ts';
import type { WrittenSegment } from '../segment.ts';
import { copyFew, integerLength, integerSerial, putInteger, putVarint, textSerial, varintLength } from './format.ts';
import { PageFile, type Template } from './page-file.ts';
import { writeCodeIndex, writeIdIndex } from './segment-indexes.ts';
import { grouped, sortedPlaces } from './sort.ts';
import { TableWriter } from './table-writer.ts';

type Codes = Uint8Array | Uint32Array;

/** Bytes up to which a text is copied by {@link copyFew}. */
const FEW = 96;

/**
 * Writes a segment as the pages of a database file, straight from the bytes of its events: nothing of them becomes a
 * string, and the pages of a b-tree that is filled in order of its keys are written one after the other.
 */
export class SegmentImage {
  readonly #file: PageFile;
  readonly #roots: ReadonlyMap<string, number>;
  #table: TableWriter;
  #first = 0;
  /** A row that does not fit a page. */
  #row = new Uint8Array(0);
  #rowView = new DataView(this.#row.buffer);
  /** Where the id of each event lies in the file, and its length. */
  #ids: { at: Uint32Array; length: Uint8Array; times: Float64Array };
  /** Events that have a place and are not in the file, by place. */
  #absent = new Map<number, { readonly row: StoredEvent; readonly id: Uint8Array }>();
  #columns = new Columns();
  #idTable = new IdTable();

  constructor(template: Template) {
    this.#file = new PageFile(template);
    this.#roots = template.roots;
    this.#table = new TableWriter(this.#file, this.#root('event'));
    this.#ids = { at: new Uint32Array(1024), length: new Uint8Array(1024), times: new Float64Array(1024) };
  }

  /** Events so far. */
  get length(): number {
    return this.#columns.length;
  }

  /** Bytes of the pages so far, indexes not included. */
  get bytes(): number {
    return this.#file.length;
  }

  /** Begins anew: the next event has this `seq`. */
  begin(first: number): void {
    this.#first = first;
    this.#file.clear();
    this.#table = new TableWriter(this.#file, this.#root('event'));
    this.#columns = new Columns();
    // As many as the segment before had: to grow is to enter all again.
    this.#idTable = new IdTable(this.#idTable.size);
    this.#absent = new Map();
  }

  /** Whether an event is in it whose id is this text. */
  has(hash: number, time: number, bytes: Uint8Array, start: number, end: number): boolean {
    let place = this.#idTable.first(hash, time);
    while (place >= 0 && !this.#isId(place, bytes, start, end)) place = this.#idTable.next();
    return place >= 0;
  }

  /** Adds the event that was scanned; `hash` is its id's, `source`, `host` and `head` (0 for none) are codes. */
  add(bytes: Uint8Array, event: EventScanner, hash: number, source: number, host: number, head: number): void {
    const { time, type, severity, idStart, idEnd, detailsStart, detailsEnd, evidenceStart, evidenceEnd } = event;
    const seq = this.#first + this.#columns.length;
    const idLength = idEnd - idStart;
    const detailsLength = detailsEnd - detailsStart;
    const evidenceLength = evidenceEnd - evidenceStart;
    const timeSerial = integerSerial(time);
    const typeSerial = integerSerial(type);
    const severitySerial = integerSerial(severity);
    const sourceSerial = integerSerial(source);
    const hostSerial = integerSerial(host);
    const headSerial = head === 0 ? 0 : integerSerial(head);
    // Its own length, the rowid (which stands for `seq`: NULL here), six integers and three texts.
    const header =
      8 +
      varintLength(textSerial(idLength)) +
      varintLength(textSerial(detailsLength)) +
      varintLength(textSerial(evidenceLength));
    const integers =
      integerLength(timeSerial) +
      integerLength(typeSerial) +
      integerLength(severitySerial) +
      integerLength(sourceSerial) +
      integerLength(hostSerial) +
      integerLength(headSerial);
    const length = header + integers + idLength + detailsLength + evidenceLength;
    const fits = this.#table.fits(length);
    if (!fits && this.#row.length < length) {
      this.#row = new Uint8Array(length * 2);
      this.#rowView = new DataView(this.#row.buffer);
    }
    const start = fits ? this.#table.place(seq, length) : 0;
    const to = fits ? this.#file.bytes : this.#row;
    to[start] = header;
    to[start + 1] = 0;
    to[start + 2] = timeSerial;
    to[start + 3] = typeSerial;
    to[start + 4] = severitySerial;
    to[start + 5] = sourceSerial;
    to[start + 6] = hostSerial;
    to[start + 7] = headSerial;
    let at = putVarint(to, start + 8, textSerial(idLength));
    at = putVarint(to, at, textSerial(detailsLength));
    at = putVarint(to, at, textSerial(evidenceLength));
    at = putInteger(to, at, time, timeSerial);
    at = putInteger(to, at, type, typeSerial);
    at = putInteger(to, at, severity, severitySerial);
    at = putInteger(to, at, source, sourceSerial);
    at = putInteger(to, at, host, hostSerial);
    at = putInteger(to, at, head, headSerial);
    const view = fits ? this.#file.view : this.#rowView;
    copyFew(view, at, event.view, idStart, idEnd);
    to.set(bytes.subarray(detailsStart, detailsEnd), at + idLength);
    if (evidenceLength > FEW) to.set(bytes.subarray(evidenceStart, evidenceEnd), at + idLength + detailsLength);
    else copyFew(view, at + idLength + detailsLength, event.view, evidenceStart, evidenceEnd);
    // The id comes early enough in a row to be in its leaf, whatever goes to other pages.
    const placed = fits ? at : this.#table.spill(seq, this.#row.subarray(0, length)) + at;
    this.#noteId(placed, idLength, event.idTime);
    this.#columns.add(time, type, severity, source, host, head);
    this.#idTable.add(hash, event.idTime);
  }

  /** Keeps a place for an event that is to be inserted later: one whose bytes cannot be taken as they are. */
  reserve(row: StoredEvent, id: Uint8Array, mark: IdMark): void {
    this.#absent.set(this.#columns.length, { row, id });
    this.#noteId(0, 0, mark.time);
    this.#columns.add(row.time, row.type, row.severity, row.source, row.host, row.head);
    this.#idTable.add(mark.hash, mark.time);
  }

  /** The segment without its indexes, for its rows to be copied from. Its image is used again. */
  finishRows(): Omit<WrittenSegment, 'order'> {
    this.#table.finish();
    return {
      image: this.#file.image(),
      columns: this.#columns,
      ids: this.#idTable,
      idTimes: this.#ids.times,
      absent: [...this.#absent].map(([place, { row }]) => ({ place, row })),
    };
  }

  /** The segment. Its image is used again after {@link SegmentImage.begin}; all else is the caller's. */
  finish(): WrittenSegment {
    const rows = this.finishRows();
    const { columns } = rows;
    columns.trim();
    const { types, severities, sources } = columns;
    const order = sortedPlaces(columns.times, columns.length);
    const present = this.#present(order);
    const write = (name: string, places: Uint32Array, first: Codes | null, second: Codes | null) =>
      writeCodeIndex(this.#file, this.#root(name), columns, places, this.#first, first, second);
    write('event_by_time', present, null, null);
    write('event_by_kind', grouped(present, types, severities), types, severities);
    write('event_by_source', grouped(present, sources, null), sources, null);
    writeIdIndex(this.#file, this.#root('event_by_id'), this.#ids, this.#present(this.#sortedIds()), this.#first);
    return { ...rows, order, image: this.#file.image() };
  }

  /** Those of the places whose events are in the file. */
  #present(order: Uint32Array): Uint32Array {
    return this.#absent.size === 0 ? order : order.filter((place) => !this.#absent.has(place));
  }

  #root(name: string): number {
    const root = this.#roots.get(name);
    if (root === undefined) throw new RangeError(`the schema has no ${name}`);
    return root;
  }

  #isId(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    const absent = this.#absent.get(place);
    if (absent !== undefined) return Buffer.compare(absent.id, bytes.subarray(start, end)) === 0;
    if (this.#ids.length[place] !== end - start) return false;
    const from = (this.#ids.at[place] ?? 0) - start;
    for (let index = start; index < end; index += 1) {
      if (this.#file.bytes[from + index] !== bytes[index]) return false;
    }
    return true;
  }

  #noteId(at: number, length: number, time: number): void {
    const place = this.#columns.length;
    if (place === this.#ids.at.length) {
      const { at: ats, length: lengths, times } = this.#ids;
      this.#ids = {
        at: new Uint32Array(place * 2),
        length: new Uint8Array(place * 2),
        times: new Float64Array(place * 2),
      };
      this.#ids.at.set(ats);
      this.#ids.length.set(lengths);
      this.#ids.times.set(times);
    }
    this.#ids.at[place] = at;
    this.#ids.length[place] = length;
    this.#ids.times[place] = time;
  }

  /** Places in the order of their ids: of UUIDs by their time first, the few that share it by all their bytes. */
  #sortedIds(): Uint32Array {
    const { times } = this.#ids;
    const count = this.#columns.length;
    const compare = (a: number, b: number) => this.#compareIds(a, b);
    let hasOthers = false;
    for (let place = 0; place < count; place += 1) if ((times[place] ?? 0) < 0) hasOthers = true;
    if (hasOthers) return Uint32Array.from({ length: count }, (_, place) => place).sort(compare);
    const order = sortedPlaces(times, count);
    for (let start = 0; start < count; ) {
      let end = start + 1;
      while (end < count && times[order[end] ?? 0] === times[order[start] ?? 0]) end += 1;
      if (end - start > 1) order.subarray(start, end).sort(compare);
      start = end;
    }
    return order;
  }

  /** As memcmp(3), which is how SQLite compares text (BINARY), the shorter first. */
  #compareIds(a: number, b: number): number {
    const { bytes } = this.#file;
    const aAt = this.#ids.at[a] ?? 0;
    const bAt = this.#ids.at[b] ?? 0;
    const aLength = this.#ids.length[a] ?? 0;
    const bLength = this.#ids.length[b] ?? 0;
    for (let index = 0; index < Math.min(aLength, bLength); index += 1) {
      const difference = (bytes[aAt + index] ?? 0) - (bytes[bAt + index] ?? 0);
      if (difference !== 0) return difference;
    }
    return aLength - bLength;
  }
}
