import type { EventScanner } from './event-scanner.ts';

/** An event that was found in bytes: its codes, where its parts lie there (ends not included), and hashes of its texts. */
export interface ScannedEvent {
  /** The bytes that the offsets are of. */
  readonly view: DataView;
  readonly time: number;
  /** Places in EVENT_TYPES and SEVERITIES. */
  readonly type: number;
  readonly severity: number;
  readonly idStart: number;
  readonly idEnd: number;
  /** See `textHash` (text-hash.ts) and `idTime` (id-table.ts). */
  readonly idHash: number;
  readonly idTime: number;
  readonly detailsStart: number;
  readonly detailsEnd: number;
  readonly evidenceStart: number;
  readonly evidenceEnd: number;
}

const NEWLINE = 0x0a;

/** What is noted of each line as whole numbers, in this order. */
const AT = {
  lineStart: 0,
  lineEnd: 1,
  isEvent: 2,
  start: 3,
  end: 4,
  type: 5,
  severity: 6,
  idStart: 7,
  idEnd: 8,
  idHash: 9,
  sourceStart: 10,
  sourceEnd: 11,
  sourceHash: 12,
  hostStart: 13,
  hostEnd: 14,
  hostHash: 15,
  detailsStart: 16,
  detailsEnd: 17,
  evidenceStart: 18,
  evidenceEnd: 19,
  headStart: 20,
  headEnd: 21,
} as const;

const WHOLE = Object.keys(AT).length;

/** And as other numbers: the time, and that of the id. */
const OTHER = 2;

const LINE_BYTES = WHOLE * Int32Array.BYTES_PER_ELEMENT + OTHER * Float64Array.BYTES_PER_ELEMENT;

/** Bytes of text for which there is room for one line: shorter ones than of events are few. */
const TEXT_BYTES = 96;

/**
 * What a scanner found in the lines of a text, in memory that may be another thread's too. Its getters are those of the
 * line that {@link ScannedLines.go} went to.
 */
export class ScannedLines implements ScannedEvent {
  readonly #whole: Int32Array;
  readonly #other: Float64Array;
  readonly #room: number;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #line = 0;
  #at = 0;

  /** Bytes of memory for what is found in a text of so many; a multiple of eight. */
  static bytesFor(text: number): number {
    return Math.ceil(text / TEXT_BYTES) * LINE_BYTES;
  }

  /** `offset` is a multiple of eight. */
  constructor(memory: ArrayBufferLike, offset: number, bytes: number) {
    this.#room = Math.floor(bytes / LINE_BYTES);
    this.#other = new Float64Array(memory, offset, this.#room * OTHER);
    this.#whole = new Int32Array(memory, offset + this.#other.byteLength, this.#room * WHOLE);
  }

  /** Takes the bytes that the offsets are of. */
  load(view: DataView): void {
    this.#view = view;
  }

  /**
   * Notes the lines of a text of `length` bytes that was loaded into the scanner, from an offset on: how many they are.
   * There may be no room for the last ones; `end` of the last that is there says from where to go on.
   */
  fill(scanner: EventScanner, bytes: Uint8Array, from: number): number {
    const whole = this.#whole;
    const other = this.#other;
    let lines = 0;
    for (let at = from; at < bytes.length && lines < this.#room; lines += 1) {
      const next = scanner.scan(at);
      const end = next < 0 ? bytes.indexOf(NEWLINE, at) + 1 : next;
      const to = lines * WHOLE;
      whole[to + AT.lineStart] = at;
      whole[to + AT.lineEnd] = end;
      whole[to + AT.isEvent] = next < 0 ? 0 : 1;
      at = end;
      if (next < 0) continue;
      other[lines * OTHER] = scanner.time;
      other[lines * OTHER + 1] = scanner.idTime;
      whole[to + AT.start] = scanner.start;
      whole[to + AT.end] = scanner.end;
      whole[to + AT.type] = scanner.type;
      whole[to + AT.severity] = scanner.severity;
      whole[to + AT.idStart] = scanner.idStart;
      whole[to + AT.idEnd] = scanner.idEnd;
      whole[to + AT.idHash] = scanner.idHash;
      whole[to + AT.sourceStart] = scanner.sourceStart;
      whole[to + AT.sourceEnd] = scanner.sourceEnd;
      whole[to + AT.sourceHash] = scanner.sourceHash;
      whole[to + AT.hostStart] = scanner.hostStart;
      whole[to + AT.hostEnd] = scanner.hostEnd;
      whole[to + AT.hostHash] = scanner.hostHash;
      whole[to + AT.detailsStart] = scanner.detailsStart;
      whole[to + AT.detailsEnd] = scanner.detailsEnd;
      whole[to + AT.evidenceStart] = scanner.evidenceStart;
      whole[to + AT.evidenceEnd] = scanner.evidenceEnd;
      whole[to + AT.headStart] = scanner.headStart;
      whole[to + AT.headEnd] = scanner.headEnd;
    }
    return lines;
  }

  /** Goes to a line that was noted, counted from 0. */
  go(line: number): void {
    this.#line = line;
    this.#at = line * WHOLE;
  }

  /** Whether it is an event that the scanner took; all but its place is left from another line where it is not. */
  get isEvent(): boolean {
    return this.#whole[this.#at + AT.isEvent] === 1;
  }

  get time(): number {
    return this.#other[this.#line * OTHER] ?? 0;
  }

  get idTime(): number {
    return this.#other[this.#line * OTHER + 1] ?? 0;
  }

  get view(): DataView {
    return this.#view;
  }

  /** Where the line begins, and the next one. */
  get lineStart(): number {
    return this.#whole[this.#at + AT.lineStart] ?? 0;
  }

  get lineEnd(): number {
    return this.#whole[this.#at + AT.lineEnd] ?? 0;
  }

  /** The event, without its wrapping. */
  get start(): number {
    return this.#whole[this.#at + AT.start] ?? 0;
  }

  get end(): number {
    return this.#whole[this.#at + AT.end] ?? 0;
  }

  get type(): number {
    return this.#whole[this.#at + AT.type] ?? 0;
  }

  get severity(): number {
    return this.#whole[this.#at + AT.severity] ?? 0;
  }

  get idStart(): number {
    return this.#whole[this.#at + AT.idStart] ?? 0;
  }

  get idEnd(): number {
    return this.#whole[this.#at + AT.idEnd] ?? 0;
  }

  get idHash(): number {
    return this.#whole[this.#at + AT.idHash] ?? 0;
  }

  get sourceStart(): number {
    return this.#whole[this.#at + AT.sourceStart] ?? 0;
  }

  get sourceEnd(): number {
    return this.#whole[this.#at + AT.sourceEnd] ?? 0;
  }

  get sourceHash(): number {
    return this.#whole[this.#at + AT.sourceHash] ?? 0;
  }

  get hostStart(): number {
    return this.#whole[this.#at + AT.hostStart] ?? 0;
  }

  get hostEnd(): number {
    return this.#whole[this.#at + AT.hostEnd] ?? 0;
  }

  get hostHash(): number {
    return this.#whole[this.#at + AT.hostHash] ?? 0;
  }

  get detailsStart(): number {
    return this.#whole[this.#at + AT.detailsStart] ?? 0;
  }

  get detailsEnd(): number {
    return this.#whole[this.#at + AT.detailsEnd] ?? 0;
  }

  get evidenceStart(): number {
    return this.#whole[this.#at + AT.evidenceStart] ?? 0;
  }

  get evidenceEnd(): number {
    return this.#whole[this.#at + AT.evidenceEnd] ?? 0;
  }

  get headStart(): number {
    return this.#whole[this.#at + AT.headStart] ?? 0;
  }

  get headEnd(): number {
    return this.#whole[this.#at + AT.headEnd] ?? 0;
  }
}
