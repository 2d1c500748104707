import type { Observation } from '../../model/observation.ts';
import { MAX_LINE_BYTES, SHOWN } from '../lines.ts';
import { EventAssembler, NO_LINE } from './assembler.ts';
import { ByteHeader } from './byte-header.ts';
import { ByteNames } from './byte-names.ts';
import { ByteSyscall } from './byte-syscall.ts';
import { ByteWindow } from './byte-window.ts';
import { InnerRecords } from './inner-records.ts';
import { type FileFacts, LogFile } from './log-file.ts';
import { RecordTypes } from './record-types.ts';
import { TextLines } from './text-lines.ts';

/** Bytes held at the most so that records can be decoded late; what is still open when they go is decoded then. */
const WINDOW = 16 * 1024 * 1024;

/** Bytes taken in at once. */
const PIECE = 256 * 1024;

/** Pieces for which there is room at least: what may go is looked for once in so many. */
const SPARE = 8;

/** Bytes shown of a line that was cut. */
const SHOWN_BYTES = 256;

/** Records at the start of a file that are looked at for what `log_format = ENRICHED` adds. */
const LOOKED_AT = 100;
const ENRICHED = 0x1d;

const NEWLINE_LENGTH = 1;
const CARRIAGE_RETURN = 13;

/**
 * Bytes of audit logs in, observations out. A record as auditd writes it is not decoded but only looked at, unless its
 * event turns out to matter: of a log of a million lines, a few percent do. Any other line is read as text. What comes
 * out does not depend on how the bytes were cut into pieces.
 */
export class AuditScanner {
  readonly types = new RecordTypes();
  readonly #window = new ByteWindow();
  readonly #events = new EventAssembler(this.#window);
  readonly #header = new ByteHeader();
  readonly #syscall = new ByteSyscall();
  readonly #nodes = new ByteNames((name) => name);
  readonly #inner = new InnerRecords();
  #file: LogFile;
  #text: TextLines;
  /** Index in the window at which the line that is being read begins, and up to which there is no line end. */
  #start = 0;
  #searched = 0;
  /** Number of that line in the stream of all files, from 0. */
  #line = 0;
  /** What is dropped of that line already, because it is too long. */
  #cut: { readonly text: string; readonly place: number } | null = null;
  #lookedAt = 0;
  /** Of the record that is being read; one of each for all records. */
  readonly #key: { node: string | null; time: number; serial: number } = { node: null, time: 0, serial: 0 };
  readonly #where: { file: LogFile; place: number; line: number };

  constructor(facts: FileFacts) {
    this.#file = new LogFile(facts, 0, 0, 1, 0);
    this.#where = { file: this.#file, place: 0, line: 0 };
    this.#text = new TextLines(this.#events, this.types, facts);
  }

  /** Events that are not over yet. */
  get open(): number {
    return this.#events.open;
  }

  /** Events so far. */
  get events(): number {
    return this.#events.events;
  }

  /** Where the next line starts in its file. */
  get position(): { readonly line: number; readonly offset: number } {
    const place = this.#cut?.place ?? this.#window.base + this.#start;
    return { line: this.#file.lineOf(this.#line), offset: this.#file.offsetOf(place) };
  }

  /** Another file begins, at this line and offset of it. Not for the first one. Ask for the {@link endFile} first. */
  beginFile(facts: FileFacts, line: number, offset: number): void {
    if (facts !== this.#file.facts) {
      this.#file.facts.records = this.types.nextFile();
      this.#text = new TextLines(this.#events, this.types, facts);
      this.#lookedAt = 0;
    }
    this.#file = new LogFile(facts, this.#window.base + this.#start, this.#line, line, offset);
    this.#where.file = this.#file;
    this.#key.node = null;
    this.#events.last = null;
  }

  /** What these bytes bring. `now` is any rising number, for {@link closeQuiet}. */
  push(bytes: Uint8Array, now: number): Observation[] {
    this.#events.now = now;
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      this.#makeRoom(piece.length);
      this.#window.append(piece);
      this.#lines();
    }
    return this.#events.take();
  }

  /** The file is over: its last line may have no line end. */
  endFile(): Observation[] {
    if (this.#cut !== null || this.#window.length > this.#start) {
      const { bytes, view, length } = this.#window;
      const isPlain = this.#cut === null && this.#header.read(bytes, view, this.#start, length);
      this.#finish(length, isPlain, false);
      this.#start = this.#window.length;
      this.#searched = this.#start;
    }
    this.#text.settle();
    return this.#events.take();
  }

  /** Events that have not grown since `before`. */
  closeQuiet(before: number): Observation[] {
    this.#text.settle();
    this.#events.closeQuiet(before);
    return this.#events.take();
  }

  /** Events still open when all has been read, and what is missing. */
  end(): Observation[] {
    this.#text.settle();
    this.#file.facts.records = this.types.nextFile();
    this.#events.end();
    return this.#events.take();
  }

  /** Lets go what no open event needs; grows when that is little; and past that decodes what is needed of the rest. */
  #makeRoom(count: number): void {
    const window = this.#window;
    while (window.bytes.length < SPARE * count) window.grow();
    while (window.room < count) {
      const free = Math.min(this.#start, this.#events.firstPlace - window.base);
      const half = window.length >> 1;
      if (free < half && window.bytes.length < WINDOW) {
        window.grow();
        continue;
      }
      const going = free < half ? Math.min(this.#start, half) : free;
      if (going > free) this.#events.rescue(window.base + going);
      window.drop(going);
      this.#start -= going;
      this.#searched -= going;
    }
  }

  #lines(): void {
    const window = this.#window;
    const header = this.#header;
    const { bytes, view, length } = window;
    for (;;) {
      // A header holds no newline: the line goes on behind it.
      const isPlain = this.#cut === null && header.read(bytes, view, this.#start, length);
      const end = window.newline(isPlain && header.end > this.#searched ? header.end : this.#searched);
      if (end === -1) break;
      this.#finish(end, isPlain, true);
      this.#start = end + NEWLINE_LENGTH;
      this.#searched = this.#start;
      window.passedBracket = false;
    }
    this.#searched = length;
    if (length - this.#start <= MAX_LINE_BYTES) return;
    this.#cut ??= { text: this.#shown(), place: window.base + this.#start };
    this.#start = length;
  }

  /** The line from `#start` to `end` is whole. `isPlain`: its header was read. */
  #finish(end: number, isPlain: boolean, hasNewline: boolean): void {
    if (this.#cut === null && end - this.#start > MAX_LINE_BYTES) {
      this.#cut = { text: this.#shown(), place: this.#window.base + this.#start };
    }
    if (this.#cut === null) {
      const { bytes } = this.#window;
      const to = hasNewline && end > this.#start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
      if (isPlain) this.#takePlain(to);
      else this.#takeText(to);
    } else {
      const where = { file: this.#file, place: this.#cut.place, line: this.#line };
      this.#events.unreadable(where, `line is longer than ${MAX_LINE_BYTES} bytes`, this.#cut.text.slice(0, SHOWN));
      this.#events.last = null;
      this.#cut = null;
    }
    this.#line += 1;
    this.#file.facts.lines += 1;
  }

  #shown(): string {
    return this.#window.text(this.#window.base + this.#start, SHOWN_BYTES);
  }

  /** The line from `#start` to `to`, whose header was read, and which may be of several records if it was torn. */
  #takePlain(to: number): void {
    for (let isRecord = true; isRecord; ) {
      const { bytes, view, base, passedBracket } = this.#window;
      const inner = passedBracket ? this.#inner.find(bytes, this.#header.end, to) : -1;
      this.#takeRecord(inner === -1 ? to : inner);
      if (inner === -1) return;
      const shown = this.#window.text(base + this.#start, Math.min(SHOWN_BYTES, inner - this.#start));
      this.#events.unreadable(this.#where, 'record is cut off: another begins on its line', shown.slice(0, SHOWN));
      this.#start = inner;
      isRecord = this.#header.read(bytes, view, inner, to);
    }
    this.#takeText(to);
  }

  #takeRecord(to: number): void {
    const { bytes, base } = this.#window;
    const from = this.#start;
    const header = this.#header;
    const key = this.#key;
    const where = this.#where;
    const type = this.types.at(bytes, header.typeFrom, header.typeTo);
    const node = header.nodeTo === 0 ? null : this.#nodes.get(bytes, header.nodeFrom, header.nodeTo);
    if (node !== key.node) this.#meet(node);
    if (this.#lookedAt < LOOKED_AT) this.#look(bytes, header.end, to);
    key.time = header.time;
    key.serial = header.serial;
    where.file.facts.addTime(header.time);
    where.place = base + from;
    where.line = this.#line;
    type.counter.inFile += 1;
    const matters = type.matters || (type.isSyscall && this.#syscall.mayBeBpf(bytes, header.end, to));
    this.#events.add(key, type, where, to - from, matters);
  }

  #takeText(to: number): void {
    const from = this.#start;
    const place = this.#window.base + from;
    const decoded = this.#window.text(place, to - from);
    const isMarked = this.#file.offsetOf(place) === 0 && decoded.charCodeAt(0) === BYTE_ORDER_MARK;
    const text = isMarked ? decoded.slice(1) : decoded;
    const where = { file: this.#file, place, line: this.#line };
    this.#events.line = this.#line;
    if (text.trim() === '') this.#events.last = null;
    else this.#text.take({ text, length: to - from, where });
    this.#events.line = NO_LINE;
  }

  #meet(node: string | null): void {
    this.#key.node = node;
    if (node !== null) this.#file.facts.addHost(node);
  }

  #look(bytes: Uint8Array, from: number, to: number): void {
    this.#lookedAt += 1;
    if (bytes.subarray(from, to).includes(ENRICHED)) this.#file.facts.traits.add('enriched');
  }
}

const BYTE_ORDER_MARK = 0xfeff;
