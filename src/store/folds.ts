/** An event that others are folded into, by its id. */
interface Fold {
  readonly code: number;
  readonly id: string;
  /** Events in the store that name it. */
  members: number;
  /** `seq` of the event when it is in the store and stands for others; else those show themselves. */
  head: number | null;
}

/**
 * Which events stand for others (`foldedInto`), kept as events come and go. An event that is itself folded stands for
 * nobody: in a circle of events that name each other, all would be hidden.
 */
export class Folds {
  readonly #byId = new Map<string, Fold>();
  readonly #byCode = new Map<number, Fold>();
  readonly #byHead = new Map<number, Fold>();
  #next = 1;
  #changes = 0;

  /** Grows whenever an event begins or ceases to stand for others. */
  get changes(): number {
    return this.#changes;
  }

  /** The number of an id that an event is folded into; `find` gives the `seq` of that event if it can stand for others. */
  code(id: string, find: (id: string) => number | null): number {
    const known = this.#byId.get(id);
    if (known !== undefined) return known.code;
    const fold: Fold = { code: this.#next, id, members: 0, head: null };
    this.#next += 1;
    this.#byId.set(id, fold);
    this.#byCode.set(fold.code, fold);
    const head = find(id);
    if (head !== null) this.#stand(fold, head);
    return fold.code;
  }

  /** The id that a code means. */
  id(code: unknown): string {
    const fold = typeof code === 'number' ? this.#byCode.get(code) : undefined;
    if (fold === undefined) throw new RangeError(`no event has the fold ${String(code)}`);
    return fold.id;
  }

  /** Whether events with this code are left out of a folded list; 0 is the code of those that name no other. */
  isHidden(code: number): boolean {
    return code !== 0 && (this.#byCode.get(code)?.head ?? null) !== null;
  }

  /** How many events the one with this id and `seq` stands for beside itself. */
  stands(id: string, seq: number): number {
    const fold = this.#byId.get(id);
    return fold?.head === seq ? fold.members : 0;
  }

  /** Whether a folded list leaves out any event. */
  get hidesSome(): boolean {
    return this.#byHead.size > 0;
  }

  /** Takes note of an event that came and is not folded itself. */
  came(id: string, seq: number): void {
    if (this.#byId.size === 0) return;
    const fold = this.#byId.get(id);
    if (fold !== undefined && fold.head === null) this.#stand(fold, seq);
  }

  /** Looks for the heads that were not in the store: many events came at once. */
  seek(find: (id: string) => number | null): void {
    for (const fold of this.#byId.values()) {
      const head = fold.head === null ? find(fold.id) : null;
      if (head !== null) this.#stand(fold, head);
    }
  }

  /** Takes note that the event with this `seq` is gone. */
  went(seq: number): void {
    const fold = this.#byHead.get(seq);
    if (fold === undefined) return;
    fold.head = null;
    this.#byHead.delete(seq);
    this.#changes += 1;
  }

  /** Counts events with this code; one that no event names any more is forgotten. */
  count(code: number, change: number): void {
    const fold = this.#byCode.get(code);
    if (fold === undefined) return;
    fold.members += change;
    if (fold.members > 0) return;
    this.#byId.delete(fold.id);
    this.#byCode.delete(code);
    if (fold.head !== null) this.#byHead.delete(fold.head);
  }

  #stand(fold: Fold, head: number): void {
    fold.head = head;
    this.#byHead.set(head, fold);
    this.#changes += 1;
  }
}
