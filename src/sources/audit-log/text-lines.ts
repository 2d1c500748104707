import { StampClock } from '../../normalise/audit/spelling/clock.ts';
import { DateOrder } from '../../normalise/audit/spelling/date.ts';
import type { LogLine } from '../../normalise/audit/spelling/log.ts';
import type { SpelledLoss } from '../../normalise/audit/spelling/loss.ts';
import { parseSpelling, type SpelledRecord, type Spelling } from '../../normalise/audit/spelling/spelling.ts';
import { stampTime } from '../../normalise/audit/spelling/stamp.ts';
import type { EventAssembler } from './assembler.ts';
import { joinLine } from './join-line.ts';
import type { FileFacts, Where } from './log-file.ts';
import { LossFinder } from './losses.ts';
import { FURTHER, MessageLines } from './message-lines.ts';
import type { RecordTypes } from './record-types.ts';
import { SpelledRecords } from './spelled-records.ts';

/** Lines, and characters of them, that wait for one that tells what day theirs is. */
const MAX_WAITING = 1000;
const MAX_WAITING_CHARACTERS = 4 * 1024 * 1024;

/** Count of lines that are normal where they stand and are no records. */
const OTHER_LINES = 'other lines';

/** Count of lines that go on with a record, and how many may with one. */
const CONTINUED = 'continuation lines';
const MAX_JOINED = 256;

/** A line that is not, or not only, a record as auditd writes it. */
export interface TextLine {
  readonly text: string;
  /** Bytes. */
  readonly length: number;
  readonly where: Where;
}

/** A record that is being read. */
interface Reading {
  record: SpelledRecord;
  readonly log: LogLine | null;
  line: TextLine;
  /** Whether the log said just before it that the host was started again. */
  readonly boots: boolean;
}

/** Reads the lines of one file that are spelled otherwise than auditd spells them, and counts what is no record. */
export class TextLines {
  readonly #events: EventAssembler;
  readonly #types: RecordTypes;
  readonly #facts: FileFacts;
  readonly #records: SpelledRecords;
  readonly #losses = new LossFinder();
  readonly #clock: StampClock;
  readonly #order = new DateOrder();
  /** Whether lines that are no records are normal here; null until a line tells. */
  #kind: 'audit' | 'log' | null = null;
  #boots = false;
  #waiting: Reading[] = [];
  #waitingCharacters = 0;
  /** Line of the last that waits. */
  #waitedAt = -1;
  /** Lines that went on with the last record. */
  #goneOn = 0;
  /** True once no more lines wait: what is not known by then is assumed. */
  #settled = false;
  readonly #messages = new MessageLines();

  constructor(events: EventAssembler, types: RecordTypes, facts: FileFacts) {
    this.#events = events;
    this.#types = types;
    this.#facts = facts;
    this.#records = new SpelledRecords(events, types);
    this.#clock = new StampClock(facts.modified);
  }

  take(line: TextLine): void {
    const { text, where } = line;
    const spelled = this.#kind === 'log' && this.#messages.goesOn(text) ? FURTHER : parseSpelling(text);
    if (spelled.kind !== 'records' && this.#goesOn(line)) return;
    this.#events.last = null;
    this.#goneOn = 0;
    if (spelled !== FURTHER) this.#messages.note(text, spelled);
    switch (spelled.kind) {
      case 'records':
        for (const record of spelled.records) {
          this.#meet(record.spelling === 'auditd' && spelled.log !== null ? spelled.log.shape : record.spelling);
          this.#read({ record, log: spelled.log, line, boots: this.#boots });
          this.#boots = false;
        }
        return;
      case 'loss':
        this.#meet(spelled.log.shape);
        this.#lose(spelled.loss, spelled.log, where);
        return;
      case 'other':
        if (this.#meet(spelled.shape) === 'audit' && spelled.shape !== 'ausearch') break;
        this.#boots ||= spelled.boot;
        this.#types.counter(OTHER_LINES).inFile += 1;
        return;
      case 'foreign':
        this.#meet(spelled.log.shape);
        this.#events.unreadable(where, spelled.reason, text);
        return;
      case 'unknown':
        if (this.#kind !== 'log') {
          this.#events.unreadable(where, spelled.reason, text);
          return;
        }
        this.#types.counter(OTHER_LINES).inFile += 1;
        return;
    }
    this.#events.unreadable(where, 'no audit record', text);
  }

  /** Reads what waits, with what is known by now. */
  settle(): void {
    this.#settled = true;
    this.#readWaiting();
    this.#facts.assumptions = [...new Set([...this.#clock.assumptions, ...this.#order.assumptions])];
  }

  /** What kind of file this is: the first line that tells decides, and what it was found to be is noted. */
  #meet(trait: Spelling | LogLine['shape'] | 'ausearch'): 'audit' | 'log' {
    const isLog = trait === 'kernel' || trait === 'log' || trait === 'journal';
    this.#kind ??= isLog && this.#facts.first > this.#facts.last ? 'log' : 'audit';
    if (isLog === (this.#kind === 'log')) this.#facts.traits.add(trait);
    return this.#kind;
  }

  #read(reading: Reading): void {
    const { record, log, line } = reading;
    const { time } = record;
    if (typeof time === 'number') {
      if (log?.stamp != null) {
        this.#clock.learn(log.stamp, time);
        this.#readWaiting();
      }
      this.#add(reading, time);
    } else if (time !== null) {
      if (!this.#order.isCertain(time) && this.#waits(reading)) return;
      const ms = this.#order.timeOf(time);
      this.#readWaiting();
      this.#add(reading, ms);
    } else if (log?.stamp == null) {
      this.#events.unreadable(line.where, 'audit record without a time', line.text);
    } else {
      if (this.#clock.lacks(log.stamp) && !this.#clock.isSet && this.#waits(reading)) return;
      const ms = this.#clock.timeOf(log.stamp);
      if (ms === null) this.#events.unreadable(line.where, 'audit record without a year, and none near it', line.text);
      else this.#add(reading, ms);
    }
  }

  #add({ record, log, line, boots }: Reading, time: number): void {
    if (boots) this.#events.gaps.markBoot();
    // Only compared with that of other lines: any year does.
    const written = log?.stamp == null ? null : stampTime(log.stamp, 2000, 0);
    this.#records.add({ record, time, written, raw: line.text, length: line.length, where: line.where });
  }

  /** False when it must not wait any longer. */
  #waits(reading: Reading): boolean {
    if (this.#settled) return false;
    this.#waiting.push(reading);
    this.#waitedAt = reading.line.where.line;
    this.#waitingCharacters += reading.line.text.length;
    if (this.#waiting.length >= MAX_WAITING || this.#waitingCharacters > MAX_WAITING_CHARACTERS) this.settle();
    return true;
  }

  #readWaiting(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    for (const reading of waiting) this.#read(reading);
  }

  /** Whether the line goes on with the record before it, which then has it. */
  #goesOn({ text, length, where }: TextLine): boolean {
    if (this.#goneOn >= MAX_JOINED) return false;
    const waiting = this.#waiting.at(-1);
    if (waiting !== undefined && this.#waitedAt === where.line - 1) {
      const { record, line } = waiting;
      const body = joinLine(record.body, text);
      if (body === null) return false;
      waiting.record = { ...record, body };
      waiting.line = { ...line, text: `${line.text}\n${text}` };
      this.#waitedAt = where.line;
    } else {
      if (!this.#events.extend(text, length)) return false;
    }
    this.#goneOn += 1;
    this.#types.counter(CONTINUED).inFile += 1;
    return true;
  }

  #lose(loss: SpelledLoss, log: LogLine, where: Where): void {
    const { stamp, host } = log;
    const isKnown = stamp !== null && (this.#clock.isSet || !this.#clock.lacks(stamp));
    const time = isKnown ? this.#clock.timeOf(stamp) : this.#facts.first <= this.#facts.last ? this.#facts.last : null;
    const gap = this.#losses.gapOf(loss, host, where, time ?? 0);
    this.#types.counter(OTHER_LINES).inFile += 1;
    this.#facts.addGap(gap);
    if (time === null) this.#events.gapBeforeNext(gap);
    else this.#events.gap(host, gap);
  }
}
