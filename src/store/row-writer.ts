import { Buffer } from 'node:buffer';
import type { StoredEvent } from './event-row.ts';
import type { IdMark } from './id-table.ts';
import type { Template } from './pages/page-file.ts';
import { SegmentImage } from './pages/segment-image.ts';
import { EventScanner } from './scan/event-scanner.ts';
import type { WrittenSegment } from './segment.ts';

const NEWLINE = 0x0a;

/**
 * Writes a batch of new events as the pages of a table. sql.js copies each text that is bound into the memory of
 * SQLite by itself, which costs more than the insert; pages go there at once.
 */
export class RowWriter {
  readonly #image: SegmentImage;
  readonly #scanner = new EventScanner();

  constructor(template: Template) {
    this.#image = new SegmentImage(template);
  }

  /** `lines` are those of the rows, `first` is the `seq` of the first. What is returned is used again by the next call. */
  write(
    lines: Uint8Array,
    rows: readonly StoredEvent[],
    marks: readonly IdMark[],
    first: number,
  ): Omit<WrittenSegment, 'order'> {
    const bytes = new Uint8Array(lines.buffer, lines.byteOffset, lines.length);
    this.#image.begin(first);
    this.#scanner.load(bytes, true);
    let at = 0;
    rows.forEach((row, index) => {
      const mark = marks[index] ?? { hash: 0, time: -1 };
      const end = this.#scanner.scan(at);
      if (end < 0) this.#image.reserve(row, Buffer.from(row.id), mark);
      else this.#image.add(bytes, this.#scanner, mark.hash, row.source, row.host, row.head);
      at = end < 0 ? bytes.indexOf(NEWLINE, at) + 1 : end;
    });
    return this.#image.finishRows();
  }
}
