import type { AuditRecordGroup, AuditRecordLine } from '../../model/observation.ts';
import type { CarriedRecord } from './carried.ts';

/** As in audit logs: an event is over when one this much newer was seen (auparse's EOE_TIMEOUT) ... */
const TIMEOUT_MS = 2000;
/** ... and this many records came since its last. */
const MIN_LAG = 64;
/** Events, and characters of their records, that wait at once; past either, all but the newest are closed. */
const MAX_OPEN = 4096;
const MAX_HELD = 32 * 1024 * 1024;

interface Open {
  readonly record: CarriedRecord;
  readonly lines: AuditRecordLine[];
  /** Number of its last record among all. */
  last: number;
}

/**
 * Gathers audit records that come one by one, each in its own object, into events by node, time and serial. The grouper
 * of audit logs keeps places in a stream of bytes instead of records, which JSON does not have.
 */
export class RecordWindow {
  readonly #origin: string;
  #open = new Map<string, Open>();
  #records = 0;
  #held = 0;
  #sweptAt = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Adds a record; gives the events that are over now, lowest time first. */
  add(record: CarriedRecord, line: AuditRecordLine): AuditRecordGroup[] {
    this.#records += 1;
    this.#held += weight(line);
    // What has no serial is an event of its own.
    const key = `${record.time}:${record.serial ?? `#${this.#records}`} ${record.node ?? ''}`;
    const known = this.#open.get(key);
    if (known === undefined) {
      this.#open.set(key, { record, lines: [line], last: this.#records });
    } else {
      known.lines.push(line);
      known.last = this.#records;
    }
    if (this.#open.size > MAX_OPEN || this.#held > MAX_HELD) return this.#close(({ last }) => last < this.#records);
    if (this.#records - this.#sweptAt < MIN_LAG) return [];
    this.#sweptAt = this.#records;
    const limit = record.time - TIMEOUT_MS;
    return this.#close((open) => open.record.time < limit && this.#records - open.last >= MIN_LAG);
  }

  /** Closes all. */
  end(): AuditRecordGroup[] {
    return this.#close(() => true);
  }

  #close(isOver: (open: Open) => boolean): AuditRecordGroup[] {
    const over: AuditRecordGroup[] = [];
    for (const [key, open] of this.#open) {
      if (!isOver(open)) continue;
      this.#open.delete(key);
      for (const line of open.lines) this.#held -= weight(line);
      const { time, serial, node } = open.record;
      over.push({ time, serial, node, origin: this.#origin, records: open.lines });
    }
    return over.sort((a, b) => a.time - b.time || (a.serial ?? 0) - (b.serial ?? 0));
  }
}

function weight({ text, raw = '' }: AuditRecordLine): number {
  return text.length + raw.length;
}
