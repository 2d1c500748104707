/** Names held at once; hostile input has no end of them, and a name that is forgotten is only made again. */
const MAX_NAMES = 4096;

/** Slots of the hash table: a power of two. Few names are used, and of many each slot chains a few. */
const SLOTS = 512;

interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly next: Entry<T> | null;
}

/**
 * What belongs to a name that stands in a buffer of bytes, found without making a string of it: few names come again
 * and again, once a line.
 */
export class ByteNames<T> {
  readonly #make: (name: string) => T;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #slots: (Entry<T> | null)[] = new Array<Entry<T> | null>(SLOTS).fill(null);
  #size = 0;

  /** `make` is called for a name that is not held; it may be called again for one that was. */
  constructor(make: (name: string) => T) {
    this.#make = make;
  }

  /** What belongs to the name in `bytes` from `from` to `to`, exclusive. */
  get(bytes: Uint8Array, from: number, to: number): T {
    let hash = 0;
    for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    for (let entry = this.#slots[slot] ?? null; entry !== null; entry = entry.next) {
      if (isSame(entry.bytes, bytes, from, to)) return entry.value;
    }
    return this.#add(slot, bytes.slice(from, to));
  }

  #add(slot: number, bytes: Uint8Array): T {
    if (this.#size >= MAX_NAMES) {
      this.#slots.fill(null);
      this.#size = 0;
    }
    const value = this.#make(this.#decoder.decode(bytes));
    this.#slots[slot] = { bytes, value, next: this.#slots[slot] ?? null };
    this.#size += 1;
    return value;
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[from + i]) return false;
  return true;
}
