import type { AuditRecordGroup, AuditRecordLine, Observation } from '../../model/observation.ts';
import { canBecomeEvent } from '../../normalise/audit/relevance.ts';
import { recordTypeName } from '../../normalise/audit/types.ts';
import { mayBeBpfSyscall } from '../../normalise/bpf-commands.ts';
import type { CarriedRecord } from './carried.ts';
import type { Counts } from './counts.ts';
import type { JsonValue } from './json-values.ts';
import { RecordWindow } from './record-window.ts';
import type { Skipped } from './skipped.ts';

/** Characters of the JSON that are kept with a record that was made of it. */
export const RAW = 4096;

/**
 * Makes audit events of records that come from JSON: those of one object at once, others when the log shows that their
 * event is over. An event that cannot become one of ours is counted and let go, as in an audit log.
 */
export class RecordGroups {
  readonly #origin: string;
  readonly #counts: Counts;
  readonly #skipped: Skipped;
  readonly #window: RecordWindow;

  constructor(origin: string, counts: Counts, skipped: Skipped) {
    this.#origin = origin;
    this.#counts = counts;
    this.#skipped = skipped;
    this.#window = new RecordWindow(origin);
  }

  /** The records of one event. */
  whole(records: readonly CarriedRecord[], at: JsonValue): Observation[] {
    const first = records[0];
    if (first === undefined) return [];
    const lines = records.map((record) => this.#line(record, at));
    const { time, serial, node } = first;
    return this.#give({ time, serial, node, origin: this.#origin, records: lines });
  }

  /** One record, others of its event being elsewhere; gives the events that are over. */
  one(record: CarriedRecord, at: JsonValue): Observation[] {
    return this.#window.add(record, this.#line(record, at)).flatMap((group) => this.#give(group));
  }

  /** The log is over. */
  end(): Observation[] {
    return this.#window.end().flatMap((group) => this.#give(group));
  }

  #line({ type, text }: CarriedRecord, at: JsonValue): AuditRecordLine {
    this.#counts.add(recordTypeName(type));
    return { type, text, line: at.line, offset: at.offset, raw: at.text.slice(0, RAW) };
  }

  #give(group: AuditRecordGroup): Observation[] {
    if (group.records.some(matters)) return [{ kind: 'audit', time: group.time, group }];
    for (const { type } of group.records) this.#skipped.count(recordTypeName(type), group.time);
    return [];
  }
}

function matters({ type, text }: AuditRecordLine): boolean {
  const name = recordTypeName(type);
  return canBecomeEvent(name) || (name === 'SYSCALL' && mayBeBpfSyscall(text));
}
