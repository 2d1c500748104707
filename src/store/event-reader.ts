import type { AuditEvent, EventType } from '../model/event.ts';
import type { EventCriteria, EventDigest } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';
import type { TrendPoint } from '../model/view.ts';
import { severityOf, typeCode, typeOf } from './codes.ts';
import type { EventTable } from './event-table.ts';
import { Intervals } from './intervals.ts';
import { matching, queryOf } from './query.ts';
import type { Segment } from './segment.ts';
import { BUCKET_MS } from './tally.ts';

/** A place in event order: by time, then by arrival. */
interface Place {
  readonly time: number;
  readonly seq: number;
}

/** Reads the events of all segments as those of one table. */
export class EventReader {
  readonly #events: EventTable;

  constructor(events: EventTable) {
    this.#events = events;
  }

  /** Which events they are is settled at once; each is read when it is its turn. */
  *each(criteria: EventCriteria): Iterable<AuditEvent> {
    this.#events.settle();
    const query = queryOf(criteria, this.#events.counts);
    if (query === null) return;
    const limit = criteria.limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.trunc(criteria.limit));
    let found: Place[] = [];
    for (const segment of this.#newestFirst(criteria)) {
      // Segments follow each other in time, apart from what came late: most need not be asked.
      const last = found.length >= limit ? found[limit - 1] : undefined;
      if (last !== undefined && last.time > spanOf(segment).last) break;
      const here: Place[] = [];
      for (const place of matching(segment, query)) {
        if (here.length >= limit) break;
        here.push({ seq: segment.first + place, time: segment.columns.times[place] ?? 0 });
      }
      found = merged(found, here).slice(0, limit);
    }
    for (const { seq } of found) yield this.#events.lookup.at(seq);
  }

  /** How many events have `since` < time ≤ `until`. */
  countBetween(since: number, until: number): number {
    this.#events.settle();
    return this.#events.segments.all.reduce(
      (sum, { order }) => sum + Math.max(0, upTo(order, until) - upTo(order, since)),
      0,
    );
  }

  /**
   * Events with `since` < time ≤ `until`, of one type or of all, in event order. The detectors look at each event of each
   * interval and at the ids of few: those are read when they are asked for, which must be before the store changes.
   */
  digests(since: number, until: number, type: EventType | null): readonly EventDigest[] {
    this.#events.settle();
    const code = type === null ? null : typeCode(type);
    const found: Digest[] = [];
    let segments = 0;
    for (const { order, columns, first } of this.#events.segments.all) {
      const end = upTo(order, until);
      const start = upTo(order, since);
      if (start < end) segments += 1;
      for (let index = start; index < end; index += 1) {
        const seq = order.seqAt(index);
        const kind = columns.types[seq - first];
        if (code !== null && kind !== code) continue;
        const severity = severityOf(columns.severities[seq - first]);
        found.push(new Digest(this.#events, seq, order.timeAt(index), typeOf(kind), severity));
      }
    }
    if (segments > 1) found.sort((a, b) => a.time - b.time || a.seq - b.seq);
    return found;
  }

  /** What the events were reported by, each name once, sorted. */
  sources(): readonly string[] {
    this.#events.settle();
    const codes = new Set<number>();
    for (const { columns, oldest, first } of this.#events.segments.all) {
      for (let place = oldest - first; place < columns.length; place += 1) codes.add(columns.sources[place] ?? 0);
    }
    return [...codes].map((code) => this.#events.counts.names.text(code)).sort();
  }

  timeRange(): { first: number; last: number } | null {
    this.#events.settle();
    const spans = this.#events.segments.all.filter(({ count }) => count > 0).map(spanOf);
    if (spans.length === 0) return null;
    return {
      first: spans.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY),
      last: spans.reduce((most, { last }) => Math.max(most, last), Number.NEGATIVE_INFINITY),
    };
  }

  rollup(intervalMs: number, since: number, until: number): readonly TrendPoint[] {
    this.#events.settle();
    const intervals = new Intervals(intervalMs, since, until);
    if (intervalMs % BUCKET_MS === 0) {
      this.#events.counts.tally.fill(intervals);
      return intervals.points;
    }
    for (const { columns, oldest, first } of this.#events.segments.all) {
      for (let place = oldest - first; place < columns.length; place += 1) {
        intervals.add(columns.times[place] ?? 0, severityOf(columns.severities[place]), 1);
      }
    }
    return intervals.points;
  }

  /** Segments that may have events of the time asked for, by that of their last event. */
  #newestFirst({ since, until }: EventCriteria): Segment[] {
    return this.#events.segments.all
      .filter((segment) => {
        const { first, last } = spanOf(segment);
        return segment.count > 0 && !(since !== undefined && last <= since) && !(until !== undefined && first >= until);
      })
      .sort((a, b) => spanOf(b).last - spanOf(a).last);
  }
}

/** An event as the columns know it; its id lies in the table. */
class Digest implements EventDigest {
  readonly seq: number;
  readonly time: number;
  readonly type: EventType;
  readonly severity: Severity;
  readonly #events: EventTable;

  constructor(events: EventTable, seq: number, time: number, type: EventType, severity: Severity) {
    this.#events = events;
    this.seq = seq;
    this.time = time;
    this.type = type;
    this.severity = severity;
  }

  get id(): string {
    return this.#events.lookup.idAt(this.seq);
  }
}

/** Times of the first and last event of a segment that has some. */
function spanOf({ order }: Segment): { readonly first: number; readonly last: number } {
  return { first: order.timeAt(0), last: order.timeAt(order.length - 1) };
}

/** How many events are not later than this time. */
function upTo(order: Segment['order'], time: number): number {
  return order.rank(time, Number.POSITIVE_INFINITY);
}

/** Two lists, newest first, as one. Mostly one ends where the other begins: then nothing is compared. */
function merged(newer: Place[], older: Place[]): Place[] {
  const [first] = older;
  const last = newer.at(-1);
  if (first === undefined) return newer;
  const all = newer.concat(older);
  return last === undefined || newestFirst(last, first) < 0 ? all : all.sort(newestFirst);
}

function newestFirst(a: Place, b: Place): number {
  return b.time - a.time || b.seq - a.seq;
}
