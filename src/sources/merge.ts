import { type Observation, type Source, SourceError } from '../model/observation.ts';
import { reasonOf } from '../text/system-error.ts';
import { totalProgress } from './progress.ts';

/** Observations given at once by a merge of several sources. */
const BATCH = 1024;

/** One source's observations, one at a time. */
class Cursor {
  readonly #name: string;
  readonly #iterator: AsyncIterator<readonly Observation[]>;
  #batch: readonly Observation[] = [];
  #at = 0;

  constructor(source: Source, signal: AbortSignal) {
    this.#name = source.name;
    this.#iterator = source.observations(signal)[Symbol.asyncIterator]();
  }

  /** The next observation without taking it; undefined when a batch must be fetched first. */
  get head(): Observation | undefined {
    return this.#batch[this.#at];
  }

  take(): void {
    this.#at += 1;
  }

  /** Fetches until there is a head; false at the end. A source that fails ends with an unreadable that says why. */
  async fill(): Promise<boolean> {
    while (this.head === undefined) {
      const next = await this.#next();
      if (next === null) return false;
      this.#batch = next;
      this.#at = 0;
    }
    return true;
  }

  async #next(): Promise<readonly Observation[] | null> {
    try {
      const next = await this.#iterator.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return [failed(this.#name, reasonOf(error.cause ?? error))];
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

function failed(file: string, reason: string): Observation {
  return { kind: 'unreadable', time: null, unreadable: { at: { file }, reason, text: '' } };
}

/**
 * One source of several that were recorded: by time, the order within each being kept; what has no time is given at
 * once. A source that fails is an unreadable, and the others go on. Equal times come in the order of `sources`, but audit events of one millisecond by serial.
 */
export function mergeByTime(name: string, sources: readonly Source[]): Source {
  const only = sources[0];
  if (sources.length === 1 && only !== undefined) return { ...only, name };
  return {
    name,
    progress: () => totalProgress(name, sources),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      let cursors = sources.map((source) => new Cursor(source, signal));
      const all = cursors;
      let batch: Observation[] = [];
      try {
        for (const cursor of all) if (!(await cursor.fill())) cursors = cursors.filter((each) => each !== cursor);
        while (cursors.length > 0 && !signal.aborted) {
          const { first, goesFirst } = earliest(cursors);
          // The earliest goes on until another is earlier: one comparison an observation instead of one per source.
          for (;;) {
            const head = first.head;
            if (head === undefined) {
              if (await first.fill()) continue;
              cursors = cursors.filter((cursor) => cursor !== first);
              break;
            }
            if (head.time !== null && !goesFirst(head)) break;
            batch.push(head);
            first.take();
            if (batch.length >= BATCH) {
              yield batch;
              batch = [];
            }
          }
        }
        if (batch.length > 0) yield batch;
      } finally {
        for (const cursor of all) await cursor.close();
      }
    },
  };
}

interface Earliest {
  readonly first: Cursor;
  /** Whether this observation of `first` still comes before the next of every other source. */
  readonly goesFirst: (head: Observation) => boolean;
}

/** The source that comes next. `cursors` must not be empty. */
function earliest(cursors: readonly Cursor[]): Earliest {
  let least = 0;
  let second = -1;
  for (let index = 1; index < cursors.length; index += 1) {
    if (isBefore(cursors[index]?.head, cursors[least]?.head)) {
      second = least;
      least = index;
    } else if (second === -1 || isBefore(cursors[index]?.head, cursors[second]?.head)) {
      second = index;
    }
  }
  const first = cursors[least];
  if (first === undefined) throw new RangeError('no source to merge');
  const rival = cursors[second]?.head;
  // Of equal ones the source that stands first goes first.
  return {
    first,
    goesFirst: (head) => (least < second ? !isBefore(rival, head) : second === -1 || isBefore(head, rival)),
  };
}

/** By time, none being before all; audit events of one millisecond by their serial, for logs that were rotated. */
function isBefore(a: Observation | undefined, b: Observation | undefined): boolean {
  const [timeA, timeB] = [a?.time ?? Number.NEGATIVE_INFINITY, b?.time ?? Number.NEGATIVE_INFINITY];
  if (timeA !== timeB) return timeA < timeB;
  return a?.kind === 'audit' && b?.kind === 'audit' && a.group.serial < b.group.serial;
}

/**
 * One source of several that are live: in order of arrival. The first source is the one that looks at the kernel:
 * until its first snapshot the others wait (they have begun, and lose nothing), because that snapshot says who we
 * are, and only then can records of our own looking be told from the host's. A source that fails while others go on
 * is an unreadable that names it; when none is left, the first failure is thrown.
 */
export function mergeLive(name: string, sources: readonly Source[]): Source {
  return {
    name,
    progress: () => totalProgress(name, sources),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      const arrivals = new Arrivals();
      const feeds = sources.map((source) => new Feed(source, signal, arrivals));
      const leader = feeds[0];
      let introduced = false;
      let failure: SourceError | null = null;
      let running = feeds;
      try {
        while (running.length > 0) {
          const waiting: readonly Feed[] =
            !introduced && leader !== undefined && running.includes(leader) ? [leader] : running;
          const { feed, batch, error } = await arrivals.next(waiting);
          if (batch !== null) {
            introduced ||= batch.some((observation) => observation.kind === 'snapshot');
            feed.advance();
            yield batch;
            continue;
          }
          running = running.filter((each) => each !== feed);
          failure ??= error;
          if (error !== null && running.length > 0) {
            yield [failed(feed.name, error.message)];
          }
        }
        if (failure !== null) throw failure;
      } finally {
        for (const feed of feeds) feed.close();
      }
    },
  };
}

interface Arrival {
  readonly feed: Feed;
  /** Null when the source has ended or failed. */
  readonly batch: readonly Observation[] | null;
  readonly error: SourceError | null;
}

/**
 * What has arrived, in order. Not a race of promises: each race would leave a reaction on the promise of a source that
 * stays silent, and with it whatever won.
 */
class Arrivals {
  #queue: Arrival[] = [];
  #defect: { readonly error: unknown } | null = null;
  #wake = (): void => {};

  push(arrival: Arrival): void {
    this.#queue.push(arrival);
    this.#wake();
  }

  /** An error that no source may throw: {@link next} throws it. */
  fail(error: unknown): void {
    this.#defect ??= { error };
    this.#wake();
  }

  /** The first arrival of one of these feeds, waited for if need be. */
  async next(feeds: readonly Feed[]): Promise<Arrival> {
    for (;;) {
      if (this.#defect !== null) throw this.#defect.error;
      const index = this.#queue.findIndex(({ feed }) => feeds.includes(feed));
      const [arrival] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (arrival !== undefined) return arrival;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A live source with its next batch always on the way. */
class Feed {
  readonly name: string;
  readonly #iterator: AsyncIterator<readonly Observation[]>;
  readonly #arrivals: Arrivals;

  constructor(source: Source, signal: AbortSignal, arrivals: Arrivals) {
    this.name = source.name;
    this.#arrivals = arrivals;
    this.#iterator = source.observations(signal)[Symbol.asyncIterator]();
    this.advance();
  }

  /** Sends for the next batch. */
  advance(): void {
    this.#iterator.next().then(
      (next) => this.#arrivals.push({ feed: this, batch: next.done === true ? null : next.value, error: null }),
      (error) => {
        if (error instanceof SourceError) this.#arrivals.push({ feed: this, batch: null, error });
        else this.#arrivals.fail(error);
      },
    );
  }

  /** Does not wait: a generator that is busy ends by the abort signal. */
  close(): void {
    void this.#iterator.return?.().catch(() => undefined);
  }
}
