import { Buffer } from 'node:buffer';
import { textHash } from './text-hash.ts';

/** Greatest load of the table: above it, it is made anew with twice the slots. */
const MAX_LOAD = 0.5;

/** Ids that are compared one by one rather than by the table. */
const FEW = 16;

/** An id as far as it is compared at first: {@link textHash} and {@link idTime}. */
export interface IdMark {
  readonly hash: number;
  readonly time: number;
}

/**
 * Which ids a segment surely does not hold, without asking SQLite: a hash table of their marks. Ids of our own begin
 * with the time of the event, so most segments are ruled out by their range alone.
 */
export class IdTable {
  #hashes: Int32Array;
  /** Open addressing; a place of arrival plus one, 0 for free. */
  #slots = new Int32Array(0);
  #count = 0;
  /** How many are in the slots: ids that come in order of time are told apart by it, and need not be there. */
  #linked = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #hash = 0;
  #slot = 0;
  /**
   * While ids come in order of time: the place of the first one of the last time, and up to which of them was looked.
   * Most ids that are asked for are later than all, or as late as a few.
   */
  #isOrdered = true;
  #latest = 0;
  #looked = -1;

  /** `size` is how many ids it has room for at first, a power of two. */
  constructor(size = 1024) {
    this.#hashes = new Int32Array(size);
  }

  /** How many it has room for now. */
  get size(): number {
    return this.#hashes.length;
  }

  /** Adds the id of the next event to arrive. */
  add(hash: number, time: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hash;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) {
      this.#last = time;
      this.#latest = this.#count;
    } else if (time < this.#last) this.#isOrdered = false;
    this.#count += 1;
  }

  /** The place of arrival of the first event whose id may be the one of this hash and time; -1 when there is none. */
  first(hash: number, time: number): number {
    if (time < this.#first || time > this.#last) return -1;
    if (this.#isOrdered && time === this.#last && this.#count - this.#latest <= FEW) {
      this.#hash = hash;
      this.#looked = this.#latest - 1;
      return this.#look();
    }
    this.#looked = -1;
    while (this.#linked < this.#count) this.#link();
    this.#hash = hash;
    this.#slot = hash & (this.#slots.length - 1);
    return this.#probe();
  }

  /** The next one after {@link IdTable.first}. */
  next(): number {
    if (this.#looked >= 0) return this.#look();
    this.#slot = (this.#slot + 1) & (this.#slots.length - 1);
    return this.#probe();
  }

  /** The hash of the id at a place of arrival. */
  hashAt(place: number): number {
    return this.#hashes[place] ?? 0;
  }

  #look(): number {
    do this.#looked += 1;
    while (this.#looked < this.#count && this.#hashes[this.#looked] !== this.#hash);
    return this.#looked < this.#count ? this.#looked : -1;
  }

  #probe(): number {
    const mask = this.#slots.length - 1;
    for (; ; this.#slot = (this.#slot + 1) & mask) {
      const place = (this.#slots[this.#slot] ?? 0) - 1;
      if (place < 0 || this.#hashes[place] === this.#hash) return place;
    }
  }

  /** Enters the next id into the table. */
  #link(): void {
    if (this.#linked + 1 > this.#slots.length * MAX_LOAD) this.#growSlots();
    this.#enter(this.#linked);
    this.#linked += 1;
  }

  #enter(place: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[place] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#hashes.length / MAX_LOAD);
    for (let place = 0; place < this.#linked; place += 1) this.#enter(place);
  }
}

/** The time of a UUIDv7 (RFC 9562, section 5.7: its first 48 bits) in lower case, ms; -1 for any other text. */
export function idTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 36 || bytes[start + 8] !== 0x2d) return -1;
  let digits = 0;
  let high = 0;
  for (let index = start; index < start + 8; index += 1) {
    const digit = HEX[bytes[index] ?? 0] ?? 0;
    digits |= digit;
    high = (high << 4) | digit;
  }
  let low = 0;
  for (let index = start + 9; index < start + 13; index += 1) {
    const digit = HEX[bytes[index] ?? 0] ?? 0;
    digits |= digit;
    low = (low << 4) | digit;
  }
  return digits > 15 ? -1 : (high >>> 0) * 0x10000 + low;
}

/** Lower case only: in one spelling, equal ids have equal times. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte));
  return digit < 0 ? 16 : digit;
});

/** {@link textHash} and {@link idTime} of a packed id. */
export function markOf(id: string): IdMark {
  const bytes = Buffer.from(id);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { hash: textHash(view, 0, bytes.length), time: idTime(bytes, 0, bytes.length) };
}
