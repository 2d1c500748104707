import type { SqlJsStatic } from 'sql.js';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRun, CheckRunSummary } from '../model/check.ts';
import type { CheckBounds } from '../model/check-bounds.ts';
import type { Amendment, AuditEvent, EventType } from '../model/event.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Unreadable } from '../model/observation.ts';
import type { EventCriteria, EventDigest } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';
import type { EventWindow, EventWindowRequest, TrendPoint } from '../model/view.ts';
import type { StoreError } from './error.ts';
import type { EventImport } from './event-import.ts';
import { EventReader } from './event-reader.ts';
import type { EventTable } from './event-table.ts';
import type { LineDecoder, LineTest } from './imported.ts';
import { InventoryTables } from './inventory-tables.ts';
import type { StoreOptions } from './options.ts';
import { Recording } from './recording.ts';
import { UnreadableLog } from './unreadable-log.ts';
import { EventWindows } from './window.ts';

/** Characters of the answer to one statement: a join of a table with itself has no end. */
const MAX_ANSWER_LENGTH = 128 * 1024 * 1024;

export type { StoreOptions } from './options.ts';

/** All that is recorded: the only owner of the tables. How many there are, and where, is nobody else's business. */
export class Store {
  readonly #recording: Recording;
  readonly #reader: EventReader;
  readonly #windows: EventWindows;
  readonly #inventory: InventoryTables;
  readonly #unreadable = new UnreadableLog();

  /** Use `openStore` (open.ts). */
  constructor(sqlite: SqlJsStatic, options: StoreOptions) {
    this.#inventory = new InventoryTables(sqlite, { heapBytes: null, answerLength: MAX_ANSWER_LENGTH });
    this.#recording = new Recording(sqlite, options);
    this.#reader = new EventReader(this.#recording.events);
    this.#windows = new EventWindows(this.#recording.events);
    try {
      this.#unreadable.add(this.#recording.open(options.stateDir));
    } catch (error) {
      this.#recording.events.close();
      this.#inventory.close();
      throw error;
    }
  }

  /** Events let go since the store was opened, because there were too many. */
  get shed(): number {
    return this.#recording.events.shed;
  }

  /** Events recorded since the store was opened. */
  get seen(): number {
    return this.#recording.seen;
  }

  /** Grows whenever any event comes, goes or is amended. */
  get changes(): number {
    return this.#recording.changes;
  }

  /** Why journals that are no longer needed could not be removed, or null. Nothing is lost by it. */
  get removalFailure(): StoreError | null {
    return this.#recording.removalFailure;
  }

  /**
   * Adds events and returns those that were new: an id that is there already is passed over. Beyond `maxEvents`
   * or `maxBytes` those that came first go. Throws a RangeError for an event whose time, type or severity is none.
   */
  append(events: readonly AuditEvent[]): readonly AuditEvent[] {
    return this.#recording.append(events);
  }

  /**
   * Takes in files of events by their lines: see {@link EventImport}. `decode` gives the event of a line that is not
   * exactly as this program writes it; it must not use the store. Until a segment is full, or anything else is asked
   * of the store, what was taken cannot be read. It is durable after {@link Store.flush}, and mostly before.
   */
  importEvents(decode: LineDecoder, isPlain: LineTest | null = null): EventImport {
    return this.#recording.importEvents(decode, isPlain);
  }

  /** Completes recorded events: known details stay unless they are null, evidence is added. Unknown ids are passed over. */
  amend(amendments: readonly Amendment[]): void {
    this.#windows.changed(this.#recording.amend(amendments));
  }

  /**
   * Makes all changes so far durable: after it returns they are recorded. Throws a StoreError when the disk refuses;
   * then they do not count as recorded, and a later flush tries again. Does nothing in memory.
   */
  flush(): void {
    this.#recording.flush();
  }

  /** Events that meet all criteria, newest first. */
  query(criteria: EventCriteria): readonly AuditEvent[] {
    return [...this.#reader.each(criteria)];
  }

  /** The same one by one, for a reader that does not need them all at a time. Nothing may be stored meanwhile. */
  each(criteria: EventCriteria): Iterable<AuditEvent> {
    return this.#reader.each(criteria);
  }

  /** Rows of the event list, in event order, oldest first. */
  window(request: EventWindowRequest): EventWindow {
    return this.#windows.window(request);
  }

  get(id: string): AuditEvent | null {
    return this.#recording.events.get(id);
  }

  count(): number {
    return this.#settled().count;
  }

  /** Bytes of memory that the tables take. */
  bytes(): number {
    return this.#recording.events.segments.bytes();
  }

  /** What SQLite finds wrong with the tables and their indexes (PRAGMA integrity_check); empty when all is well. */
  integrity(): readonly string[] {
    return this.#settled().segments.all.flatMap(({ connection }) => connection.integrity());
  }

  /** Removes all events, at once and durably. Throws as {@link Store.flush} does. */
  clear(): void {
    this.#recording.clear();
  }

  /** Events by type; types without any are absent. */
  countByType(): Record<string, number> {
    return this.#settled().counts.tally.byType();
  }

  /** Events by severity, zeros included. */
  countBySeverity(): Record<Severity, number> {
    return this.#settled().counts.tally.bySeverity();
  }

  /** Names of the sources that events are from, sorted. */
  sources(): readonly string[] {
    return this.#reader.sources();
  }

  /** Times of the first and last event in milliseconds, or null when there is none. */
  timeRange(): { first: number; last: number } | null {
    return this.#reader.timeRange();
  }

  /** How many events have `since` < time ≤ `until`. */
  countBetween(since: number, until: number): number {
    return this.#reader.countBetween(since, until);
  }

  /** Events with `since` < time ≤ `until`, of one type or of all, oldest first. */
  digests(since: number, until: number, type: EventType | null = null): readonly EventDigest[] {
    return this.#reader.digests(since, until, type);
  }

  /**
   * Events of each interval by severity, zeros included, oldest first: from the interval that holds `since` to the one
   * that holds `until`, both whole. Intervals begin at multiples of `intervalMs`. Throws a RangeError when there would
   * be more than 100,000.
   */
  rollup(intervalMs: number, since: number, until: number): readonly TrendPoint[] {
    return this.#reader.rollup(intervalMs, since, until);
  }

  /** Replaces the inventory tables. */
  setInventory(inventory: Inventory): void {
    this.#inventory.set(inventory);
  }

  /** Sets what checks compare with (tables parameter and allowed_helper); what is not named has its default. */
  setBounds(bounds: CheckBounds): void {
    this.#inventory.setBounds(bounds);
  }

  /** Rows of one statement that reads the inventory tables. Throws an Error with SQLite's message. */
  rows(sql: string): readonly Record<string, Json>[] {
    return this.#inventory.rows(sql);
  }

  recordCheckRun(run: CheckRun): void {
    this.#recording.recordCheckRun(run);
  }

  /** The last `limit` check runs, oldest first. */
  checkRuns(limit: number): readonly CheckRunSummary[] {
    return this.#recording.records.checkRuns(limit);
  }

  /** Keeps this set of alerts in place of the one before. */
  saveAlerts(alerts: readonly Alert[]): void {
    this.#recording.saveAlerts(alerts);
  }

  /** All alerts, by when they were first seen. */
  alerts(): readonly Alert[] {
    return this.#recording.records.alerts();
  }

  saveBaseline(baseline: Baseline): void {
    this.#recording.saveBaseline(baseline);
  }

  baseline(): Baseline | null {
    return this.#recording.records.baseline();
  }

  /** Counts what was not understood, and keeps the first 10,000, or 8 Mi characters, to be listed. */
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
      this.#recording.close();
    } finally {
      this.#inventory.close();
    }
  }

  /** The events, nothing of which is still being written. */
  #settled(): EventTable {
    this.#recording.events.settle();
    return this.#recording.events;
  }
}
