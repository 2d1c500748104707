import { EVENT_TYPES } from '../../model/event.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { idTime } from '../id-table.ts';
import { textHash } from '../text-hash.ts';
import { fourDigits, isAllPrintable } from './four-bytes.ts';
import { JsonBytes } from './json-bytes.ts';
import { Token } from './token.ts';
import { Words } from './words.ts';

const EVENT = new Token('{"event":');
const ID = new Token('{"id":"');
const TIME = new Token('","time":');
const TYPE = new Token(',"type":"');
const HOST = new Token('","host":"');
const DETAILS = new Token('","details":');
const EVIDENCE = new Token(',"evidence":[');
const FOLDED = new Token(',"foldedInto":"');
const ORIGIN = new Token('{"origin":');
const LINE = new Token(',"line":');
const OFFSET = new Token(',"offset":');
const TEXT = new Token(',"text":');
const VIA = new Token(',"via":{"file":');

const TYPES = new Words(EVENT_TYPES, '","severity":"');
const RANKS = new Words(SEVERITIES, '","source":"');

/** Longest id, source, host and head that is taken here: an index entry has to fit on a page. */
export const MAX_TEXT = 200;

/** Printable ASCII that JSON does not escape: such a text is its own packed form (text-column.ts). */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

/**
 * Reads lines that are one event exactly as `JSON.stringify` writes it, members in the order of the model, bare or as
 * `{"event":...}`, without making a string of them. What it takes has the shape that an event of a capture must have,
 * and is what parsing and writing it again would give; any other line is for JSON.parse.
 */
export class EventScanner {
  readonly #json = new JsonBytes();
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** The event, without its wrapping; then its parts, ends not included. Texts are without their quotes. */
  start = 0;
  end = 0;
  idStart = 0;
  idEnd = 0;
  /** See {@link textHash} and {@link idTime}. */
  idHash = 0;
  idTime = 0;
  time = 0;
  type = 0;
  severity = 0;
  sourceStart = 0;
  sourceEnd = 0;
  sourceHash = 0;
  hostStart = 0;
  hostEnd = 0;
  hostHash = 0;
  detailsStart = 0;
  detailsEnd = 0;
  evidenceStart = 0;
  evidenceEnd = 0;
  /** Equal where the event has no head. */
  headStart = 0;
  headEnd = 0;

  /** The bytes that the offsets are of. */
  get view(): DataView {
    return this.#view;
  }

  /** Takes the bytes that the offsets are of. They must end with a newline; `isUtf8` says whether they are valid. */
  load(bytes: Uint8Array, isUtf8: boolean): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#json.load(bytes, this.#view, isUtf8);
  }

  /** Reads the line at an offset: the offset after its newline, or -1 for one that is not taken. */
  scan(at: number): number {
    const bytes = this.#bytes;
    const inner = bytes[at + 2] === 0x65 ? EVENT.after(this.#view, at) : -1;
    this.start = inner < 0 ? at : inner;
    const end = this.#event(this.start);
    if (end < 0) return -1;
    this.end = end;
    if (inner < 0) return bytes[end] === 0x0a ? end + 1 : -1;
    return bytes[end] === 0x7d && bytes[end + 1] === 0x0a ? end + 2 : -1;
  }

  #event(at: number): number {
    const view = this.#view;
    this.idStart = ID.after(view, at);
    if (this.idStart < 0) return -1;
    this.idEnd = this.#plain(this.idStart);
    this.idHash = textHash(view, this.idStart, this.idEnd);
    this.idTime = idTime(this.#bytes, this.idStart, this.idEnd);
    const severity = TYPES.after(view, TYPE.after(view, this.#time(TIME.after(view, this.idEnd))));
    this.type = TYPES.found;
    this.sourceStart = RANKS.after(view, severity);
    this.severity = RANKS.found;
    if (this.sourceStart < 0) return -1;
    this.sourceEnd = this.#plain(this.sourceStart);
    this.sourceHash = textHash(view, this.sourceStart, this.sourceEnd);
    this.hostStart = HOST.after(view, this.sourceEnd);
    if (this.hostStart < 0) return -1;
    this.hostEnd = this.#plain(this.hostStart);
    this.hostHash = textHash(view, this.hostStart, this.hostEnd);
    this.detailsStart = DETAILS.after(view, this.hostEnd);
    if (this.detailsStart < 0) return -1;
    this.detailsEnd = this.#json.object(this.detailsStart);
    const evidence = EVIDENCE.after(view, this.detailsEnd);
    if (evidence < 0) return -1;
    this.evidenceStart = evidence - 1;
    this.evidenceEnd = this.#evidence(evidence);
    return this.evidenceEnd < 0 ? -1 : this.#head(this.evidenceEnd);
  }

  /** The end of a text of plain ASCII; a text that goes on differently is not followed by what has to follow. */
  #plain(at: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const most = Math.min(at + MAX_TEXT, bytes.length);
    let index = at;
    while (index + 4 <= most && isAllPrintable(view.getInt32(index, true))) index += 4;
    while (index < most && PLAIN[bytes[index] ?? 0] === 1) index += 1;
    return index;
  }

  /** The time, a whole number of milliseconds of at most fifteen digits, as `JSON.stringify` writes it. */
  #time(at: number): number {
    if (at < 0) return -1;
    const bytes = this.#bytes;
    const start = bytes[at] === 0x2d ? at + 1 : at;
    let end = start;
    let value = 0;
    for (let four = this.#fourDigits(end); four >= 0; four = this.#fourDigits(end)) {
      value = value * 10_000 + four;
      end += 4;
    }
    for (let digit = digitAt(bytes, end); digit >= 0; digit = digitAt(bytes, end)) {
      value = value * 10 + digit;
      end += 1;
    }
    if (end === start || end - start > 15 || (bytes[start] === 0x30 && (end > start + 1 || start > at))) return -1;
    this.time = start === at ? value : -value;
    return end;
  }

  #fourDigits(at: number): number {
    return at + 4 <= this.#bytes.length ? fourDigits(this.#view.getInt32(at, true)) : -1;
  }

  /** The pieces of evidence from after the opening bracket to after the closing one. */
  #evidence(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at] === 0x5d) return at + 1;
    for (let index = at; ; index += 1) {
      index = this.#piece(index);
      if (index < 0) return -1;
      if (bytes[index] === 0x5d) return index + 1;
      if (bytes[index] !== 0x2c) return -1;
    }
  }

  #piece(at: number): number {
    const view = this.#view;
    let index = ORIGIN.after(view, at);
    if (index < 0) return -1;
    index = this.#place(this.#json.string(index));
    const text = TEXT.after(view, index);
    if (text >= 0) index = this.#json.string(text);
    const via = VIA.after(view, index);
    if (via >= 0) {
      index = this.#place(this.#json.string(via));
      index = index >= 0 && this.#bytes[index] === 0x7d ? index + 1 : -1;
    }
    return index >= 0 && this.#bytes[index] === 0x7d ? index + 1 : -1;
  }

  /** A line and an offset, each if it is there. */
  #place(at: number): number {
    const line = LINE.after(this.#view, at);
    const index = line < 0 ? at : this.#json.number(line);
    const offset = OFFSET.after(this.#view, index);
    return offset < 0 ? index : this.#json.number(offset);
  }

  /** The end of the event, which may name the event that stands for it. */
  #head(at: number): number {
    const bytes = this.#bytes;
    this.headStart = at;
    this.headEnd = at;
    if (bytes[at] === 0x7d) return at + 1;
    const head = FOLDED.after(this.#view, at);
    if (head < 0) return -1;
    this.headStart = head;
    this.headEnd = this.#plain(this.headStart);
    // An empty one could not be told from none.
    if (this.headEnd === this.headStart) return -1;
    return bytes[this.headEnd] === 0x22 && bytes[this.headEnd + 1] === 0x7d ? this.headEnd + 2 : -1;
  }
}

function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] ?? 0) - 0x30;
  return digit <= 9 ? digit : -1;
}
