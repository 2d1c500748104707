import type { SqlJsStatic } from 'sql.js';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRun, CheckRunSummary } from '../model/check.ts';
import type { Amendment, AuditEvent, EventType } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Unreadable } from '../model/observation.ts';
import type { EventCriteria, EventDigest } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';
import type { EventWindow, EventWindowRequest, TrendPoint } from '../model/view.ts';
import { Connection } from './connection.ts';
import { Durability, SNAPSHOT_AFTER_BYTES } from './durability.ts';
import type { StoreError } from './error.ts';
import { EventTable, MAX_BYTES } from './event-table.ts';
import { InventoryTables } from './inventory-tables.ts';
import type { Op } from './journal-line.ts';
import { Records } from './records.ts';
import { look, type Rebuild } from './recover.ts';
import { createTables, loadTables } from './schema.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { EventWindows } from './window.ts';

/** Events that go into the table and the journal together. */
const BATCH = 1024;

export interface StoreOptions {
  /** Most events that are kept; 0 for no bound. */
  readonly maxEvents: number;
  /** Bytes of memory after which the events that came first go; {@link MAX_BYTES} when absent. */
  readonly maxBytes?: number;
  /** Directory that keeps the store between runs, or null for memory only. */
  readonly stateDir: string | null;
  /** Bytes of journal after which a snapshot is written; {@link SNAPSHOT_AFTER_BYTES} when absent. */
  readonly snapshotAfterBytes?: number;
  /** Only look at the state directory: it is neither locked nor changed, and what is stored here stays in memory. */
  readonly readOnly?: boolean;
}

/** All that is recorded: the only owner of the tables. How many there are, and where, is nobody else's business. */
export class Store {
  readonly #connection: Connection;
  readonly #events: EventTable;
  readonly #windows: EventWindows;
  readonly #records: Records;
  readonly #inventory: InventoryTables;
  readonly #unreadable = new UnreadableLog();
  readonly #durability: Durability | null;
  #seen = 0;
  #changes = 0;
  #shedBefore = 0;

  /** Use `openStore` (open.ts). */
  constructor(sqlite: SqlJsStatic, options: StoreOptions) {
    const { maxEvents, maxBytes, stateDir, snapshotAfterBytes, readOnly } = options;
    this.#connection = new Connection(sqlite);
    this.#inventory = new InventoryTables(sqlite);
    this.#events = new EventTable(this.#connection, maxEvents, maxBytes ?? MAX_BYTES);
    this.#windows = new EventWindows(this.#events);
    this.#records = new Records(this.#connection);
    const image = () => this.#connection.image();
    const durable = stateDir !== null && readOnly !== true;
    this.#durability = durable ? new Durability(stateDir, snapshotAfterBytes ?? SNAPSHOT_AFTER_BYTES, image) : null;
    try {
      this.#rebuild(readOnly === true ? stateDir : null);
    } catch (error) {
      this.#connection.close();
      this.#inventory.close();
      throw error;
    }
  }

  /** Events let go since the store was opened, because there were too many. */
  get shed(): number {
    return this.#events.shed - this.#shedBefore;
  }

  /** Events recorded since the store was opened. */
  get seen(): number {
    return this.#seen;
  }

  /** Grows whenever any event comes, goes or is amended. */
  get changes(): number {
    return this.#changes;
  }

  /** Why the last attempt to fold the journal into a snapshot failed, or null. Nothing is lost by it. */
  get snapshotFailure(): StoreError | null {
    return this.#durability?.snapshotFailure ?? null;
  }

  /**
   * Adds events and returns those that were new: an id that is there already is passed over. Beyond `maxEvents`
   * or `maxBytes` those that came first go. Throws a RangeError for an event whose time, type or severity is none.
   */
  append(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const added: AuditEvent[] = [];
    for (let start = 0; start < events.length; start += BATCH) {
      const fresh = this.#events.append(events.slice(start, start + BATCH));
      if (fresh.length === 0) continue;
      this.#durability?.add({ op: 'events', events: fresh });
      this.#seen += fresh.length;
      this.#changes += 1;
      for (const event of fresh) added.push(event);
    }
    return added;
  }

  /** Completes recorded events: known details stay unless they are null, evidence is added. Unknown ids are passed over. */
  amend(amendments: readonly Amendment[]): void {
    const changed = this.#events.amend(amendments);
    if (changed.length === 0) return;
    this.#windows.changed(changed);
    this.#changes += 1;
    this.#durability?.add({ op: 'amend', amendments });
  }

  /**
   * Makes all changes so far durable: after it returns they are recorded. Throws a StoreError when the disk refuses;
   * then they do not count as recorded, and a later flush tries again. Does nothing in memory.
   */
  flush(): void {
    this.#durability?.flush();
  }

  /** Events that meet all criteria, newest first. */
  query(criteria: EventCriteria): readonly AuditEvent[] {
    return [...this.#events.each(criteria)];
  }

  /** The same one by one, for a reader that does not need them all at a time. Nothing may be stored meanwhile. */
  each(criteria: EventCriteria): Iterable<AuditEvent> {
    return this.#events.each(criteria);
  }

  /** Rows of the event list, in event order, oldest first. */
  window(request: EventWindowRequest): EventWindow {
    return this.#windows.window(request);
  }

  get(id: string): AuditEvent | null {
    return this.#events.get(id);
  }

  count(): number {
    return this.#events.count;
  }

  /** Bytes of memory that the tables take. */
  bytes(): number {
    return this.#connection.bytes();
  }

  /** Removes all events, at once and durably. Throws as {@link Store.flush} does. */
  clear(): void {
    this.#changes += 1;
    this.#events.clear();
    this.#windows.changed(null);
    this.#durability?.add({ op: 'clear' });
    this.flush();
  }

  /** Events by type; types without any are absent. */
  countByType(): Record<string, number> {
    return this.#events.tally.byType();
  }

  /** Events by severity, zeros included. */
  countBySeverity(): Record<Severity, number> {
    return this.#events.tally.bySeverity();
  }

  /** Times of the first and last event in milliseconds, or null when there is none. */
  timeRange(): { first: number; last: number } | null {
    return this.#events.timeRange();
  }

  /** How many events have `since` < time ≤ `until`. */
  countBetween(since: number, until: number): number {
    return this.#events.countBetween(since, until);
  }

  /** Events with `since` < time ≤ `until`, of one type or of all, oldest first. */
  digests(since: number, until: number, type: EventType | null = null): readonly EventDigest[] {
    return this.#events.digests(since, until, type);
  }

  /**
   * Events of each interval by severity, zeros included, oldest first: from the interval that holds `since` to the one
   * that holds `until`, both whole. Intervals begin at multiples of `intervalMs`. Throws a RangeError when there would
   * be more than 100,000.
   */
  rollup(intervalMs: number, since: number, until: number): readonly TrendPoint[] {
    return this.#events.rollup(intervalMs, since, until);
  }

  /** Replaces the inventory tables. */
  setInventory(inventory: Inventory): void {
    this.#inventory.set(inventory);
  }

  /** Rows of one statement that reads the inventory tables. Throws an Error with SQLite's message. */
  rows(sql: string): readonly Record<string, Json>[] {
    return this.#inventory.rows(sql);
  }

  recordCheckRun(run: CheckRun): void {
    const { time, passed, failed, inconclusive } = run;
    this.#perform({ op: 'check-run', run: { time, passed, failed, inconclusive } });
  }

  /** The last `limit` check runs, oldest first. */
  checkRuns(limit: number): readonly CheckRunSummary[] {
    return this.#records.checkRuns(limit);
  }

  /** Keeps this set of alerts in place of the one before. */
  saveAlerts(alerts: readonly Alert[]): void {
    const change = this.#records.compareAlerts(alerts);
    if (change !== null) this.#perform({ op: 'alerts', ...change });
  }

  /** All alerts, by when they were first seen. */
  alerts(): readonly Alert[] {
    return this.#records.alerts();
  }

  saveBaseline(baseline: Baseline): void {
    this.#perform({ op: 'baseline', baseline });
  }

  baseline(): Baseline | null {
    return this.#records.baseline();
  }

  /** Counts what was not understood, and keeps the first 10,000 to be listed. */
  addUnreadable(entries: readonly Unreadable[]): void {
    this.#unreadable.add(entries);
  }

  unreadableCount(): number {
    return this.#unreadable.count;
  }

  unreadable(limit: number): readonly Unreadable[] {
    return this.#unreadable.first(limit);
  }

  /** Makes everything durable and gives the state directory and the memory back. Throws as {@link Store.flush} does. */
  close(): void {
    try {
      this.#durability?.close();
    } finally {
      this.#connection.close();
      this.#inventory.close();
    }
  }

  #perform(op: Op): void {
    this.#apply(op);
    this.#durability?.add(op);
  }

  #apply(op: Op): void {
    if (op.op === 'events') this.#events.append(op.events);
    else if (op.op === 'amend') this.#events.amend(op.amendments);
    else if (op.op === 'clear') this.#events.clear();
    else if (op.op === 'check-run') this.#records.addCheckRun(op.run);
    else if (op.op === 'alerts') this.#records.changeAlerts(op);
    else this.#records.setBaseline(op.baseline);
  }

  /**
   * Makes the tables, and fills them with what the state directory holds; `lookAt` is one to read without taking it, or
   * null.
   */
  #rebuild(lookAt: string | null): void {
    const rebuild: Rebuild = {
      load: (image) => {
        if (image === null) createTables(this.#connection);
        else loadTables(this.#connection, image);
        this.#events.reload();
        this.#records.reload();
      },
      apply: ({ ops }) => {
        for (const op of ops) this.#apply(op);
      },
    };
    if (this.#durability !== null) this.#unreadable.add(this.#durability.open(rebuild));
    else if (lookAt !== null) this.#unreadable.add(look(lookAt, rebuild));
    else rebuild.load(null);
    // What the journal told again was let go in an earlier run; what a smaller bound lets go now counts.
    this.#shedBefore = this.#events.shed;
    this.#events.trim();
  }
}
