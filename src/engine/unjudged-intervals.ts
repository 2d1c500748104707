/** Intervals whose size is remembered after they were judged. More are only judged more often than they need be. */
const MAX_REMEMBERED = 10_000;

/**
 * The detection intervals, by their ends, that hold events which no judgement has seen yet.
 *
 * A clock that is set back leads through the same intervals again, maybe with every record (two hosts in one log whose
 * clocks differ by years). An interval is then judged again only once it has doubled, or when the input is over: so an
 * event is looked at a bounded number of times, however often the clock jumps.
 */
export class UnjudgedIntervals {
  /** New events by interval. */
  #ahead = new Map<number, number>();
  /** The same of intervals that were left before they were worth another judgement. */
  readonly #left = new Map<number, number>();
  /** Events that an interval held when it was judged, the earliest judgement first. */
  readonly #judged = new Map<number, number>();

  /** Notes that an interval has one event more. */
  note(end: number): void {
    this.#ahead.set(end, (this.#ahead.get(end) ?? 0) + 1);
  }

  /** The earliest interval with new events; infinite when there is none. */
  get first(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const end of this.#ahead.keys()) if (end < first) first = end;
    return first;
  }

  /** Intervals with new events, earliest first. */
  get ends(): readonly number[] {
    return [...this.#ahead.keys()].sort((a, b) => a - b);
  }

  /** Whether an interval is to be judged: for the first time, or because it has doubled. */
  isDue(end: number): boolean {
    const before = this.#judged.get(end);
    return before === undefined || this.#newIn(end) > Math.max(0, before - 1);
  }

  /** An interval was judged when it held so many events. */
  judged(end: number, events: number): void {
    this.#ahead.delete(end);
    this.#left.delete(end);
    this.#judged.delete(end);
    this.#judged.set(end, events);
    if (this.#judged.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#judged.keys()) {
      this.#judged.delete(oldest);
      return;
    }
  }

  /** An interval is over that was not worth another judgement: its new events wait for more of them. */
  leave(end: number): void {
    const events = this.#newIn(end);
    this.#ahead.delete(end);
    if (events > 0) this.#left.set(end, events);
  }

  /** The input is over: gives the intervals that were left with new events, earliest first, and remembers none. */
  takeLeft(): readonly number[] {
    const ends = [...this.#left.keys()].sort((a, b) => a - b);
    this.#left.clear();
    this.#judged.clear();
    return ends;
  }

  #newIn(end: number): number {
    return (this.#ahead.get(end) ?? 0) + (this.#left.get(end) ?? 0);
  }
}
