import { openPipeline } from '../../src/engine/open-pipeline.ts';
import type { Pipeline } from '../../src/engine/pipeline.ts';
import type { Observation } from '../../src/model/observation.ts';
import { SourceError } from '../../src/model/observation.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { type InputSpec, openInputs } from '../../src/sources/open.ts';

/** What came of reading one input. */
export interface Outcome {
  readonly observations: number;
  /** Records by the account of the sources, whether or not they mean something. */
  readonly records: number;
  readonly events: number;
  /** Parts that were not understood; the whole input counts as one when nothing could be made of it. */
  readonly refused: number;
  /** Characters of everything that was given, to be held against the size of the input. */
  readonly characters: number;
}

/**
 * Reads an input as `replay` does, up to the events. Throws for anything but a refusal with a reason, and for an
 * observation or event that no later part could take.
 */
export async function readThrough(spec: InputSpec, stdin?: () => AsyncIterable<Uint8Array>): Promise<Outcome> {
  const normaliser = new Normaliser();
  const judged = await judge();
  let [observations, events, refused, characters] = [0, 0, 0, 0];
  // Not all at once: what an input is made to cost is measured here too.
  const records = await readAll(spec, stdin, (observation) => {
    observations += 1;
    inspect(observation);
    const seen = normaliser.push(observation);
    judged.gather([observation]);
    for (const { time, type, severity, id } of seen.events) {
      if (!Number.isFinite(time) || !SEVERITIES.includes(severity) || type.length === 0 || id.length === 0) {
        throw new Error(`event without time, type, severity or id: ${type} ${severity} ${time} ${id}`);
      }
    }
    events += seen.events.length;
    refused += seen.unreadable.length;
    characters += JSON.stringify([seen.events, seen.amendments, seen.unreadable]).length;
  });
  judged.finish();
  judged.store.close();
  return { observations, records, events, refused, characters };
}

/** What a replay feeds: the detectors see the times that an input makes up. */
function judge(): Promise<Pipeline> {
  return openPipeline({
    input: { mode: 'replay', inputs: [], speed: Number.POSITIVE_INFINITY },
    profile: 'default',
    maxEvents: 100_000,
    stateDir: null,
    windowMs: 10_000,
    learnMs: 60_000,
    alertLog: null,
  });
}

/** All observations of an input; one unreadable when it was refused as a whole. */
export async function observationsOf(
  spec: InputSpec,
  stdin?: () => AsyncIterable<Uint8Array>,
): Promise<readonly Observation[]> {
  const found: Observation[] = [];
  await readAll(spec, stdin, (observation) => found.push(observation));
  return found;
}

/** Gives each observation to `take`, and returns how many records the sources counted. */
async function readAll(
  spec: InputSpec,
  stdin: (() => AsyncIterable<Uint8Array>) | undefined,
  take: (observation: Observation) => void,
): Promise<number> {
  try {
    const source = await openInputs([spec], { now: () => 0, ...(stdin === undefined ? {} : { stdin }) });
    for await (const batch of source.observations(new AbortController().signal)) {
      for (const observation of batch) take(observation);
    }
    const counts = source.facts().flatMap((facts) => Object.values(facts.records));
    return counts.reduce((sum, count) => sum + count, 0);
  } catch (error) {
    if (!(error instanceof SourceError) || error.message === '') throw error;
    take({ kind: 'unreadable', time: null, unreadable: { at: { file: 'all' }, reason: error.message, text: '' } });
    return 0;
  }
}

function inspect(observation: Observation): void {
  const { kind, time } = observation;
  if (time !== null && !Number.isFinite(time)) throw new Error(`${kind} has no time: ${time}`);
  if (kind !== 'unreadable') return;
  const { at, reason } = observation.unreadable;
  if (at.file === '' || reason === '') throw new Error('unreadable without a file or a reason');
}
