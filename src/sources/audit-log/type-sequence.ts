import type { Counter, RecordType } from './record-types.ts';

/** Sequences held at once; hostile records have no end of them, and one that is forgotten is only made again. */
const MAX_SEQUENCES = 4096;

/**
 * The types of the records of an event, in their order. Events of a kind have the same ones (`SYSCALL EXECVE CWD PATH
 * PATH PROCTITLE`), so they share them, and a record that comes in only moves its event on to the next sequence.
 */
export class TypeSequence {
  /** The last type; null for no records at all. */
  readonly type: RecordType | null;
  readonly before: TypeSequence | null;
  /** Events of exactly these types that were let go and are to be counted. */
  ended = 0;
  #followers: Map<RecordType, TypeSequence> | null = null;
  /** The one that followed last, which mostly follows again. */
  #last: TypeSequence | null = null;

  constructor(type: RecordType | null, before: TypeSequence | null) {
    this.type = type;
    this.before = before;
  }

  /** The sequence with one more type, if it was there before. */
  follower(type: RecordType): TypeSequence | null {
    if (this.#last?.type === type) return this.#last;
    const follower = this.#followers?.get(type) ?? null;
    if (follower !== null) this.#last = follower;
    return follower;
  }

  add(type: RecordType): TypeSequence {
    const follower = new TypeSequence(type, this);
    this.#followers ??= new Map();
    this.#followers.set(type, follower);
    this.#last = follower;
    return follower;
  }

  /** All types, the first one first. */
  types(): RecordType[] {
    const types: RecordType[] = [];
    for (let each: TypeSequence | null = this; each !== null && each.type !== null; each = each.before) {
      types.push(each.type);
    }
    return types.reverse();
  }
}

/** The sequences of a log. */
export class TypeSequences {
  #root = new TypeSequence(null, null);
  #size = 0;

  /** The sequence with one more type; `before` is null for the first record of an event. */
  next(before: TypeSequence | null, type: RecordType): TypeSequence {
    const known = (before ?? this.#root).follower(type);
    if (known !== null) return known;
    this.#size += 1;
    if (this.#size > MAX_SEQUENCES) {
      // Events that are open keep those that they have.
      this.#root = new TypeSequence(null, null);
      this.#size = 0;
    }
    return (before ?? this.#root).add(type);
  }
}

/** The records of events that were let go, by type; the sequences that these {@link TypeSequence.ended} with begin anew. */
export function countedBy(ended: readonly TypeSequence[]): { readonly [type: string]: number } {
  const counted: Counter[] = [];
  for (const types of ended) {
    for (let each: TypeSequence | null = types; each !== null && each.type !== null; each = each.before) {
      const { counter } = each.type;
      if (counter.skipped === 0) counted.push(counter);
      counter.skipped += types.ended;
    }
    types.ended = 0;
  }
  const records = Object.fromEntries(counted.map(({ name, skipped }) => [name, skipped]));
  for (const counter of counted) counter.skipped = 0;
  return records;
}
