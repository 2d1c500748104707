import type { OpenGroup } from './open-group.ts';

/** Slots of the hash table at first: a power of two. It grows with the events that are open. */
const SLOTS = 64;

/** The events that are open: found by their key, and in order of time and serial. */
export class OpenGroups {
  /** By the hash of their key; those that share a slot are chained. */
  #slots = emptySlots(SLOTS);
  #earliest: OpenGroup | null = null;
  #latest: OpenGroup | null = null;
  /** Where the last one went in: the next belongs close by. */
  #inserted: OpenGroup | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get earliest(): OpenGroup | null {
    return this.#earliest;
  }

  find(node: string | null, time: number, serial: number): OpenGroup | null {
    let group = this.#slots[hashOf(time, serial) & (this.#slots.length - 1)] ?? null;
    while (group !== null && (group.serial !== serial || group.time !== time || group.node !== node)) {
      group = group.sameSlot;
    }
    return group;
  }

  insert(group: OpenGroup): void {
    this.#size += 1;
    if (this.#size > this.#slots.length) this.#growSlots();
    this.#intoSlot(group);
    let before = this.#inserted ?? this.#latest;
    while (before !== null && isBefore(group, before)) before = before.earlier;
    let after = before === null ? this.#earliest : before.later;
    while (after !== null && !isBefore(group, after)) {
      before = after;
      after = after.later;
    }
    group.earlier = before;
    group.later = after;
    if (before === null) this.#earliest = group;
    else before.later = group;
    if (after === null) this.#latest = group;
    else after.earlier = group;
    this.#inserted = group;
  }

  remove(group: OpenGroup): void {
    this.#size -= 1;
    const { earlier, later } = group;
    if (earlier === null) this.#earliest = later;
    else earlier.later = later;
    if (later === null) this.#latest = earlier;
    else later.earlier = earlier;
    if (this.#inserted === group) this.#inserted = earlier ?? later;
    this.#forget(group);
    group.earlier = null;
    group.later = null;
    group.sameSlot = null;
  }

  #intoSlot(group: OpenGroup): void {
    const slot = hashOf(group.time, group.serial) & (this.#slots.length - 1);
    group.sameSlot = this.#slots[slot] ?? null;
    this.#slots[slot] = group;
  }

  #growSlots(): void {
    const groups = this.#slots;
    this.#slots = emptySlots(2 * groups.length);
    for (const first of groups) {
      for (let group = first; group !== null; ) {
        const { sameSlot } = group;
        this.#intoSlot(group);
        group = sameSlot;
      }
    }
  }

  #forget(group: OpenGroup): void {
    const slot = hashOf(group.time, group.serial) & (this.#slots.length - 1);
    const first = this.#slots[slot] ?? null;
    if (first === group) {
      this.#slots[slot] = group.sameSlot;
      return;
    }
    for (let each = first; each !== null; each = each.sameSlot) {
      if (each.sameSlot === group) each.sameSlot = group.sameSlot;
    }
  }
}

function emptySlots(count: number): (OpenGroup | null)[] {
  return new Array<OpenGroup | null>(count).fill(null);
}

/** Of events with an equal time and serial the one that was seen first stands first. */
function isBefore(a: OpenGroup, b: OpenGroup): boolean {
  return a.time < b.time || (a.time === b.time && a.serial < b.serial);
}

/** 32 bits, spread to the low ones. Nodes are left out: they are few. */
function hashOf(time: number, serial: number): number {
  const hash = Math.imul(serial | 0, 0x9e3779b1) ^ Math.imul(time | 0, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
