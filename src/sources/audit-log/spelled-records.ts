import type { SpelledRecord } from '../../normalise/audit/spelling/spelling.ts';
import { mayBeBpfSyscall } from '../../normalise/bpf-commands.ts';
import { Adjacency, type EventKey, type LooseRecord } from './adjacency.ts';
import type { EventAssembler } from './assembler.ts';
import type { RecordText } from './group-texts.ts';
import type { Where } from './log-file.ts';
import type { RecordTypes } from './record-types.ts';
import { auditdText } from './respelled.ts';
import { Twins } from './twins.ts';

/** Count of records that are in a log twice. */
const REPEATED = 'repeated records';

/** Events known by a serial that were opened without one. */
const MAX_ALIASES = 1024;

/** A record as read, and when. */
export interface TimedRecord {
  readonly record: SpelledRecord;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** When the line was written; null where it does not say, and then it has no twin. */
  readonly written: number | null;
  /** The line or lines it was read from. */
  readonly raw: string;
  /** Bytes of them. */
  readonly length: number;
  readonly where: Where;
}

/** Puts records that were read as text into their events: with a serial or without one, once or twice in the log. */
export class SpelledRecords {
  readonly #events: EventAssembler;
  readonly #types: RecordTypes;
  readonly #adjacency: Adjacency;
  readonly #twins = new Twins();
  #aliases = new Map<string, EventKey>();

  constructor(events: EventAssembler, types: RecordTypes) {
    this.#events = events;
    this.#types = types;
    this.#adjacency = new Adjacency(() => events.nextNumber());
  }

  add(timed: TimedRecord): void {
    const { record, time, written, length, where } = timed;
    const { node, body, spelling } = record;
    const { facts } = where.file;
    const type = this.#types.of(record.type);
    const mayBeBpf = type.isSyscall && mayBeBpfSyscall(record.text ?? ` ${body}`);
    const loose = { node, time, type: type.name, mayBeBpf, isLoad: type.name === 'BPF' && /\bLOAD\b/.test(body) };
    facts.addTime(time);
    if (node !== null) facts.addHost(node);
    const twinKey = written === null ? null : this.#twins.keyOf(node, type.name, body);
    if (twinKey !== null && this.#isRepeated(timed, twinKey, loose)) {
      this.#types.counter(REPEATED).inFile += 1;
      return;
    }
    const key = this.#keyOf(record, time, loose);
    type.counter.inFile += 1;
    const matters = type.matters || mayBeBpf;
    const group = this.#events.add(key, type, where, length, matters, this.#textOf(timed));
    if (twinKey !== null) this.#twins.add(twinKey, written ?? 0, spelling, group);
  }

  /** To hold texts takes longer than to read again the few lines that turn out to matter. */
  #textOf({ record, time, raw, where }: TimedRecord): RecordText {
    const { file, line, place } = where;
    const isAlone = record.spelling !== 'interpreted' && file.offsetOf(place) > 0;
    if (isAlone && line === this.#events.line) return { spelledAt: time };
    const text = auditdText(record, time);
    return { text, raw: raw === text ? null : raw };
  }

  #keyOf({ node, serial }: SpelledRecord, time: number, loose: LooseRecord): EventKey {
    if (serial === null) return this.#adjacency.keyOf(loose);
    return this.#aliases.get(aliasOf(node, time, serial)) ?? { node, time, serial };
  }

  /** Looks for the record in another spelling; what follows one of the two belongs to the event of both. */
  #isRepeated({ record, time, written }: TimedRecord, twinKey: string, loose: LooseRecord): boolean {
    const { node, spelling, serial } = record;
    const twin = this.#twins.find(twinKey, written ?? 0, spelling);
    if (twin === null) return false;
    this.#events.last = null;
    if (!twin.isOpen) return true;
    if (serial === null) {
      this.#adjacency.follow(twin, { ...loose, time: twin.time });
    } else if (twin.serial < 0) {
      twin.told = { time, serial };
      if (this.#aliases.size >= MAX_ALIASES) this.#aliases.clear();
      this.#aliases.set(aliasOf(node, time, serial), twin);
    }
    return true;
  }
}

function aliasOf(node: string | null, time: number, serial: number): string {
  return `${node ?? ''} ${time}:${serial}`;
}
