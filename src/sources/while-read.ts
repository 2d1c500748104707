import type { InputFacts, InputSource, Observation, Progress } from '../model/observation.ts';
import type { ByteInput } from './bytes.ts';
import { progressOfInputs } from './progress.ts';

/**
 * A source that is made when it is read, and of which only what it found out is kept afterwards: a folder may hold
 * thousands of logs, and each decoder has buffers of its own.
 */
export function whileRead(inputs: readonly ByteInput[], make: () => InputSource): InputSource {
  const name = inputs.map((input) => input.name).join(' ');
  let source: InputSource | null = null;
  let facts: readonly InputFacts[] = [];
  let progress: Progress | null = null;
  return {
    name,
    progress: () => source?.progress() ?? progress ?? progressOfInputs(name, inputs, facts),
    facts: () => source?.facts() ?? facts,
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      source = make();
      try {
        yield* source.observations(signal);
      } finally {
        facts = source.facts();
        progress = source.progress();
        source = null;
      }
    },
  };
}
