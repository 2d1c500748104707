import { SourceError } from '../model/observation.ts';
import type { Command } from '../model/view.ts';
import { openFollowed } from '../sources/open-followed.ts';
import { OPEN_BYTES_ON_SCREEN } from '../store/bounds.ts';
import { reasonOf } from '../text/system-error.ts';
import { plural } from '../text/units.ts';
import type { EngineConfig } from './config.ts';
import { openLiveSources } from './live-sources.ts';
import type { FromEngine } from './messages.ts';
import { openPipeline } from './open-pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { Publisher } from './publisher.ts';
import type { Session, SessionThreads } from './session.ts';
import { TidyHeap } from './tidy-heap.ts';
import { Turns } from './turns.ts';

/** What goes on: this host, or files that others write. */
type LiveInput = Exclude<EngineConfig['input'], { readonly mode: 'replay' }>;

/** Watches this host, or files that grow, for the screen. What cannot be watched is a banner, not a crash. */
export async function startLiveSession(
  config: EngineConfig,
  input: LiveInput,
  post: (message: FromEngine) => void,
  threads: SessionThreads = {},
): Promise<Session> {
  const troubles = new Map<string, string>();
  let lost = 0;
  const onLogError = (error: unknown) => {
    lost += 1;
    troubles.set('alert log', `${plural(lost, 'alert')} not logged: ${reasonOf(error)}`);
  };
  const pipeline = await openPipeline(config, { onLogError, openBytes: OPEN_BYTES_ON_SCREEN, ...threads });
  return new LiveSession(pipeline, input, post, troubles);
}

class LiveSession implements Session {
  #pipeline: Pipeline;
  #publisher: Publisher;
  #abort = new AbortController();
  /** What does not stop the watch and must be seen, by what it is about. */
  #troubles: Map<string, string>;
  #exitCode = 0;
  #ended = false;
  #done: Promise<void>;

  constructor(
    pipeline: Pipeline,
    input: LiveInput,
    post: (message: FromEngine) => void,
    troubles: Map<string, string>,
  ) {
    this.#pipeline = pipeline;
    this.#troubles = troubles;
    const extras = () => ({
      mode: input.mode,
      banner: this.#troubles.size === 0 ? null : [...this.#troubles.values()].join('; '),
      ended: this.#ended,
      replay: null,
      time: null,
    });
    this.#publisher = new Publisher(pipeline, extras, post);
    this.#publisher.now();
    this.#done = this.#watch(input);
  }

  command(command: Command): void {
    // The player belongs to replays; the screen says so itself.
    if (command.kind === 'events') this.#publisher.answer(command.request);
  }

  async stop(): Promise<number> {
    this.#abort.abort();
    await this.#done;
    // As a capture of the same run would: the last interval is judged, too.
    if (this.#pipeline.time !== null) {
      this.#pipeline.finish();
      this.#record();
    }
    this.#publisher.close();
    await this.#pipeline.store.close();
    return this.#exitCode;
  }

  async #watch(input: LiveInput): Promise<void> {
    try {
      const source = await (input.mode === 'live' ? openLiveSources(input.live) : openFollowed(input.inputs));
      const turns = new Turns(this.#abort.signal, () => source.progress().bytes);
      const heap = new TidyHeap();
      for await (const observations of source.observations(turns.signal)) {
        if (observations.length === 0) continue;
        this.#pipeline.ingest(observations);
        this.#record();
        this.#publisher.changed();
        heap.tidyWhenGrown();
        if (!(await turns.goesOn())) break;
      }
      if (turns.stopped !== null) {
        this.#exitCode = 3;
        this.#troubles.set('watch', turns.stopped);
      }
    } catch (error) {
      this.#exitCode = error instanceof SourceError && error.kind === 'tool' ? 4 : 3;
      this.#troubles.set('watch', reasonOf(error));
    }
    this.#ended = true;
    if (!this.#abort.signal.aborted) this.#publisher.changed();
  }

  /** A full disk must not stop the watch: what is not yet durable is tried again with the next batch. */
  #record(): void {
    try {
      this.#pipeline.store.flush();
      this.#troubles.delete('store');
    } catch (error) {
      this.#troubles.set('store', `Not recorded: ${reasonOf(error)}`);
    }
    const { removalFailure } = this.#pipeline.store;
    if (removalFailure === null) this.#troubles.delete('journals');
    else this.#troubles.set('journals', `Old journals cannot be removed: ${removalFailure.message}`);
  }
}
