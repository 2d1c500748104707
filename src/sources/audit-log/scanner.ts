import type { Observation } from '../../model/observation.ts';
import { MAX_LINE_BYTES } from '../lines.ts';
import { EventAssembler } from './assembler.ts';
import { ByteHeader } from './byte-header.ts';
import { ByteNames } from './byte-names.ts';
import { ByteSyscall } from './byte-syscall.ts';
import { ByteWindow } from './byte-window.ts';
import { type FileFacts, LogFile } from './log-file.ts';
import { RecordTypes } from './record-types.ts';
import { TextLines } from './text-lines.ts';

/** Bytes held at the most so that records can be decoded late; what is still open when they go is decoded then. */
const WINDOW = 16 * 1024 * 1024;

/** Bytes taken in at once. */
const PIECE = 256 * 1024;

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
  #file: LogFile;
  #text: TextLines;
  /** Index in the window at which the line that is being read begins, and up to which there is no line end. */
  #start = 0;
  #searched = 0;
  /** Number of that line in the stream of all files, from 0. */
  #line = 0;
  /** What is dropped of that line already, because it is too long. */
  #cut: { readonly text: string; readonly place: number } | null = null;
  #node: string | null = null;
  #lookedAt = 0;

  constructor(facts: FileFacts) {
    this.#file = new LogFile(facts, 0, 0, 1, 0);
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
    this.#node = null;
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
      this.#finish(this.#window.length, 0);
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
    for (;;) {
      const end = window.newline(this.#searched);
      if (end === -1) break;
      this.#finish(end, NEWLINE_LENGTH);
      this.#start = end + NEWLINE_LENGTH;
      this.#searched = this.#start;
    }
    this.#searched = window.length;
    if (window.length - this.#start <= MAX_LINE_BYTES) return;
    this.#cut ??= { text: this.#shown(), place: window.base + this.#start };
    this.#start = window.length;
  }

  /** The line from `#start` to `end` is whole. */
  #finish(end: number, newline: number): void {
    if (this.#cut === null && end - this.#start > MAX_LINE_BYTES) {
      this.#cut = { text: this.#shown(), place: this.#window.base + this.#start };
    }
    if (this.#cut === null) {
      const { bytes } = this.#window;
      this.#take(newline > 0 && end > this.#start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    } else {
      const where = { file: this.#file, place: this.#cut.place, line: this.#line };
      this.#events.unreadable(where, `line is longer than ${MAX_LINE_BYTES} bytes`, this.#cut.text);
      this.#events.last = null;
      this.#cut = null;
    }
    this.#line += 1;
    this.#file.facts.lines += 1;
  }

  #shown(): string {
    return this.#window.text(this.#window.base + this.#start, SHOWN_BYTES);
  }

  #take(to: number): void {
    const { bytes, view, base } = this.#window;
    const from = this.#start;
    const header = this.#header;
    if (!header.read(bytes, view, from, to)) {
      this.#takeText(from, to);
      return;
    }
    const file = this.#file;
    const { facts } = file;
    const type = this.types.at(bytes, header.typeFrom, header.typeTo);
    const node = header.nodeTo === 0 ? null : this.#nodes.get(bytes, header.nodeFrom, header.nodeTo);
    if (node !== this.#node) this.#meet(node);
    if (this.#lookedAt < LOOKED_AT) this.#look(bytes, header.end, to);
    facts.addTime(header.time);
    type.counter.inFile += 1;
    const record = this.#events.pool.take(type, base + from, to - from, this.#line, file);
    const matters = type.matters || (type.isSyscall && this.#syscall.mayBeBpf(bytes, header.end, to));
    this.#events.add(node, header.time, header.serial, record, matters);
  }

  #takeText(from: number, to: number): void {
    const place = this.#window.base + from;
    const decoded = this.#window.text(place, to - from);
    const isMarked = this.#file.offsetOf(place) === 0 && decoded.charCodeAt(0) === BYTE_ORDER_MARK;
    const text = isMarked ? decoded.slice(1) : decoded;
    const where = { file: this.#file, place, line: this.#line };
    if (text.trim() === '') this.#events.last = null;
    else this.#text.take({ text, length: to - from, where });
  }

  #meet(node: string | null): void {
    this.#node = node;
    if (node !== null) this.#file.facts.addHost(node);
  }

  #look(bytes: Uint8Array, from: number, to: number): void {
    this.#lookedAt += 1;
    if (bytes.subarray(from, to).includes(ENRICHED)) this.#file.facts.traits.add('enriched');
  }
}

const BYTE_ORDER_MARK = 0xfeff;
