import type { AuditRecordGroup, AuditRecordLine } from '../../model/observation.ts';
import type { AuditHeader } from '../../normalise/audit-header.ts';

/** An event is over when one this much newer is seen: auparse's EOE_TIMEOUT (audit-userspace, auparse/auparse.c). */
const TIMEOUT_MS = 2000;

/** Events, and characters of their records, held open at once; past either the older half is closed. */
const MAX_OPEN = 4096;
const MAX_HELD = 32 * 1024 * 1024;

/**
 * ... and this many records came in since its last: where little happens the newer event may come between the records
 * of the older one (go-libaudit testdata/out_of_order.log has one 8 s late).
 */
const MIN_LAG = 64;

/** How far event time must move before open events are looked through again. */
const SWEEP_MS = 250;

interface OpenGroup {
  readonly node: string | null;
  readonly stamp: string;
  readonly time: number;
  readonly serial: number;
  readonly records: AuditRecordLine[];
  /** Number of its last record among all. */
  last: number;
  /** When it last grew, on whatever clock `add` is given. */
  touched: number;
}

/**
 * Gathers records into audit events by node, time and serial. Records of several events come interleaved, so nothing
 * in a record closes its event: PROCTITLE is not always last, EOE is not always there. An event is closed when a newer
 * one shows that its time is over, when too many are open, or at the end. Closed events come lowest time first.
 *
 * Closing is judged by the times in the log: where that runs backwards, events from before the jump stay open
 * until the clock comes by again or the log ends, and none is torn apart.
 */
export class AuditGrouper {
  readonly #origin: string;
  #open = new Map<string, OpenGroup>();
  #latest: OpenGroup | null = null;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #records = 0;
  #held = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Events not yet closed. */
  get open(): number {
    return this.#open.size;
  }

  /** Adds a record; gives the events that are over now. `touched` is any rising number, for {@link closeQuiet}. */
  add(header: AuditHeader, record: AuditRecordLine, touched = 0): readonly AuditRecordGroup[] {
    this.#records += 1;
    this.#held += record.text.length;
    const latest = this.#latest;
    if (latest !== null && latest.stamp === header.stamp && latest.node === header.node) {
      return this.#grow(latest, record, touched);
    }
    const key = header.node === null ? header.stamp : `${header.stamp} ${header.node}`;
    const known = this.#open.get(key);
    if (known !== undefined) return this.#grow(known, record, touched);
    const { node, stamp, time, serial } = header;
    const group: OpenGroup = { node, stamp, time, serial, records: [record], last: this.#records, touched };
    this.#open.set(key, group);
    this.#latest = group;
    return this.#sweep(time);
  }

  /** Closes events that have not grown since `before`: for a log that is being written, where silence says it all. */
  closeQuiet(before: number): readonly AuditRecordGroup[] {
    return this.#close((group) => group.touched <= before);
  }

  /** Closes all. */
  end(): readonly AuditRecordGroup[] {
    return this.#close(() => true);
  }

  #grow(group: OpenGroup, record: AuditRecordLine, touched: number): readonly AuditRecordGroup[] {
    group.records.push(record);
    group.last = this.#records;
    group.touched = touched;
    this.#latest = group;
    return this.#held > MAX_HELD ? this.#closeOlderHalf() : NONE;
  }

  #sweep(time: number): readonly AuditRecordGroup[] {
    if (this.#open.size > MAX_OPEN || this.#held > MAX_HELD) return this.#closeOlderHalf();
    if (time >= this.#sweptAt && time - this.#sweptAt < SWEEP_MS) return NONE;
    this.#sweptAt = time;
    return this.#close((group) => group.time < time - TIMEOUT_MS && this.#records - group.last >= MIN_LAG);
  }

  /** The event that is growing stays open, unless it is the only one. */
  #closeOlderHalf(): readonly AuditRecordGroup[] {
    const others = [...this.#open.values()].filter((group) => group !== this.#latest).sort((a, b) => a.time - b.time);
    const older = new Set(others.slice(0, Math.ceil(others.length / 2)));
    return this.#close((group) => older.size === 0 || older.has(group));
  }

  #close(isOver: (group: OpenGroup) => boolean): readonly AuditRecordGroup[] {
    const over: AuditRecordGroup[] = [];
    for (const [key, group] of this.#open) {
      if (!isOver(group)) continue;
      this.#open.delete(key);
      if (group === this.#latest) this.#latest = null;
      const { time, serial, node, records } = group;
      for (const { text } of records) this.#held -= text.length;
      over.push({ time, serial, node, origin: this.#origin, records });
    }
    return over.sort((a, b) => a.time - b.time || a.serial - b.serial);
  }
}

const NONE: readonly AuditRecordGroup[] = [];
