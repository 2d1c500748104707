import type { AuditEvent } from '../model/event.ts';
import { severityCode } from './codes.ts';
import type { Counts } from './counts.ts';
import { eventOf } from './event-row.ts';
import { markOf } from './id-table.ts';
import type { Found, Segments } from './segments.ts';
import { packText, unpackText } from './text-column.ts';

/** Single events in their segments: what is still being written as an image is not looked at. */
export class EventLookup {
  readonly #segments: Segments;
  readonly #counts: Counts;

  constructor(segments: Segments, counts: Counts) {
    this.#segments = segments;
    this.#counts = counts;
  }

  find(id: string): Found | null {
    const packed = packText(id);
    return this.#segments.find(packed, markOf(packed));
  }

  get(id: string): AuditEvent | null {
    const found = this.find(id);
    return found === null ? null : this.eventOf(found);
  }

  /** `seq` of the event with this id if it can stand for others: one that is folded itself stands for nobody. */
  readonly head = (id: string): number | null => {
    const found = this.find(id);
    return found === null || found.segment.columns.heads[found.place] !== 0 ? null : Number(found.row[0]);
  };

  /** The event with this `seq`, which must be there. */
  at(seq: number): AuditEvent {
    const segment = this.#segments.of(seq);
    const row = segment?.row(seq) ?? null;
    if (segment === null || row === null) throw new RangeError(`there is no event ${seq}`);
    return this.eventOf({ segment, place: seq - segment.first, row });
  }

  /** The id of the event with this `seq`, which must be there. */
  idAt(seq: number): string {
    const id = this.#segments.of(seq)?.id(seq) ?? null;
    if (id === null) throw new RangeError(`there is no event ${seq}`);
    return unpackText(String(id));
  }

  eventOf({ segment, place, row }: Found): AuditEvent {
    return eventOf(segment.columns, place, row, this.#counts.names, this.#counts.folds);
  }

  /** Gives a recorded event the severity, details and evidence of this one, and returns its `seq`. */
  change({ segment, place, row }: Found, { severity, details, evidence }: AuditEvent): number {
    const code = severityCode(severity);
    const seq = Number(row[0]);
    const [time = 0, type = 0, before = 0] = segment.columns.at(place);
    segment.change(seq, code, JSON.stringify(details), JSON.stringify(evidence));
    this.#counts.tally.add(time, type, before, -1);
    this.#counts.tally.add(time, type, code, 1);
    return seq;
  }
}
