import { Buffer } from 'node:buffer';

/** The two numbers of FNV-1a for 32 bits (isthe.com/chongo/tech/comp/fnv). */
const FNV_START = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Greatest load of the table: above it, it is made anew with twice the slots. */
const MAX_LOAD = 0.5;

/** An id as far as it is compared at first: {@link idHash} and {@link idTime}. */
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
    this.#count += 1;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
  }

  /** The place of arrival of the first event whose id may be the one of this hash and time; -1 when there is none. */
  first(hash: number, time: number): number {
    if (time < this.#first || time > this.#last) return -1;
    while (this.#linked < this.#count) this.#link();
    this.#hash = hash;
    this.#slot = hash & (this.#slots.length - 1);
    return this.#probe();
  }

  /** The next one after {@link IdTable.first}. */
  next(): number {
    this.#slot = (this.#slot + 1) & (this.#slots.length - 1);
    return this.#probe();
  }

  /** The hash of the id at a place of arrival. */
  hashAt(place: number): number {
    return this.#hashes[place] ?? 0;
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

/** A hash of an id in its packed form, as bytes (FNV-1a, its high bits mixed in, as the low ones choose the slot). */
export function idHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_START;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), FNV_PRIME);
  return hash ^ (hash >>> 15);
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

/** How a UUID begins that has a time. */
const UUID_START = /^[0-9a-f]{8}-[0-9a-f]{4}/;

/** {@link idHash} and {@link idTime} of a packed id. */
export function markOf(id: string): IdMark {
  let hash = FNV_START;
  for (let index = 0; index < id.length; index += 1) {
    const unit = id.charCodeAt(index);
    if (unit >= 0x80) {
      const bytes = Buffer.from(id);
      return { hash: idHash(bytes, 0, bytes.length), time: idTime(bytes, 0, bytes.length) };
    }
    hash = Math.imul(hash ^ unit, FNV_PRIME);
  }
  const isUuid = id.length === 36 && UUID_START.test(id);
  const time = isUuid ? Number.parseInt(id.slice(0, 8), 16) * 0x10000 + Number.parseInt(id.slice(9, 13), 16) : -1;
  return { hash: hash ^ (hash >>> 15), time };
}
