import type { EngineConfig } from '../engine/config.ts';
import { openLiveSources } from '../engine/live-sources.ts';
import { openPipeline } from '../engine/open-pipeline.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import type { Observation, Source } from '../model/observation.ts';
import { openInputs } from '../sources/open.ts';
import { formatCount, plural } from '../text/units.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { complain } from './output.ts';

/** What a run without a screen came to. Close the pipeline's store when done with it. */
export interface Run {
  readonly pipeline: Pipeline;
  readonly source: Source;
  /** Each file by itself, or the one live source. */
  readonly inputs: readonly Source[];
}

interface Opened {
  readonly source: Source;
  readonly inputs: readonly Source[];
}

export interface RunOptions {
  /** Watch for this long, or until interrupted for null; a single look for 0. Only for a live run. */
  readonly forMs?: number | null;
  /** Given each batch before it is taken in: a capture writes it down. */
  readonly record?: (observations: readonly Observation[]) => Promise<void>;
}

/** Reads the configured input to its end through the pipeline; ctrl-c ends it early and keeps what there is. */
export async function runHeadless(config: EngineConfig, options: RunOptions = {}): Promise<Run> {
  const { source, inputs } = await openSource(config, options);
  const pipeline = await openPipeline(config);
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const timer = options.forMs ? setTimeout(stop, options.forMs) : null;
  try {
    for await (const observations of source.observations(abort.signal)) {
      await options.record?.(observations);
      pipeline.ingest(observations);
      pipeline.store.flush();
    }
  } finally {
    if (timer !== null) clearTimeout(timer);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
  pipeline.finish();
  pipeline.store.flush();
  return { pipeline, source, inputs };
}

/** Says on stderr what could not be looked at, was let go for want of room, or could not be read; the exit code for it. */
export function complainOfLoss({ pipeline, source }: Run): ExitCode {
  const { shed } = pipeline.store;
  if (shed > 0) complain(`${plural(shed, 'event')} let go because the store was full (--max-events)`);
  for (const { message } of pipeline.problems) complain(message);
  const count = pipeline.store.unreadableCount();
  if (count === 0) return pipeline.otherHosts.size > 0 ? EXIT.input : EXIT.fine;
  const [first] = pipeline.store.unreadable(1);
  const where =
    first === undefined
      ? ''
      : `; first: ${first.at.file}${first.at.line === undefined ? '' : `:${first.at.line}`}: ${first.reason}`;
  const { lines } = source.progress();
  const what = count <= lines ? `${formatCount(count)} of ${plural(lines, 'line')}` : plural(count, 'input');
  complain(`${what} could not be understood${where}`);
  return EXIT.input;
}

async function openSource(config: EngineConfig, options: RunOptions): Promise<Opened> {
  if (config.input.mode === 'replay') {
    const source = await openInputs(config.input.inputs);
    return { source, inputs: source.inputs };
  }
  const { live } = config.input;
  const forMs = options.forMs ?? null;
  if (forMs === 0) {
    const source = await openLiveSources(live, 1);
    return { source, inputs: [source] };
  }
  // Only two looks show a change: a short watch looks more often.
  const pollMs = forMs === null ? live.pollMs : Math.min(live.pollMs, Math.ceil(forMs / 3));
  const source = await openLiveSources({ ...live, pollMs });
  return { source, inputs: [source] };
}
