import type { SqlValue } from 'sql.js';
import { Columns } from './columns.ts';
import type { Connection, SqlRow } from './connection.ts';
import { EVENT_COLUMNS, type StoredEvent } from './event-row.ts';
import type { Folds } from './folds.ts';
import { type IdMark, IdTable } from './id-table.ts';
import { PlaceList } from './place-list.ts';
import { type AbsentEvents, SegmentTable, type TableTools } from './segment-table.ts';

/** A segment that was written as an image, to be opened. */
export interface WrittenSegment {
  readonly image: Uint8Array;
  readonly columns: Columns;
  readonly ids: IdTable;
  /** Times of the ids. */
  readonly idTimes: Float64Array;
  /** Places in event order. */
  readonly order: Uint32Array;
  readonly absent: AbsentEvents;
}

/**
 * Events that arrived one after the other, in a database of their own: the last segment takes new ones, the others
 * only lose them, and go as a whole. The place of an event in it is its `seq` less the first one's.
 */
export class Segment {
  /** `seq` of the first event that it ever had. */
  readonly first: number;
  readonly columns: Columns;
  readonly order: PlaceList;
  readonly #table: SegmentTable;
  readonly #ids: IdTable;
  #gone = 0;
  #shown: { readonly changes: number; readonly length: number; readonly list: PlaceList } | null = null;

  constructor(tools: TableTools, first: number, written: WrittenSegment | null) {
    this.first = first;
    this.columns = written?.columns ?? new Columns();
    this.#ids = written?.ids ?? new IdTable();
    this.order = new PlaceList(this.columns, first, written?.order);
    this.#table = new SegmentTable(tools, this.columns, first, written?.image ?? null);
    if (written !== null && written.absent.length > 0) this.#table.insert(written.absent);
  }

  /** The database, with all events in it. Throws when they do not fit; they go on waiting then. */
  get connection(): Connection {
    return this.#table.connection;
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

  /** Bytes of its table, and of what waits to go into it. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /** Adds events; `lines` are theirs, one after the other. */
  append(rows: readonly StoredEvent[], marks: readonly IdMark[], lines: Uint8Array): void {
    rows.forEach(({ time, type, severity, source, host, head }, index) => {
      this.#take(time, type, severity, source, host, head, marks[index] ?? { hash: 0, time: -1 });
    });
    this.#table.hold(lines);
  }

  /** Adds the events of a segment that was written to follow this one. */
  absorb({ image, columns, ids, idTimes, absent }: Omit<WrittenSegment, 'order'>): void {
    this.#table.copy(image, absent);
    for (let place = 0; place < columns.length; place += 1) {
      const [time = 0, type = 0, severity = 0, source = 0, host = 0, head = 0] = columns.at(place);
      this.#take(time, type, severity, source, host, head, {
        hash: ids.hashAt(place),
        time: idTimes[place] ?? -1,
      });
    }
    this.#table.noteInserted();
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
    const parameters = [details, evidence, seq];
    this.#table.change((table) => table.run('UPDATE event SET details = ?, evidence = ? WHERE seq = ?', parameters));
    this.columns.severities[seq - this.first] = severity;
  }

  /** Lets the events up to this `seq` go, but not all. */
  letGo(last: number): void {
    this.#table.change((table) => table.run('DELETE FROM event WHERE seq <= ?', [last]));
    this.#gone = last - this.first + 1;
    this.order.dropBelow(this.#gone);
    this.#shown = null;
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
    this.#table.close();
  }

  #take(time: number, type: number, severity: number, source: number, host: number, head: number, id: IdMark): void {
    const place = this.columns.length;
    this.columns.add(time, type, severity, source, host, head);
    this.#ids.add(id.hash, id.time);
    this.order.add(place);
  }
}
