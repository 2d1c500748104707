import type { SqlJsStatic } from 'sql.js';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRun } from '../model/check.ts';
import type { Amendment, AuditEvent } from '../model/event.ts';
import type { Unreadable } from '../model/observation.ts';
import { HELD_BYTES, MAX_BYTES, OPEN_BYTES, SEGMENT_BYTES, segmentEvents } from './bounds.ts';
import { Durability } from './durability.ts';
import { StoreError } from './error.ts';
import { EventImport } from './event-import.ts';
import { EventTable } from './event-table.ts';
import type { LineDecoder, LineTest } from './imported.ts';
import { Loading } from './loading.ts';
import type { StoreOptions } from './options.ts';
import type { Template } from './pages/page-file.ts';
import { templateWhenAsked } from './pages/template.ts';
import { Records } from './records.ts';
import { look } from './recover.ts';
import { ScanAhead } from './scan/scan-ahead.ts';

/** Events that go into the table together. */
const BATCH = 1024;

/** Events of a segment from which on some may wait to be scanned: more than ever do. */
const LEAST_AHEAD = 16_384;

/** Bytes of imported events that wait to be made durable together. */
const IMPORT_FLUSH = 4 * 2 ** 20;

/** Changes the events and the records, and tells the journal of each change. */
export class Recording {
  readonly events: EventTable;
  readonly records = new Records();
  readonly #template: () => Template;
  readonly #durability: Durability | null;
  readonly #scan: ScanAhead;
  #seen = 0;
  #changes = 0;

  constructor(sqlite: SqlJsStatic, options: StoreOptions) {
    const {
      maxEvents,
      maxBytes = MAX_BYTES,
      heldBytes = HELD_BYTES,
      openBytes = OPEN_BYTES,
      stateDir,
      journalBytes = SEGMENT_BYTES,
      readOnly = false,
      entry = null,
    } = options;
    // Where few events are kept, those that wait could push out others before they were judged.
    const isAhead = segmentEvents(maxEvents) >= LEAST_AHEAD;
    this.#scan = new ScanAhead(isAhead ? entry : null);
    this.#template = templateWhenAsked(sqlite);
    this.events = new EventTable(sqlite, this.#template, { maxEvents, maxBytes, heldBytes, openBytes });
    const bounds = { events: segmentEvents(maxEvents), bytes: journalBytes };
    this.#durability = stateDir === null || readOnly ? null : new Durability(stateDir, bounds, this);
  }

  /** Events recorded since it was opened. */
  get seen(): number {
    return this.#seen;
  }

  /** Grows whenever any event comes, goes or is amended. */
  get changes(): number {
    return this.#changes;
  }

  /** See {@link Durability.removalFailure}. */
  get removalFailure(): StoreError | null {
    return this.#durability?.removalFailure ?? null;
  }

  /** Reads what a state directory holds, and returns what was damaged; null is none. Throws a StoreError. */
  open(stateDir: string | null): readonly Unreadable[] {
    if (stateDir === null) return [];
    const loading = new Loading(this.events, this.records, this.#template(), this.#scan);
    try {
      return this.#durability === null ? look(stateDir, loading) : this.#durability.open(loading);
    } finally {
      this.#scan.stop();
    }
  }

  append(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const added: AuditEvent[] = [];
    for (let start = 0; start < events.length; start += BATCH) {
      const { rows, lines } = this.events.append(events.slice(start, start + BATCH));
      if (rows.length === 0) continue;
      this.#added(rows.length);
      this.#durability?.addEvents(lines, rows.length);
      for (const { event } of rows) added.push(event);
    }
    return added;
  }

  /** Returns the `seq` of the events that changed. */
  amend(amendments: readonly Amendment[]): readonly number[] {
    const changed = this.events.amend(amendments);
    if (changed.length === 0) return changed;
    this.#changes += 1;
    this.#durability?.add({ op: 'amend', amendments }, changed);
    return changed;
  }

  importEvents(decode: LineDecoder, isPlain: LineTest | null): EventImport {
    const durability = this.#durability;
    return new EventImport(this.events, this.#template(), decode, isPlain, this.#scan, {
      added: (events) => this.#added(events),
      recorded: durability === null ? null : (lines, events) => recordImported(durability, lines, events),
    });
  }

  clear(): void {
    this.events.settle();
    this.events.letGo(this.events.newest);
    this.#changes += 1;
    this.#durability?.startAnew();
    this.flush();
  }

  recordCheckRun({ time, passed, failed, inconclusive }: CheckRun): void {
    const numbered = { number: this.records.nextRun, run: { time, passed, failed, inconclusive } };
    this.records.addCheckRun(numbered);
    this.#durability?.add({ op: 'check-run', ...numbered });
  }

  saveAlerts(alerts: readonly Alert[]): void {
    const change = this.records.compareAlerts(alerts);
    if (change === null) return;
    this.records.changeAlerts(change);
    this.#durability?.add({ op: 'alerts', ...change });
  }

  saveBaseline(baseline: Baseline): void {
    this.records.setBaseline(baseline);
    this.#durability?.add({ op: 'baseline', baseline });
  }

  flush(): void {
    if (this.#durability === null) return;
    this.events.catchUp();
    this.#durability.flush();
  }

  close(): void {
    try {
      this.events.catchUp();
    } finally {
      this.#scan.stop();
      try {
        this.#durability?.close();
      } finally {
        this.events.close();
      }
    }
  }

  #added(events: number): void {
    this.#seen += events;
    this.#changes += 1;
  }
}

function recordImported(durability: Durability, lines: Uint8Array, events: number): void {
  durability.addEvents(lines, events);
  if (durability.pending < IMPORT_FLUSH) return;
  try {
    durability.flush();
  } catch (error) {
    // It is told, and tried again, by the flush that the caller asks for.
    if (!(error instanceof StoreError)) throw error;
  }
}
