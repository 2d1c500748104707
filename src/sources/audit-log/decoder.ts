import type { AuditRecordGroup, Observation, Unreadable } from '../../model/observation.ts';
import { headerFault, parseAuditHeader } from '../../normalise/audit-header.ts';
import { recordTypeName } from '../../normalise/audit-types.ts';
import type { Line } from '../line-splitter.ts';
import { type LineBatch, unreadable } from '../lines.ts';
import { AuditGrouper } from './grouper.ts';

/** Lines of an audit log in, observations out; counts its records by type. */
export class AuditDecoder {
  readonly #origin: string;
  readonly #grouper: AuditGrouper;
  #records = new Map<string, number>();

  constructor(origin: string) {
    this.#origin = origin;
    this.#grouper = new AuditGrouper(origin);
  }

  /** Events that are not over yet. */
  get open(): number {
    return this.#grouper.open;
  }

  /** Records so far by the name of their type. */
  records(): { readonly [type: string]: number } {
    return Object.fromEntries(this.#records);
  }

  /** Events that are over with these lines, and the lines that are no record. `now` is for {@link closeQuiet}. */
  decode(batch: LineBatch, now = 0): Observation[] {
    const observations: Observation[] = batch.unreadable.map(unread);
    for (const line of batch.lines) this.#take(line, now, observations);
    return observations;
  }

  /** Events that have not grown since `before`. */
  closeQuiet(before: number): Observation[] {
    return this.#grouper.closeQuiet(before).map(audit);
  }

  /** Events still open when the log ends. */
  end(): Observation[] {
    return this.#grouper.end().map(audit);
  }

  #take(line: Line, now: number, into: Observation[]): void {
    const { text } = line;
    const header = parseAuditHeader(text);
    if (header === null) {
      if (text.trim() !== '') into.push(unread(unreadable(this.#origin, line, headerFault(text), text)));
      return;
    }
    const type = recordTypeName(header.type);
    this.#records.set(type, (this.#records.get(type) ?? 0) + 1);
    const record = { type: header.type, text, line: line.line, offset: line.offset };
    for (const group of this.#grouper.add(header, record, now)) into.push(audit(group));
  }
}

function audit(group: AuditRecordGroup): Observation {
  return { kind: 'audit', time: group.time, group };
}

function unread(what: Unreadable): Observation {
  return { kind: 'unreadable', time: null, unreadable: what };
}
