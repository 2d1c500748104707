import type { SqlRow } from './connection.ts';
import type { IdMark } from './id-table.ts';
import type { Segment } from './segment.ts';

/** A row, and where it is: the segment, and the place in it. */
export interface Found {
  readonly segment: Segment;
  readonly place: number;
  readonly row: SqlRow;
}

/** The segments of the events, oldest first. */
export class Segments {
  readonly #all: Segment[] = [];

  get all(): readonly Segment[] {
    return this.#all;
  }

  get oldest(): Segment | undefined {
    return this.#all[0];
  }

  get newest(): Segment | undefined {
    return this.#all.at(-1);
  }

  /** Bytes of their tables. */
  bytes(): number {
    return this.#all.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  add(segment: Segment): void {
    this.#all.push(segment);
  }

  /** Lets the oldest go. */
  drop(): void {
    this.#all.shift()?.close();
  }

  /** The segment that has the event with this `seq`. */
  of(seq: number): Segment | null {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#all[middle]?.newest ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    const segment = this.#all[low];
    return segment !== undefined && segment.oldest <= seq ? segment : null;
  }

  /** False when no segment has an id with this mark. */
  mayHave(hash: number, time: number): boolean {
    for (const segment of this.#all) if (segment.mayHave(hash, time)) return true;
    return false;
  }

  /** The event with this packed id. */
  find(id: string, mark: IdMark): Found | null {
    for (let index = this.#all.length - 1; index >= 0; index -= 1) {
      const segment = this.#all[index];
      const row = segment?.find(id, mark) ?? null;
      if (segment !== undefined && row !== null) return { segment, place: Number(row[0]) - segment.first, row };
    }
    return null;
  }

  close(): void {
    for (const segment of this.#all.splice(0)) segment.close();
  }
}
