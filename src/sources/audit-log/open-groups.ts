import type { OpenGroup } from './open-group.ts';

/** The events that are open: found by their key, and in order of time and serial. */
export class OpenGroups {
  #byHash = new Map<number, OpenGroup>();
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
    let group = this.#byHash.get(hashOf(time, serial)) ?? null;
    while (group !== null && (group.serial !== serial || group.time !== time || group.node !== node)) {
      group = group.sameHash;
    }
    return group;
  }

  insert(group: OpenGroup): void {
    const hash = hashOf(group.time, group.serial);
    group.sameHash = this.#byHash.get(hash) ?? null;
    this.#byHash.set(hash, group);
    this.#size += 1;
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
    group.sameHash = null;
  }

  #forget(group: OpenGroup): void {
    const hash = hashOf(group.time, group.serial);
    const first = this.#byHash.get(hash);
    if (first === group) {
      if (group.sameHash === null) this.#byHash.delete(hash);
      else this.#byHash.set(hash, group.sameHash);
      return;
    }
    for (let each = first ?? null; each !== null; each = each.sameHash) {
      if (each.sameHash === group) each.sameHash = group.sameHash;
    }
  }
}

/** Of events with an equal time and serial the one that was seen first stands first. */
function isBefore(a: OpenGroup, b: OpenGroup): boolean {
  return a.time < b.time || (a.time === b.time && a.serial < b.serial);
}

/** 32 bits, so that it is a small number to the runtime. Nodes are left out: they are few. */
function hashOf(time: number, serial: number): number {
  return Math.imul(serial | 0, 0x9e3779b1) ^ (time | 0);
}
