import { Buffer } from 'node:buffer';
import { Columns } from '../columns.ts';
import type { StoredEvent } from '../event-row.ts';
import { type IdMark, IdTable } from '../id-table.ts';
import type { ScannedEvent } from '../scan/scanned-lines.ts';
import type { WrittenSegment } from '../segment.ts';
import { copyBytes, putVarint, textSerial, varintLength } from './format.ts';
import { PageFile, type Template } from './page-file.ts';
import { sortedPlaces } from './sort.ts';
import { TableWriter } from './table-writer.ts';

/**
 * Writes a segment as the pages of a database file, straight from the bytes of its events: nothing of them becomes a
 * string, and the pages of a b-tree that is filled in order of its keys are written one after the other.
 */
export class SegmentImage {
  readonly #file: PageFile;
  readonly #root: number;
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
    this.#root = template.root;
    this.#table = new TableWriter(this.#file, this.#root);
    this.#ids = { at: new Uint32Array(1024), length: new Uint8Array(1024), times: new Float64Array(1024) };
  }

  /** Events so far. */
  get length(): number {
    return this.#columns.length;
  }

  /** Bytes of the pages so far. */
  get bytes(): number {
    return this.#file.length;
  }

  /** Begins anew: the next event has this `seq`. */
  begin(first: number): void {
    this.#first = first;
    this.#file.clear();
    this.#table = new TableWriter(this.#file, this.#root);
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

  /** Adds an event that was scanned; `source`, `host` and `head` (0 for none) are codes. */
  add(event: ScannedEvent, source: number, host: number, head: number): void {
    const { idStart, idEnd, detailsStart, detailsEnd, evidenceStart, evidenceEnd } = event;
    const seq = this.#first + this.#columns.length;
    const idLength = idEnd - idStart;
    const detailsLength = detailsEnd - detailsStart;
    const evidenceLength = evidenceEnd - evidenceStart;
    // Its own length, the rowid (which stands for `seq`: NULL here) and three texts.
    const header =
      2 +
      varintLength(textSerial(idLength)) +
      varintLength(textSerial(detailsLength)) +
      varintLength(textSerial(evidenceLength));
    const length = header + idLength + detailsLength + evidenceLength;
    const fits = this.#table.fits(length);
    if (!fits && this.#row.length < length) {
      this.#row = new Uint8Array(length * 2);
      this.#rowView = new DataView(this.#row.buffer);
    }
    const start = fits ? this.#table.place(seq, length) : 0;
    const to = fits ? this.#file.bytes : this.#row;
    to[start] = header;
    to[start + 1] = 0;
    let at = putVarint(to, start + 2, textSerial(idLength));
    at = putVarint(to, at, textSerial(detailsLength));
    at = putVarint(to, at, textSerial(evidenceLength));
    const view = fits ? this.#file.view : this.#rowView;
    copyBytes(view, at, event.view, idStart, idEnd);
    copyBytes(view, at + idLength, event.view, detailsStart, detailsEnd);
    copyBytes(view, at + idLength + detailsLength, event.view, evidenceStart, evidenceEnd);
    // The id comes early enough in a row to be in its leaf, whatever goes to other pages.
    const placed = fits ? at : this.#table.spill(seq, this.#row.subarray(0, length)) + at;
    this.#noteId(placed, idLength, event.idTime);
    this.#columns.add(event.time, event.type, event.severity, source, host, head);
    this.#idTable.add(event.idHash, event.idTime);
  }

  /** Keeps a place for an event that is to be inserted later: one whose bytes cannot be taken as they are. */
  reserve(row: StoredEvent, id: Uint8Array, mark: IdMark): void {
    this.#absent.set(this.#columns.length, { row, id });
    this.#noteId(0, 0, mark.time);
    this.#columns.add(row.time, row.type, row.severity, row.source, row.host, row.head);
    this.#idTable.add(mark.hash, mark.time);
  }

  /** The rows, to be copied into a table. All of it is used again by {@link SegmentImage.begin}. */
  finishRows(): Pick<WrittenSegment, 'image' | 'absent'> {
    this.#table.finish();
    return { image: this.#file.image(), absent: this.#absentRows() };
  }

  /** The segment, which is the caller's but for the times of its ids. */
  finish(): WrittenSegment {
    this.#table.finish();
    const columns = this.#columns;
    columns.trim();
    return {
      image: this.#file.release(),
      columns,
      ids: this.#idTable,
      idTimes: this.#ids.times,
      order: sortedPlaces(columns.times, columns.length),
      absent: this.#absentRows(),
    };
  }

  #absentRows(): WrittenSegment['absent'] {
    return [...this.#absent].map(([place, { row }]) => ({ place, row }));
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
}
