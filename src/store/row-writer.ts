import { Buffer } from 'node:buffer';
import type { AuditEvent } from '../model/event.ts';
import type { Columns } from './columns.ts';
import { rowOf, type StoredEvent } from './event-row.ts';
import { markOf } from './id-table.ts';
import type { Template } from './pages/page-file.ts';
import { SegmentImage } from './pages/segment-image.ts';
import { EventScanner } from './scan/event-scanner.ts';
import type { WrittenSegment } from './segment.ts';

const NEWLINE = 0x0a;

/** Events that have their places in a segment, of which the first is `place` with this `seq`. */
export interface PlacedEvents {
  readonly columns: Columns;
  readonly place: number;
  readonly seq: number;
}

/** Rows to be copied into a table. */
export interface WrittenRows extends Pick<WrittenSegment, 'image' | 'absent'> {
  readonly events: number;
}

/**
 * Writes new events as the pages of a table. sql.js copies each text that is bound into the memory of SQLite by itself,
 * which costs more than the insert; pages go there at once.
 */
export class RowWriter {
  readonly #template: () => Template;
  #image: SegmentImage | null = null;
  readonly #scanner = new EventScanner();

  constructor(template: () => Template) {
    this.#template = template;
  }

  /** `lines` are those of the events. What is returned is used again by the next call. */
  write(lines: Uint8Array, { columns, place, seq }: PlacedEvents): WrittenRows {
    const bytes = new Uint8Array(lines.buffer, lines.byteOffset, lines.length);
    this.#image ??= new SegmentImage(this.#template());
    const image = this.#image;
    image.begin(seq);
    this.#scanner.load(bytes, true);
    for (let at = 0, next = place; at < bytes.length; next += 1) {
      const end = this.#scanner.scan(at);
      const [, , , source = 0, host = 0, head = 0] = columns.at(next);
      if (end >= 0) {
        image.add(this.#scanner, source, host, head);
        at = end;
        continue;
      }
      const after = bytes.indexOf(NEWLINE, at) + 1;
      const row = { ...parsed(bytes.subarray(at, after)), source, host, head };
      image.reserve(row, Buffer.from(row.id), markOf(row.id));
      at = after;
    }
    return { ...image.finishRows(), events: image.length };
  }
}

/** The row of the event in a line, but for the codes of its names. */
function parsed(line: Uint8Array): StoredEvent {
  const event = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8')) as AuditEvent;
  return rowOf(event, { name: () => 0, head: () => 0 });
}
