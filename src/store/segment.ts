import { Buffer } from 'node:buffer';
import type { SqlJsStatic, SqlValue } from 'sql.js';
import { Columns } from './columns.ts';
import { Connection, type SqlRow } from './connection.ts';
import { EVENT_COLUMNS, type StoredEvent, valuesOf } from './event-row.ts';
import type { Folds } from './folds.ts';
import { type IdMark, IdTable } from './id-table.ts';
import { PlaceList } from './place-list.ts';
import type { RowWriter } from './row-writer.ts';

const INSERT = `INSERT INTO event (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?)`;

/** Bytes of lines that go into the table at once. */
const PIECE = 2 ** 20;

/** A segment that was written as an image, to be opened. */
export interface WrittenSegment {
  readonly image: Uint8Array;
  readonly columns: Columns;
  readonly ids: IdTable;
  /** Times of the ids. */
  readonly idTimes: Float64Array;
  /** Places in event order. */
  readonly order: Uint32Array;
  /** Events that have their place, but are not in the image. */
  readonly absent: readonly { readonly place: number; readonly row: StoredEvent }[];
}

/** What segments are made with. */
export interface SegmentTools {
  readonly sqlite: SqlJsStatic;
  readonly rows: RowWriter;
  /** Bytes of new events that may wait to go into the table together, until somebody asks for one. */
  readonly heldBytes: number;
}

/**
 * Events that arrived one after the other, in a database of their own: the last segment takes new ones, the others
 * only lose them, and go as a whole. The place of an event in it is its `seq` less the first one's.
 *
 * New events wait as their lines: many go into the table for much less than one by one, and where only counts are asked
 * for, none ever has to.
 */
export class Segment {
  /** `seq` of the first event that it ever had. */
  readonly first: number;
  readonly columns: Columns;
  readonly order: PlaceList;
  readonly #tools: SegmentTools;
  readonly #ids: IdTable;
  #opened: Connection | null = null;
  /** The image that it was written as, until somebody asks for a row. */
  #image: Uint8Array | null;
  /** Events that are in the table, or were; the lines of all others, and their bytes. */
  #inTable = 0;
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #gone = 0;
  #bytes = 0;
  #shown: { readonly changes: number; readonly length: number; readonly list: PlaceList } | null = null;

  constructor(tools: SegmentTools, first: number, written: WrittenSegment | null) {
    this.#tools = tools;
    this.first = first;
    this.columns = written?.columns ?? new Columns();
    this.#ids = written?.ids ?? new IdTable();
    this.order = new PlaceList(this.columns, first, written?.order);
    this.#image = written?.image ?? null;
    this.#inTable = this.columns.length;
    this.#bytes = this.#image?.length ?? 0;
    if (written !== null && written.absent.length > 0) this.#insert(this.#open(), written.absent);
  }

  /** The database, with all events in it. Throws when they do not fit; they go on waiting then. */
  get connection(): Connection {
    const connection = this.#open();
    this.#settle(connection);
    return connection;
  }

  /** `seq` of the oldest event that is still there. */
  get oldest(): number {
    return this.first + this.#gone;
  }

  /** `seq` of the newest event; `oldest - 1` when there is none. */
  get newest(): number {
    return this.first + this.columns.length - 1;
  }

  get count(): number {
    return this.columns.length - this.#gone;
  }

  /** Bytes of its tables, and of what waits to go into them. */
  get bytes(): number {
    if (this.#bytes < 0) this.#bytes = this.#opened?.bytes() ?? 0;
    return this.#bytes + this.#heldBytes;
  }

  /** Adds events; `lines` are theirs, one after the other. */
  append(rows: readonly StoredEvent[], marks: readonly IdMark[], lines: Uint8Array): void {
    rows.forEach(({ time, type, severity, source, host, head }, index) => {
      this.#take(time, type, severity, source, host, head, marks[index] ?? { hash: 0, time: -1 });
    });
    this.#held.push(lines);
    this.#heldBytes += lines.length;
    if (this.#heldBytes >= this.#tools.heldBytes) this.#settle(this.#open());
  }

  /** Adds the events of a segment that was written to follow this one. */
  absorb({ image, columns, ids, idTimes, absent }: Omit<WrittenSegment, 'order'>): void {
    this.#copy(this.connection, image, this.columns.length, absent);
    for (let place = 0; place < columns.length; place += 1) {
      const [time = 0, type = 0, severity = 0, source = 0, host = 0, head = 0] = columns.at(place);
      this.#take(time, type, severity, source, host, head, {
        hash: ids.hashAt(place),
        time: idTimes[place] ?? -1,
      });
    }
    this.#inTable = this.columns.length;
  }

  /** The row with this `seq`. */
  row(seq: number): SqlRow | null {
    return this.connection.first(`SELECT ${EVENT_COLUMNS} FROM event WHERE seq = ?`, [seq]);
  }

  /** The packed id of the event with this `seq`. */
  id(seq: number): SqlValue | null {
    return this.connection.first('SELECT id FROM event WHERE seq = ?', [seq])?.[0] ?? null;
  }

  /** False when no event in it, or none any more, has an id with this mark. */
  mayHave(hash: number, time: number): boolean {
    return this.#ids.first(hash, time) >= 0;
  }

  /** The row with this id, which is packed. */
  find(id: string, { hash, time }: IdMark): SqlRow | null {
    for (let place = this.#ids.first(hash, time); place >= 0; place = this.#ids.next()) {
      const row = place < this.#gone ? null : this.row(this.first + place);
      if (row?.[1] === id) return row;
    }
    return null;
  }

  /** Gives an event another severity, details and evidence. */
  change(seq: number, severity: number, details: string, evidence: string): void {
    this.connection.run('UPDATE event SET details = ?, evidence = ? WHERE seq = ?', [details, evidence, seq]);
    this.columns.severities[seq - this.first] = severity;
    this.#bytes = -1;
  }

  /** Lets the events up to this `seq` go, but not all. */
  letGo(last: number): void {
    this.connection.run('DELETE FROM event WHERE seq <= ?', [last]);
    this.#gone = last - this.first + 1;
    this.order.dropBelow(this.#gone);
    this.#shown = null;
    this.#bytes = -1;
  }

  /** The events that a folded list shows, in event order. */
  shown(folds: Folds): PlaceList {
    const { changes } = folds;
    const { length } = this.order;
    if (this.#shown?.changes !== changes || this.#shown.length !== length) {
      this.#shown = { changes, length, list: this.withoutFolded(this.order, folds) };
    }
    return this.#shown.list;
  }

  /** A list of its events without those that another stands for. */
  withoutFolded(list: PlaceList, folds: Folds): PlaceList {
    const { heads } = this.columns;
    return list.filter((place) => !folds.isHidden(heads[place] ?? 0));
  }

  close(): void {
    this.#opened?.close();
  }

  #open(): Connection {
    this.#opened ??= new Connection(this.#tools.sqlite, this.#image);
    this.#image = null;
    return this.#opened;
  }

  /** Puts what waits into the table, piece by piece: a piece is held several times over while it goes in. */
  #settle(connection: Connection): void {
    const held = this.#held;
    for (let place = this.#inTable; held.length > 0; place = this.#inTable) {
      let count = 0;
      for (let bytes = 0; count < held.length && bytes < PIECE; count += 1) bytes += held[count]?.length ?? 0;
      const lines = Buffer.concat(held.slice(0, count));
      const placed = { columns: this.columns, place, seq: this.first + place };
      const { image, absent, events } = this.#tools.rows.write(lines, placed);
      this.#copy(connection, image, place, absent);
      held.splice(0, count);
      this.#inTable += events;
      this.#heldBytes -= lines.length;
    }
  }

  /** Copies the events of an image, of which the first has this place here, all or (when it throws) none. */
  #copy(connection: Connection, image: Uint8Array, place: number, absent: WrittenSegment['absent']): void {
    const here = absent.map((event) => ({ ...event, place: place + event.place }));
    connection.copyFrom(image, () => this.#insert(connection, here));
  }

  #insert(connection: Connection, events: WrittenSegment['absent']): void {
    for (const { place, row } of events) connection.run(INSERT, valuesOf(row, this.first + place));
    this.#bytes = -1;
  }

  #take(time: number, type: number, severity: number, source: number, host: number, head: number, id: IdMark): void {
    const place = this.columns.length;
    this.columns.add(time, type, severity, source, host, head);
    this.#ids.add(id.hash, id.time);
    this.order.add(place);
  }
}
