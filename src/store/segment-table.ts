import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SqlJsStatic } from 'sql.js';
import type { Columns } from './columns.ts';
import { Connection } from './connection.ts';
import { EVENT_COLUMNS, type StoredEvent, valuesOf } from './event-row.ts';
import type { CompressibleTable, OpenTables } from './open-tables.ts';
import type { RowWriter } from './row-writer.ts';

const INSERT = `INSERT INTO event (${EVENT_COLUMNS}) VALUES (?, ?, ?, ?)`;

/** Bytes of lines that go into the table at once. */
const PIECE = 2 ** 20;

/** On events, level 2 of zlib takes half the time of level 3 and gives 7 % more bytes; higher levels gain little more. */
const LEVEL = 2;

/** Events that have their place in a segment, but are not in its image. */
export type AbsentEvents = readonly { readonly place: number; readonly row: StoredEvent }[];

/** What the tables of segments are made with. */
export interface TableTools {
  readonly sqlite: SqlJsStatic;
  readonly rows: RowWriter;
  /** Bytes of new events that may wait to go into the table together, until somebody asks for one. */
  readonly heldBytes: number;
  readonly openTables: OpenTables;
}

/** Lines that are not in the table yet. */
interface HeldLines {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

/**
 * The rows of a segment. They are in one of three forms: the image that was written, until a row is asked for; an open
 * database; or a compressed image, which a read or a change opens again. New events wait as their lines: many go into
 * the table for much less than one by one, and where only counts are asked for, none ever has to.
 */
export class SegmentTable implements CompressibleTable {
  readonly #tools: TableTools;
  readonly #columns: Columns;
  /** `seq` of the event at place 0. */
  readonly #first: number;
  #image: Uint8Array | null;
  #opened: Connection | null = null;
  /** What was compressed last, while nothing has changed since. */
  #compressed: Uint8Array | null = null;
  /** Events that are in the table, or were; the lines of all others, and the bytes of those that are not compressed. */
  #inTable: number;
  #held: HeldLines[] = [];
  #heldBytes = 0;
  /** Bytes of the table; negative when they have to be asked for. */
  #tableBytes: number;

  constructor(tools: TableTools, columns: Columns, first: number, image: Uint8Array | null) {
    this.#tools = tools;
    this.#columns = columns;
    this.#first = first;
    this.#image = image;
    this.#inTable = columns.length;
    this.#tableBytes = image?.length ?? 0;
    tools.openTables.used(this);
  }

  /** The database, with all events in it. Throws when they do not fit; they go on waiting then. */
  get connection(): Connection {
    const connection = this.#open();
    this.#insertHeld(connection);
    return connection;
  }

  /** Bytes of memory that it takes. */
  get bytes(): number {
    const lines = this.#held.reduce((sum, { bytes, isCompressed }) => sum + (isCompressed ? bytes.length : 0), 0);
    return this.openBytes + (this.#compressed?.length ?? 0) + lines;
  }

  get openBytes(): number {
    if (this.#tableBytes < 0) this.#tableBytes = this.#opened?.bytes() ?? 0;
    return this.#tableBytes + this.#heldBytes;
  }

  /** Takes the lines of the events that the columns got last. */
  hold(lines: Uint8Array): void {
    this.#held.push({ bytes: lines, isCompressed: false });
    this.#heldBytes += lines.length;
    if (this.#heldBytes >= this.#tools.heldBytes) this.#insertHeld(this.#open());
    else this.#tools.openTables.used(this);
  }

  /** Copies the events of an image, of which the first has the next place here, all or (when it throws) none. */
  copy(image: Uint8Array, absent: AbsentEvents): void {
    this.#copy(this.connection, image, this.#inTable, absent);
  }

  /** Takes what was copied or inserted for events that the columns have now. */
  noteInserted(): void {
    this.#inTable = this.#columns.length;
  }

  /** Adds rows for places that have none. */
  insert(events: AbsentEvents): void {
    this.change((connection) => this.#insert(connection, events));
  }

  /** Changes rows. */
  change(work: (connection: Connection) => void): void {
    const { connection } = this;
    this.#changed();
    work(connection);
  }

  /** Lines are compressed as they are: where nobody asks for a row, there is never a table. */
  compress(): void {
    if (this.#compressed === null && this.#opened !== null) this.#image = this.#opened.image();
    this.#opened?.close();
    this.#opened = null;
    if (this.#image !== null) this.#compressed ??= compressed(this.#image);
    this.#image = null;
    this.#tableBytes = 0;
    const held: HeldLines[] = [];
    for (let rest = this.#held; rest.length > 0; ) {
      const { lines, count } = firstPiece(rest);
      held.push({ bytes: compressed(lines), isCompressed: true });
      rest = rest.slice(count);
    }
    this.#held = held;
    this.#heldBytes = 0;
  }

  close(): void {
    this.#tools.openTables.closed(this);
    this.#opened?.close();
  }

  #open(): Connection {
    if (this.#opened === null) {
      const image = this.#compressed === null ? this.#image : inflateRawSync(this.#compressed);
      this.#opened = new Connection(this.#tools.sqlite, image);
      this.#image = null;
      this.#tableBytes = -1;
    }
    this.#tools.openTables.used(this);
    return this.#opened;
  }

  /** Puts what waits into the table, piece by piece: a piece is held several times over while it goes in. */
  #insertHeld(connection: Connection): void {
    while (this.#held.length > 0) {
      const place = this.#inTable;
      const { lines, count, openBytes } = firstPiece(this.#held);
      const placed = { columns: this.#columns, place, seq: this.#first + place };
      const { image, absent, events } = this.#tools.rows.write(lines, placed);
      this.#copy(connection, image, place, absent);
      this.#held.splice(0, count);
      this.#inTable += events;
      this.#heldBytes -= openBytes;
    }
  }

  #copy(connection: Connection, image: Uint8Array, place: number, absent: AbsentEvents): void {
    const here = absent.map((event) => ({ ...event, place: place + event.place }));
    this.#changed();
    connection.copyFrom(image, () => this.#insert(connection, here));
  }

  #insert(connection: Connection, events: AbsentEvents): void {
    for (const { place, row } of events) connection.run(INSERT, valuesOf(row, this.#first + place));
  }

  /** Notes that the table is about to differ from what was compressed of it. */
  #changed(): void {
    this.#compressed = null;
    this.#tableBytes = -1;
  }
}

/** The first of some lines, not compressed and in one piece; of how many entries they are; the bytes of those not compressed. */
function firstPiece(held: readonly HeldLines[]): { lines: Uint8Array; count: number; openBytes: number } {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let openBytes = 0;
  for (const each of held) {
    if (bytes >= PIECE) break;
    const part = each.isCompressed ? inflateRawSync(each.bytes) : each.bytes;
    parts.push(part);
    bytes += part.length;
    if (!each.isCompressed) openBytes += part.length;
  }
  return { lines: Buffer.concat(parts), count: parts.length, openBytes };
}

function compressed(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: LEVEL });
}
