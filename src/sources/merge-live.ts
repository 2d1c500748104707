import { type Observation, type Source, SourceError } from '../model/observation.ts';
import { failedSource } from './failed-source.ts';
import { totalProgress } from './progress.ts';

/**
 * One source of several that are live: in order of arrival. The first source is the one that looks at the kernel:
 * until its first snapshot the others wait (they have begun, and lose nothing), because that snapshot says who we
 * are, and only then can records of our own looking be told from the host's. A source that fails while others go on
 * is an unreadable that names it; when none is left, the first failure is thrown.
 */
export function mergeLive(name: string, sources: readonly Source[]): Source {
  return merge(name, sources, sources[0] ?? null);
}

/** The same of sources that know nothing of each other: none waits. */
export function mergeArrivals(name: string, sources: readonly Source[]): Source {
  return merge(name, sources, null);
}

function merge(name: string, sources: readonly Source[], first: Source | null): Source {
  return {
    name,
    progress: () => totalProgress(name, sources),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      const arrivals = new Arrivals();
      const feeds = sources.map((source) => new Feed(source, signal, arrivals));
      const leader = first === null ? undefined : feeds[sources.indexOf(first)];
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
            yield [failedSource(feed.name, error.message)];
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
