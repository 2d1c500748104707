import { Buffer } from 'node:buffer';
import { ByteNames } from './byte-names.ts';
import type { EventTable } from './event-table.ts';
import { markOf } from './id-table.ts';
import { ImportJournal } from './import-journal.ts';
import type { ImportedBatch, ImportLine, ImportListener, ImportResult, LineDecoder, LineTest } from './imported.ts';
import type { Template } from './pages/page-file.ts';
import { SegmentImage } from './pages/segment-image.ts';
import type { ScannedLines } from './scan/scanned-lines.ts';
import { packText } from './text-column.ts';

/** Lines about events of the segment that is being written, held until they can be compared with those. */
const MAX_HELD = 4096;

/** Takes lines that were scanned, one after the other, into segments that it writes as images. */
export class LineIntake {
  readonly #events: EventTable;
  readonly #decode: LineDecoder;
  readonly #isPlain: LineTest | null;
  readonly #listener: ImportListener;
  readonly #names: ByteNames;
  readonly #image: SegmentImage;
  readonly #journal: ImportJournal | null;
  #isWriting = false;
  /** Where the text at hand begins, lines that were taken since the last result, and the number of the next one. */
  #offset = 0;
  #lines = 0;
  #next = 1;
  #batches: ImportedBatch[] = [];
  #others: ImportLine[] = [];
  #held: { readonly line: ImportLine; readonly id: string; readonly event: string }[] = [];

  /** `isPlain` is null for lines that are taken at their word, which event stands for them included. */
  constructor(
    events: EventTable,
    template: Template,
    decode: LineDecoder,
    isPlain: LineTest | null,
    listener: ImportListener,
  ) {
    this.#events = events;
    this.#decode = decode;
    this.#isPlain = isPlain;
    this.#listener = listener;
    this.#names = new ByteNames(events.counts.names);
    this.#image = new SegmentImage(template);
    this.#journal = listener.recorded === null ? null : new ImportJournal(listener.recorded);
  }

  /** Whether there is something in an image that is not readable yet. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** The lines that come now are of a text that begins at this offset. */
  begin(offset: number): void {
    this.#offset = offset;
  }

  /** Takes the line that `line` is at, of these bytes. */
  readonly take = (bytes: Uint8Array, line: ScannedLines): void => {
    if (line.isEvent && this.#isTaken(bytes, line)) this.#takeEvent(bytes, line);
    else this.#takeSlowly(bytes, line);
    this.#next += 1;
    this.#lines += 1;
    if (this.#isWriting && this.#events.isFull(this.#image.length, this.#image.bytes)) this.seal();
  };

  /** The text is over: what was taken of it goes to the journal. */
  end(): void {
    this.#journal?.flush();
    if (this.#held.length > MAX_HELD) this.seal();
  }

  /** Counts lines that do not come. */
  passLines(lines: number): void {
    this.#next += lines;
  }

  /** What came of all lines since the last time. */
  result(): ImportResult {
    const result = { lines: this.#lines, batches: this.#batches, others: this.#others };
    this.#lines = 0;
    this.#batches = [];
    this.#others = [];
    return result;
  }

  /** Makes readable what was taken. */
  seal(): void {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    const first = this.#events.newest + 1;
    const written = this.#image.finish();
    const { length, times, types, severities } = written.columns;
    if (length > 0) {
      // Before the store takes them: it may let go of some at once, and of names that are theirs alone.
      const { names } = this.#events.counts;
      const hosts = [...new Set(written.columns.hosts.subarray(0, length))].map((code) => names.text(code));
      this.#events.adopt(written);
      this.#listener.added(length);
      this.#batches.push({ first, times, types, severities, hosts });
    }
    const held = this.#held;
    this.#held = [];
    for (const { line, id, event } of held) {
      const known = this.#events.lookup.get(id);
      if (known !== null && JSON.stringify(known) !== event) this.#others.push(line);
    }
  }

  #isTaken(bytes: Uint8Array, line: ScannedLines): boolean {
    if (this.#isPlain === null) return true;
    return line.headStart === line.headEnd && this.#isPlain(bytes, line.detailsStart, line.detailsEnd);
  }

  /** Takes an event as it stands. */
  #takeEvent(bytes: Uint8Array, line: ScannedLines): void {
    const { idStart, idEnd, idTime, idHash } = line;
    this.#open();
    const isHere = this.#image.has(idHash, idTime, bytes, idStart, idEnd);
    if (isHere || this.#events.segments.mayHave(idHash, idTime)) {
      const event = textOf(bytes, line.start, line.end);
      if (this.#isKnown(isHere, textOf(bytes, idStart, idEnd), event, bytes, line)) return;
    }
    const { headStart, headEnd } = line;
    const source = this.#names.code(bytes, line.sourceStart, line.sourceEnd, line.sourceHash);
    const host = this.#names.code(bytes, line.hostStart, line.hostEnd, line.hostHash);
    const head = headEnd === headStart ? 0 : this.#events.headCode(textOf(bytes, headStart, headEnd));
    this.#image.add(line, source, host, head);
    this.#journal?.copy(bytes, line.start, line.end);
  }

  /** Takes a line as the caller decodes it. */
  #takeSlowly(bytes: Uint8Array, line: ScannedLines): void {
    const event = this.#decode(this.#importLine(bytes, line));
    if (event === null) return;
    this.#open();
    const packed = packText(event.id);
    const id = Buffer.from(packed);
    const mark = markOf(packed);
    const row = this.#events.rowOf(event);
    const isHere = this.#image.has(mark.hash, mark.time, id, 0, id.length);
    if (isHere || this.#events.segments.mayHave(mark.hash, mark.time)) {
      if (this.#isKnown(isHere, event.id, row.line, bytes, line)) return;
    }
    this.#image.reserve(row, id, mark);
    this.#journal?.add(row.line);
  }

  /** Whether the id of a line is recorded; `event` is what comes with it now, as a line of ours. */
  #isKnown(isHere: boolean, id: string, event: string, bytes: Uint8Array, line: ScannedLines): boolean {
    if (isHere) {
      this.#held.push({ line: this.#importLine(bytes, line), id, event });
      return true;
    }
    const known = this.#events.lookup.get(id);
    if (known !== null && JSON.stringify(known) !== event) this.#others.push(this.#importLine(bytes, line));
    return known !== null;
  }

  #importLine(bytes: Uint8Array, { lineStart, lineEnd }: ScannedLines): ImportLine {
    return { line: this.#next, offset: this.#offset + lineStart, text: textOf(bytes, lineStart, lineEnd - 1) };
  }

  /** Begins a segment if none is being written. */
  #open(): void {
    if (this.#isWriting) return;
    this.#image.begin(this.#events.newest + 1);
    this.#isWriting = true;
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  // A copy: what another thread sees as well is not decoded.
  return Buffer.from(bytes.subarray(start, end)).toString('utf8');
}
