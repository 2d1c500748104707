import type { Amendment, AuditEvent, EventType } from '../model/event.ts';
import type { EventCriteria, EventDigest } from '../model/query.ts';
import type { TrendPoint } from '../model/view.ts';
import { severityCode, severityOf, typeCode, typeOf } from './codes.ts';
import type { Connection } from './connection.ts';
import { EVENT_COLUMNS, eventOf, rowOf } from './event-row.ts';
import { Intervals } from './intervals.ts';
import { amended } from './merge.ts';
import { Names } from './names.ts';
import { queryStatement } from './query.ts';
import { BUCKET_MS, Tally } from './tally.ts';
import { packText, unpackText } from './text-column.ts';

const INSERT = `INSERT INTO data.event (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

/** The heap of sql.js ends at 2 GiB (its getHeapMax), and queries and the rollback journal need room beside the tables. */
export const MAX_BYTES = 1.25 * 2 ** 30;

/** Characters of new events after which the bytes are looked at. */
const LOOK_AFTER = 2 ** 20;

/** The events: `seq` counts arrivals, so that those in the table are always `oldest` to `newest` without gaps. */
export class EventTable {
  readonly connection: Connection;
  readonly names: Names;
  readonly tally = new Tally();
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #unmeasured = 0;
  #oldest = 1;
  #newest = 0;
  #shed = 0;

  /**
   * `maxEvents` is the most that it keeps, 0 for no bound; beyond `maxBytes` an eighth of them goes. Call
   * {@link EventTable.reload} before use.
   */
  constructor(connection: Connection, maxEvents: number, maxBytes: number) {
    this.connection = connection;
    this.names = new Names(connection);
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** `seq` of the oldest event. */
  get oldest(): number {
    return this.#oldest;
  }

  /** `seq` of the newest event; `oldest - 1` when there is none. */
  get newest(): number {
    return this.#newest;
  }

  get count(): number {
    return this.#newest - this.#oldest + 1;
  }

  /** Events let go because there were too many, or too much in them. */
  get shed(): number {
    return this.#shed;
  }

  /** Adds events whose id is not there yet, all or (when it throws) none, and returns those. */
  append(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const added: AuditEvent[] = [];
    this.#change(() => {
      for (const event of events) {
        const row = rowOf(event, this.#newest + 1, this.names);
        if (this.connection.run(INSERT, row) === 0) continue;
        this.#newest += 1;
        this.#count(row.slice(1, 6), 1);
        added.push(event);
        this.#unmeasured += String(row[7]).length + String(row[8]).length;
        if (this.#unmeasured > LOOK_AFTER) this.#boundBytes();
      }
      if (this.#maxEvents > 0) this.#letGo(this.#newest - this.#maxEvents);
    });
    return added;
  }

  /** Completes events; those that are not there (any more) are passed over. Returns the `seq` of each that changed. */
  amend(amendments: readonly Amendment[]): readonly number[] {
    const changed: number[] = [];
    this.#change(() => {
      for (const amendment of amendments) {
        const { eventId } = amendment;
        const row = this.connection.first(`SELECT ${EVENT_COLUMNS} FROM data.event WHERE id = ?`, [packText(eventId)]);
        if (row === null) continue;
        const { severity, details, evidence } = amended(eventOf(row, this.names), amendment);
        const code = severityCode(severity);
        this.connection.run('UPDATE data.event SET severity = ?, details = ?, evidence = ? WHERE seq = ?', [
          code,
          JSON.stringify(details),
          JSON.stringify(evidence),
          row[0] ?? null,
        ]);
        const [, time, type, before] = row.map(Number);
        this.tally.add(time ?? 0, type ?? 0, before ?? 0, -1);
        this.tally.add(time ?? 0, type ?? 0, code, 1);
        changed.push(Number(row[0]));
      }
    });
    return changed;
  }

  clear(): void {
    this.connection.transaction(() => {
      this.connection.run('DELETE FROM data.event');
      this.connection.run('DELETE FROM data.name');
    });
    this.#oldest = this.#newest + 1;
    this.tally.clear();
    this.names.reload();
  }

  get(id: string): AuditEvent | null {
    const row = this.connection.first(`SELECT ${EVENT_COLUMNS} FROM data.event WHERE id = ?`, [packText(id)]);
    return row === null ? null : eventOf(row, this.names);
  }

  /** The event with this `seq`, which must be in the table. */
  at(seq: number): AuditEvent {
    const row = this.connection.first(`SELECT ${EVENT_COLUMNS} FROM data.event WHERE seq = ?`, [seq]);
    if (row === null) throw new RangeError(`there is no event ${seq}`);
    return eventOf(row, this.names);
  }

  /** Which events they are is settled at once; each is read when it is its turn. */
  *each(criteria: EventCriteria): Iterable<AuditEvent> {
    const statement = queryStatement(criteria, this.names, this.tally);
    if (statement === null) return;
    const found = this.connection.all(statement.sql, statement.parameters).map(([seq]) => Number(seq));
    for (const seq of found) yield this.at(seq);
  }

  countBetween(since: number, until: number): number {
    return this.connection.number('SELECT count(*) FROM data.event WHERE time > ? AND time <= ?', [since, until]);
  }

  digests(since: number, until: number, type: EventType | null): readonly EventDigest[] {
    const ofType = type === null ? '' : 'AND type = ?';
    const rows = this.connection.all(
      `SELECT id, time, type, severity FROM data.event WHERE time > ? AND time <= ? ${ofType} ORDER BY time, seq`,
      type === null ? [since, until] : [since, until, typeCode(type)],
    );
    return rows.map(([id, time, type, severity]) => ({
      id: unpackText(String(id)),
      time: Number(time),
      type: typeOf(type),
      severity: severityOf(severity),
    }));
  }

  timeRange(): { first: number; last: number } | null {
    if (this.count === 0) return null;
    return {
      first: this.connection.number('SELECT min(time) FROM data.event'),
      last: this.connection.number('SELECT max(time) FROM data.event'),
    };
  }

  rollup(intervalMs: number, since: number, until: number): readonly TrendPoint[] {
    const intervals = new Intervals(intervalMs, since, until);
    if (intervalMs % BUCKET_MS === 0) {
      this.tally.fill(intervals);
      return intervals.points;
    }
    const inside = 'SELECT time, severity FROM data.event WHERE time >= ? AND time < ?';
    this.connection.each(inside, [intervals.start, intervals.end], ([time, severity]) => {
      intervals.add(Number(time), severityOf(severity), 1);
    });
    return intervals.points;
  }

  /** Reads back what is kept in memory about the table. */
  reload(): void {
    const [oldest, newest] = this.connection.first('SELECT min(seq), max(seq) FROM data.event') ?? [];
    this.#newest = typeof newest === 'number' ? newest : this.#newest;
    this.#oldest = typeof oldest === 'number' ? oldest : this.#newest + 1;
    this.names.reload();
    this.tally.clear();
    const { connection, names, tally } = this;
    connection.each('SELECT type, severity, count(*) FROM data.event GROUP BY type, severity', [], (row) => {
      tally.addKind(Number(row[0]), Number(row[1]), Number(row[2]));
    });
    for (const column of ['source', 'host']) {
      connection.each(`SELECT ${column}, count(*) FROM data.event GROUP BY ${column}`, [], ([code, count]) => {
        names.count(Number(code), Number(count));
      });
    }
    const seconds = `SELECT floor(time / ${BUCKET_MS}.0) AS second, severity, count(*)
      FROM data.event INDEXED BY event_by_kind GROUP BY second, severity`;
    connection.each(seconds, [], (row) => tally.addSecond(Number(row[0]), Number(row[1]), Number(row[2])));
  }

  /** Lets go what is over the bound. */
  trim(): void {
    if (this.#maxEvents > 0) this.#change(() => this.#letGo(this.#newest - this.#maxEvents));
  }

  #boundBytes(): void {
    this.#unmeasured = 0;
    if (this.connection.usedBytes() > this.#maxBytes) this.#letGo(this.#oldest + (this.count >> 3));
  }

  /** Lets go the events up to this `seq`. */
  #letGo(last: number): void {
    if (last < this.#oldest) return;
    const doomed = 'SELECT time, type, severity, source, host FROM data.event WHERE seq <= ?';
    this.connection.each(doomed, [last], (row) => this.#count(row, -1));
    this.connection.run('DELETE FROM data.event WHERE seq <= ?', [last]);
    this.#shed += last - this.#oldest + 1;
    this.#oldest = last + 1;
  }

  #count([time, type, severity, source, host]: readonly unknown[], change: number): void {
    this.tally.add(Number(time), Number(type), Number(severity), change);
    this.names.count(Number(source), change);
    this.names.count(Number(host), change);
  }

  #change(work: () => void): void {
    const shed = this.#shed;
    try {
      this.connection.transaction(work);
    } catch (error) {
      this.#shed = shed;
      this.reload();
      throw error;
    }
  }
}
