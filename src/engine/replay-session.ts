import type { Observation, Source } from '../model/observation.ts';
import type { Severity } from '../model/severity.ts';
import type { Command, PlayerAction, ReplayView } from '../model/view.ts';
import { act, advance, createPlayer, isEnded, type Landmarks, type Player } from '../replay/player.ts';
import { type InputSpec, openInputs } from '../sources/open.ts';
import { OPEN_BYTES_ON_SCREEN } from '../store/bounds.ts';
import type { EngineConfig } from './config.ts';
import type { FromEngine } from './messages.ts';
import { openPipeline } from './open-pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { Playhead } from './playhead.ts';
import { Publisher } from './publisher.ts';
import type { Session, SessionThreads } from './session.ts';
import { Tape } from './tape.ts';
import { TidyHeap } from './tidy-heap.ts';
import { Turns } from './turns.ts';

/** How often the player's clock moves. */
const TICK_MS = 50;

/**
 * Replays a recording for the screen. It is read once at full speed, which gives the whole verdict and the alert
 * marks of the time bar; what the screen shows at an earlier moment is made by feeding a second pipeline up to that
 * moment, so it is what live watching would have shown then.
 */
export async function startReplaySession(
  config: EngineConfig,
  input: { readonly inputs: readonly InputSpec[]; readonly speed: number },
  post: (message: FromEngine) => void,
  threads: SessionThreads = {},
): Promise<Session> {
  const marks: { time: number; severity: Severity }[] = [];
  const { queries, reading, entry } = threads;
  const own = {
    openBytes: OPEN_BYTES_ON_SCREEN,
    ...(queries === undefined ? {} : { queries }),
    ...(entry === undefined ? {} : { entry }),
  };
  const whole: Pipeline = await openPipeline(config, {
    ...own,
    onTransition: ({ kind, time, alert }) => {
      // Where it became known, which is after the end of the interval that it is about.
      if (kind === 'raised') marks.push({ time: whole.time ?? time, severity: alert.severity });
    },
  });
  const open = () => openInputs(input.inputs, reading === undefined ? {} : { threads: reading });
  const openHead = () => openPipeline({ ...config, stateDir: null, alertLog: null }, own);
  const session = new ReplaySession(input, post, whole, await open(), marks, open, openHead);
  session.start();
  return session;
}

class ReplaySession implements Session {
  #open: () => Promise<Source>;
  /** A pipeline in memory, for what was known at an earlier moment. */
  #openHead: () => Promise<Pipeline>;
  #speed: number;
  #whole: Pipeline;
  #source: Source;
  #marks: { time: number; severity: Severity }[];
  #tape: Tape;
  #publisher: Publisher;
  #heap = new TidyHeap();
  #abort = new AbortController();
  #player: Player | null = null;
  #playhead: Playhead | null = null;
  #feeding: Promise<void> | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #loading: Promise<void> = Promise.resolve();
  #banner: string | null = null;
  #exitCode = 0;

  constructor(
    input: { readonly inputs: readonly InputSpec[]; readonly speed: number },
    post: (message: FromEngine) => void,
    whole: Pipeline,
    source: Source,
    marks: { time: number; severity: Severity }[],
    open: () => Promise<Source>,
    openHead: () => Promise<Pipeline>,
  ) {
    this.#openHead = openHead;
    this.#open = open;
    this.#speed = input.speed;
    this.#whole = whole;
    this.#source = source;
    this.#marks = marks;
    this.#tape = new Tape(input.inputs.includes('-') ? null : () => this.#readAgain());
    const extras = () => ({
      mode: 'replay' as const,
      banner: this.#banner,
      ended: false,
      replay: this.#replayView(),
      time: this.#player === null ? null : Math.round(this.#player.cursor),
    });
    this.#publisher = new Publisher(whole, extras, post);
  }

  start(): void {
    this.#publisher.now();
    this.#loading = this.#load();
  }

  command(command: Command): void {
    if (command.kind === 'events') this.#publisher.answer(command.request);
    else this.#act(command.action);
  }

  async stop(): Promise<number> {
    this.#abort.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#loading;
    await this.#feeding;
    this.#publisher.close();
    await this.#playhead?.close();
    await this.#whole.store.close();
    return this.#exitCode;
  }

  async #load(): Promise<void> {
    const turns = new Turns(this.#abort.signal, () => this.#source.progress().bytes);
    try {
      for await (const batch of this.#source.observations(turns.signal)) {
        if (turns.stopped !== null) continue;
        this.#tape.push(batch);
        this.#whole.ingest(batch);
        this.#whole.store.flush();
        this.#publisher.changed();
        this.#heap.tidyWhenGrown();
        await turns.goesOn();
      }
      if (turns.stopped !== null) {
        this.#exitCode = 3;
        this.#banner = turns.stopped;
      }
      this.#whole.finish();
      this.#whole.store.flush();
      this.#heap.tidy();
    } catch (error) {
      this.#exitCode = 3;
      this.#banner = error instanceof Error ? error.message : String(error);
    }
    if (this.#whole.store.unreadableCount() > 0) this.#exitCode = 3;
    this.#tape.seal();
    const times = this.#tape.times;
    const start = times[0];
    if (start === undefined) this.#banner ??= 'Nothing in it could be replayed.';
    else if (!this.#abort.signal.aborted) {
      this.#player = createPlayer(start, times[times.length - 1] ?? start, this.#speed);
      this.#follow();
    }
    this.#publisher.now();
  }

  #tick(): void {
    if (this.#player === null) return;
    this.#player = advance(this.#player, TICK_MS);
    this.#follow();
    this.#publisher.changed();
  }

  /** The clock ticks only while it plays: a screen that stands still costs nothing. */
  #keepTime(): void {
    const playing = this.#player?.playing === true;
    if (playing) this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    else if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #act(action: PlayerAction): void {
    if (this.#player === null) return;
    const landmarks: Landmarks = { observations: this.#tape.times, alerts: this.#marks.map((mark) => mark.time) };
    this.#player = act(this.#player, action, landmarks);
    this.#follow();
    this.#publisher.now();
  }

  /** Makes what is shown be what was known at the cursor. */
  #follow(): void {
    const player = this.#player;
    if (player === null) return;
    this.#keepTime();
    if (isEnded(player)) {
      this.#publisher.show(this.#whole);
      return;
    }
    const head = this.#playhead;
    if (head !== null && player.cursor >= head.position) this.#publisher.show(head.pipeline);
    this.#feeding ??= this.#feed().finally(() => {
      this.#feeding = null;
    });
  }

  async #feed(): Promise<void> {
    const cursor = () => this.#player?.cursor ?? Number.NEGATIVE_INFINITY;
    const gone = () => this.#abort.signal.aborted || (this.#player !== null && isEnded(this.#player));
    while (!gone()) {
      const head = await this.#playheadBefore(cursor());
      const rewound = () => gone() || cursor() < head.position;
      await head.feed(cursor, rewound, () => {
        this.#publisher.changed();
        this.#heap.tidyWhenGrown();
      });
      if (cursor() === head.position) break;
    }
    // The end may have been reached while a playhead was being opened, which then showed itself.
    const player = this.#player;
    if (player !== null && isEnded(player)) this.#publisher.show(this.#whole);
    this.#publisher.changed();
  }

  /** A playhead that is not past this moment, shown: the one there is, or one that starts again. */
  async #playheadBefore(cursor: number): Promise<Playhead> {
    const old = this.#playhead;
    if (old !== null && cursor >= old.position) {
      this.#publisher.show(old.pipeline);
      return old;
    }
    const head = new Playhead(await this.#openHead(), this.#tape);
    this.#playhead = head;
    this.#publisher.show(head.pipeline);
    // Only now: until here the screen may have asked the old one for rows.
    await old?.close();
    return head;
  }

  async *#readAgain(): AsyncIterable<readonly Observation[]> {
    const again = await this.#open();
    yield* again.observations(this.#abort.signal);
  }

  #replayView(): ReplayView {
    const player = this.#player;
    const progress = this.#source.progress();
    const shared = { marks: this.#marks, loadedBytes: progress.bytes, totalBytes: progress.totalBytes };
    if (player === null) {
      const time = this.#whole.time ?? 0;
      const state = this.#banner === null ? 'loading' : 'ended';
      return { state, speed: this.#speed, start: this.#tape.times[0] ?? time, end: time, cursor: time, ...shared };
    }
    const { start, end, cursor, speed, playing } = player;
    const state = playing ? 'playing' : isEnded(player) ? 'ended' : 'paused';
    return { state, speed, start, end, cursor: Math.round(cursor), ...shared };
  }
}
