import type { Columns } from './columns.ts';

/**
 * Events of one segment in event order (time, then arrival), as their places of arrival there. An event list is made of
 * one for each segment.
 */
export class PlaceList {
  readonly #columns: Columns;
  /** `seq` of the event at place 0. */
  readonly first: number;
  #places: Uint32Array;
  #length: number;
  /** Places below were let go. */
  #floor = 0;

  constructor(columns: Columns, first: number, places: Uint32Array = new Uint32Array(0)) {
    this.#columns = columns;
    this.first = first;
    this.#places = places;
    this.#length = places.length;
  }

  get length(): number {
    return this.#length;
  }

  timeAt(index: number): number {
    return this.#columns.times[this.#places[index] ?? 0] ?? 0;
  }

  seqAt(index: number): number {
    return this.first + this.placeAt(index);
  }

  placeAt(index: number): number {
    return this.#places[index] ?? 0;
  }

  /** Adds an event where it belongs, which is mostly the end. */
  add(place: number): void {
    if (this.#length === this.#places.length) {
      const larger = new Uint32Array(Math.max(64, this.#length * 2));
      larger.set(this.#places);
      this.#places = larger;
    }
    const time = this.#columns.times[place] ?? 0;
    const at =
      this.#length === 0 || this.timeAt(this.#length - 1) < time ? this.#length : this.rank(time, this.first + place);
    this.#places.copyWithin(at + 1, at, this.#length);
    this.#places[at] = place;
    this.#length += 1;
  }

  /** How many come before the event of this time and `seq`, which need not be among them. */
  rank(time: number, seq: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.timeAt(middle);
      if (other < time || (other === time && this.seqAt(middle) < seq)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Those whose place `keeps` takes. */
  filter(keeps: (place: number) => boolean): PlaceList {
    const kept = this.#places.subarray(0, this.#length).filter(keeps);
    return new PlaceList(this.#columns, this.first, kept);
  }

  /** Those with a `seq` up to this one. */
  upTo(seq: number): PlaceList {
    if (seq >= this.first + this.#columns.length - 1) return this;
    return this.filter((place) => this.first + place <= seq);
  }

  /** Lets the places below this one go. */
  dropBelow(place: number): void {
    if (place <= this.#floor) return;
    this.#floor = place;
    this.remove((other) => other < place);
  }

  /** Takes out those that `isGone` names. */
  remove(isGone: (place: number) => boolean): void {
    let length = 0;
    for (let index = 0; index < this.#length; index += 1) {
      const place = this.#places[index] ?? 0;
      if (isGone(place)) continue;
      this.#places[length] = place;
      length += 1;
    }
    this.#length = length;
  }
}

/** The `seq` of `limit` events from the `offset`-th on, in event order, of lists whose events may lie between each other. */
export function sliceOf(lists: readonly PlaceList[], offset: number, limit: number): readonly number[] {
  const at = startOf(lists, offset);
  const seqs: number[] = [];
  while (seqs.length < limit) {
    let next = -1;
    lists.forEach((list, index) => {
      const here = at[index] ?? 0;
      if (here >= list.length) return;
      const best = lists[next];
      if (best === undefined || isBefore(list, here, best, at[next] ?? 0)) next = index;
    });
    const list = lists[next];
    if (list === undefined) break;
    seqs.push(list.seqAt(at[next] ?? 0));
    at[next] = (at[next] ?? 0) + 1;
  }
  return seqs;
}

function isBefore(a: PlaceList, aIndex: number, b: PlaceList, bIndex: number): boolean {
  const difference = a.timeAt(aIndex) - b.timeAt(bIndex);
  return difference < 0 || (difference === 0 && a.seqAt(aIndex) < b.seqAt(bIndex));
}

/** How many of each list are among the first `offset` of all: halves what is left of the longest range at a time. */
function startOf(lists: readonly PlaceList[], offset: number): number[] {
  const low = lists.map(() => 0);
  const high = lists.map((list) => Math.min(list.length, offset));
  for (;;) {
    let widest = -1;
    low.forEach((from, index) => {
      const width = (high[index] ?? 0) - from;
      if (width > 0 && width > (high[widest] ?? 0) - (low[widest] ?? 0)) widest = index;
    });
    const pivot = lists[widest];
    if (pivot === undefined) return low;
    const middle = ((low[widest] ?? 0) + (high[widest] ?? 0)) >>> 1;
    const ranks = lists.map((list) => list.rank(pivot.timeAt(middle), pivot.seqAt(middle)));
    const before = ranks.reduce((sum, rank) => sum + rank, 0);
    lists.forEach((_, index) => {
      const rank = ranks[index] ?? 0;
      if (before < offset) low[index] = Math.max(low[index] ?? 0, index === widest ? rank + 1 : rank);
      else high[index] = Math.min(high[index] ?? 0, rank);
    });
  }
}
