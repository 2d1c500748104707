import type { EngineConfig } from '../engine/config.ts';
import { openLiveSources } from '../engine/live-sources.ts';
import { openPipeline } from '../engine/open-pipeline.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { Turns } from '../engine/turns.ts';
import { type InputFacts, LIVE_FORMAT, type Observation, type Source } from '../model/observation.ts';
import { asEventFile, type EventFile } from '../sources/capture/event-file.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { placeText } from '../text/place.ts';
import { formatCount, plural } from '../text/units.ts';
import { blocking } from './blocking.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { CUT_SHORT, untilInterrupted } from './interrupt.ts';
import { complainOfGrowth, openShown } from './open-inputs.ts';
import { openVerdicts } from './open-verdicts.ts';
import { complain } from './output.ts';
import { showProgress } from './progress.ts';

/**
 * Looks at a live host for one verdict, at most. On a busy host each look may find another object that came or went, and a
 * hidden one is confirmed long before; what the last look leaves open is named on stderr (open-verdicts.ts).
 */
const LOOKS = 12;

/** Time between the looks that confirm what a timed watch left open at its end, ms, at most. */
const CONFIRM_MS = 1000;

/** A configuration whose input ends, by itself or with a signal. */
export interface RunConfig extends EngineConfig {
  readonly input: Exclude<EngineConfig['input'], { readonly mode: 'follow' }>;
}

/** What a run without a screen came to. Close the pipeline's store when done with it. */
export interface Run {
  readonly pipeline: Pipeline;
  readonly source: Source;
  /** What each file turned out to be, or this host. */
  readonly inputs: readonly InputFacts[];
  /** Why files were not read to their end: ctrl-c came first, or memory was short. Null when they were. */
  readonly cutShort: string | null;
}

interface Opened {
  readonly source: Source;
  /** To be asked when all is read. */
  readonly facts: () => readonly InputFacts[];
  /** Says what happened to the files while they were read. */
  readonly sayGrown?: () => void;
  /** The source, where it is one file of events. */
  readonly events: EventFile | null;
}

export interface RunOptions {
  /** The file that threads are started from: without it, this one reads all, and there are no checks of the user's own. */
  readonly entry?: URL;
  /** Watch for this long, or until interrupted for null; for 0 a single look, or as few as it takes. Only for a live run. */
  readonly forMs?: number | null;
  /**
   * True where nothing of files is wanted but events and the last verdict: the checks are run once, and not for each look.
   * Alerts and trends are not whole then.
   */
  readonly onlyLast?: boolean;
  /** Given each batch before it is taken in: a capture writes it down. */
  readonly record?: (observations: readonly Observation[]) => Promise<void>;
}

/** Reads the configured input to its end through the pipeline; ctrl-c ends it early and keeps what there is. */
export async function runHeadless(config: RunConfig, options: RunOptions = {}): Promise<Run> {
  const { source, facts, sayGrown, events } = await openSource(config, options);
  const isReplay = config.input.mode === 'replay';
  const queries = options.entry === undefined ? null : new QueryThread(options.entry);
  const progress = isReplay ? showProgress(source) : null;
  let stopped: string | null = null;
  const takeIn = async (pipeline: Pipeline, observations: readonly Observation[]): Promise<void> => {
    await options.record?.(observations);
    pipeline.ingest(observations);
    pipeline.store.flush();
  };
  const run = async (signal: AbortSignal): Promise<Pipeline> => {
    const turns = new Turns(signal, () => source.progress().bytes);
    // Nobody looks before all is read. A thread that reads begins while the store is being opened.
    const batches =
      isReplay && events === null ? begun(source.observations(turns.signal)) : source.observations(turns.signal);
    const pipeline = await openPipeline(config, {
      blocking,
      ...(isReplay ? { heldBytes: Number.POSITIVE_INFINITY } : {}),
      // A state directory and an alert log keep what came of each look.
      onlyLast: options.onlyLast === true && isReplay && config.stateDir === null && config.alertLog === null,
      ...(queries === null ? {} : { queries }),
      ...(options.entry === undefined ? {} : { entry: options.entry }),
    });
    if (events !== null) {
      const intake = pipeline.takeEvents(events);
      for await (const lines of events.lines(turns.signal)) {
        intake.push(lines);
        progress?.update();
        await turns.goesOn();
      }
      stopped = turns.stopped;
      pipeline.tookEvents(intake);
      return pipeline;
    }
    for await (const observations of batches) {
      if (isReplay) {
        for (const observation of observations) {
          pipeline.gather([observation]);
          if (!(await turns.goesOn())) break;
        }
        pipeline.store.flush();
      } else await takeIn(pipeline, observations);
      progress?.update();
      if (options.forMs === 0 && !isReplay && !needsAnotherLook(pipeline)) break;
    }
    stopped = turns.stopped;
    return pipeline;
  };
  const { result: pipeline, interrupted } = await untilInterrupted(run, options.forMs || null).finally(() =>
    progress?.end(),
  );
  // A signal leaves no time for it.
  if (config.input.mode === 'live' && options.forMs && !interrupted && needsAnotherLook(pipeline)) {
    const { live } = config.input;
    const again = await openLiveSources({ ...live, pollMs: Math.min(live.pollMs, CONFIRM_MS) }, LOOKS);
    await untilInterrupted(async (signal) => {
      for await (const observations of again.observations(signal)) {
        await takeIn(pipeline, observations);
        if (!needsAnotherLook(pipeline)) break;
      }
    });
  }
  pipeline.finish();
  pipeline.store.flush();
  await queries?.stop();
  sayGrown?.();
  const cutShort = stopped ?? (interrupted && isReplay ? CUT_SHORT : null);
  return { pipeline, source, inputs: facts(), cutShort };
}

/** True when no look is over, when the next one goes on with it, or when too few saw something to decide whether it is hidden. */
function needsAnotherLook({ inventory, problems }: Pipeline): boolean {
  return inventory === null || problems.some(({ goesOn }) => goesOn) || openVerdicts(inventory).length > 0;
}

/** The same, the first of which is asked for at once and not when it is wanted. */
function begun<Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<Item>> | null = iterator.next();
  // Whoever asks for it is told that it failed; it may also be that nobody does.
  first.catch(() => {});
  const next = (): Promise<IteratorResult<Item>> => {
    const asked = first ?? iterator.next();
    first = null;
    return asked;
  };
  return {
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}

/** Says on stderr what could not be looked at, was let go for want of room, or could not be read; the exit code for it. */
export function complainOfLoss({ pipeline, source, cutShort }: Run): ExitCode {
  if (cutShort !== null) complain(cutShort);
  const { shed } = pipeline.store;
  if (shed > 0) complain(`${plural(shed, 'event')} let go because the store was full (--max-events)`);
  for (const { message } of pipeline.problems) complain(message);
  const count = pipeline.store.unreadableCount();
  if (count === 0) return cutShort !== null || pipeline.otherHosts.size > 0 ? EXIT.input : EXIT.fine;
  const [first] = pipeline.store.unreadable(1);
  const where = first === undefined ? '' : `; first: ${placeText(first.at)}: ${first.reason}`;
  const { lines } = source.progress();
  // A file that cannot be opened counts beside lines that make no sense.
  const isOfLines = first?.at.line !== undefined && count <= lines;
  const what = isOfLines
    ? `${formatCount(count)} of ${plural(lines, 'line')}`
    : plural(count, 'file or line', 'files or lines');
  complain(`${what} could not be read or understood${where}`);
  return EXIT.input;
}

async function openSource({ input }: RunConfig, { entry, ...options }: RunOptions): Promise<Opened> {
  if (input.mode === 'replay') {
    const source = await openShown(input.inputs, entry);
    const [only] = source.inputs;
    const isOne = source.inputs.length === 1 && source.isAll && only !== undefined;
    return {
      source,
      facts: () => source.facts(),
      sayGrown: () => complainOfGrowth(source),
      events: isOne ? asEventFile(only) : null,
    };
  }
  const forMs = options.forMs ?? null;
  // Only two looks show a change: a short watch looks more often.
  const pollMs = forMs === null ? input.live.pollMs : Math.min(input.live.pollMs, Math.ceil(forMs / 3));
  const source =
    forMs === 0 ? await openLiveSources(input.live, LOOKS) : await openLiveSources({ ...input.live, pollMs });
  return { source, facts: () => [liveFacts(source)], events: null };
}

function liveFacts(source: Source): InputFacts {
  const { name, bytes, lines, records } = source.progress();
  return { name, format: LIVE_FORMAT, bytes, lines, records, hosts: [], timeRange: null, gaps: [] };
}
