import type { InputFacts, Observation, Progress } from '../../model/observation.ts';
import type { FileState } from '../file-state.ts';

/** A file that can be opened again by its path, and the name that it goes by. */
export interface ReopenedInput {
  readonly path: string;
  readonly name: string;
  /** The state in which it was found: what took its place is not read. */
  readonly seen: FileState | undefined;
}

/** What a thread that reads is started with: the files of one log, oldest first, and words that both threads see. */
export interface ReadingTask {
  readonly role: 'reader';
  readonly inputs: readonly ReopenedInput[];
  readonly shared: SharedArrayBuffer;
}

/** The shared words: the weight of what was taken so far, and whether no more are wanted. */
export const TAKEN = 0;
export const STOPPED = 1;
export const SHARED_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

/** What may wait to be taken, by weight: enough that neither thread waits for the other at each, and no more to hold. */
export const AHEAD = 4096;

/** Characters of an observation beyond which it weighs as much as another one. */
const HEAVY = 4096;

/** What observations take while they wait: one each, and more for those of long texts. */
export function weightOf(observations: readonly Observation[]): number {
  let weight = observations.length;
  for (const each of observations) {
    if (each.kind !== 'audit') continue;
    for (const { text, raw } of each.group.records) weight += Math.floor((text.length + (raw?.length ?? 0)) / HEAVY);
  }
  return weight;
}

/** From the thread that reads. */
export type FromReader =
  | { readonly kind: 'read'; readonly observations: readonly Observation[]; readonly progress: Progress }
  | { readonly kind: 'over'; readonly facts: readonly InputFacts[]; readonly progress: Progress }
  /** It could not be read at all: the words of a `SourceError`, and its reason alone. */
  | { readonly kind: 'failed'; readonly message: string; readonly reason: string };
