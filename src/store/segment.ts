import type { SqlJsStatic, SqlValue } from 'sql.js';
import { Columns } from './columns.ts';
import { Connection, type SqlRow } from './connection.ts';
import { EVENT_COLUMNS, type StoredEvent, valuesOf } from './event-row.ts';
import type { Folds } from './folds.ts';
import { type IdMark, IdTable } from './id-table.ts';
import { PlaceList } from './place-list.ts';

const INSERT = `INSERT INTO event (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

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

/**
 * Events that arrived one after the other, in a database of their own: the last segment takes new ones, the others
 * only lose them, and go as a whole. The place of an event in it is its `seq` less the first one's.
 */
export class Segment {
  /** `seq` of the first event that it ever had. */
  readonly first: number;
  readonly connection: Connection;
  readonly columns: Columns;
  readonly order: PlaceList;
  readonly #ids: IdTable;
  #gone = 0;
  #bytes = -1;
  #shown: { readonly changes: number; readonly length: number; readonly list: PlaceList } | null = null;

  constructor(sqlite: SqlJsStatic, first: number, written: WrittenSegment | null) {
    this.first = first;
    this.connection = new Connection(sqlite, written?.image ?? null);
    this.columns = written?.columns ?? new Columns();
    this.#ids = written?.ids ?? new IdTable();
    this.order = new PlaceList(this.columns, first, written?.order);
    if (written !== null) this.#insert(written.absent.map(({ place, row }) => valuesOf(row, first + place)));
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

  /** Bytes of its tables. */
  get bytes(): number {
    if (this.#bytes < 0) this.#bytes = this.connection.bytes();
    return this.#bytes;
  }

  /** Adds events, all or (when it throws) none. */
  append(rows: readonly StoredEvent[], marks: readonly IdMark[]): void {
    const first = this.newest + 1;
    this.#insert(rows.map((row, index) => valuesOf(row, first + index)));
    rows.forEach(({ time, type, severity, source, host, head }, index) => {
      this.#take(time, type, severity, source, host, head, marks[index] ?? { hash: 0, time: -1 });
    });
  }

  /** Adds the events of a segment that was written to follow this one. */
  absorb({ image, columns, ids, idTimes, absent }: Omit<WrittenSegment, 'order'>): void {
    const first = this.newest + 1;
    this.connection.copyFrom(image, () => {
      for (const { place, row } of absent) this.connection.run(INSERT, valuesOf(row, first + place));
    });
    this.#bytes = -1;
    for (let place = 0; place < columns.length; place += 1) {
      const [time = 0, type = 0, severity = 0, source = 0, host = 0, head = 0] = columns.at(place);
      this.#take(time, type, severity, source, host, head, {
        hash: ids.hashAt(place),
        time: idTimes[place] ?? -1,
      });
    }
  }

  /** The row with this `seq`. */
  row(seq: number): SqlRow | null {
    return this.connection.first(`SELECT ${EVENT_COLUMNS} FROM event WHERE seq = ?`, [seq]);
  }

  /** False when no event in it has an id with this mark. */
  mayHave(hash: number, time: number): boolean {
    return this.#ids.first(hash, time) >= 0;
  }

  /** The row with this id, which is packed. */
  find(id: string, { hash, time }: IdMark): SqlRow | null {
    if (!this.mayHave(hash, time)) return null;
    return this.connection.first(`SELECT ${EVENT_COLUMNS} FROM event WHERE id = ?`, [id]);
  }

  /** Gives an event another severity, details and evidence. */
  change(seq: number, severity: number, details: string, evidence: string): void {
    this.connection.run('UPDATE event SET severity = ?, details = ?, evidence = ? WHERE seq = ?', [
      severity,
      details,
      evidence,
      seq,
    ]);
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
    this.connection.close();
  }

  #insert(rows: readonly SqlValue[][]): void {
    if (rows.length === 0) return;
    this.connection.transaction(() => {
      for (const values of rows) this.connection.run(INSERT, values);
    });
    this.#bytes = -1;
  }

  #take(time: number, type: number, severity: number, source: number, host: number, head: number, id: IdMark): void {
    const place = this.columns.length;
    this.columns.add(time, type, severity, source, host, head);
    this.#ids.add(id.hash, id.time);
    this.order.add(place);
  }
}
