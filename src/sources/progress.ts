import type { InputFacts, Progress, Source } from '../model/observation.ts';
import type { ByteInput } from './bytes.ts';

/** The progress of several sources as one: sums, and no total where one of them has none. */
export function totalProgress(name: string, sources: readonly Source[]): Progress {
  const each = sources.map((source) => source.progress());
  return {
    name,
    bytes: each.reduce((sum, { bytes }) => sum + bytes, 0),
    totalBytes: totalOf(each),
    lines: each.reduce((sum, { lines }) => sum + lines, 0),
    records: recordSums(each),
  };
}

/** The progress of a source that reads inputs one after the other; `facts` are of those that it has read. */
export function progressOfInputs(name: string, inputs: readonly ByteInput[], facts: readonly InputFacts[]): Progress {
  return {
    name,
    bytes: inputs.reduce((sum, input) => sum + input.bytesRead(), 0),
    totalBytes: totalOf(inputs),
    lines: facts.reduce((sum, { lines }) => sum + lines, 0),
    records: recordSums(facts),
  };
}

/** Null where one of them has no total. */
function totalOf(all: readonly { readonly totalBytes: number | null }[]): number | null {
  return all.reduce<number | null>(
    (sum, { totalBytes }) => (sum === null || totalBytes === null ? null : sum + totalBytes),
    0,
  );
}

function recordSums(all: readonly { readonly records: { readonly [type: string]: number } }[]): {
  readonly [type: string]: number;
} {
  const sums = new Map<string, number>();
  for (const { records } of all) {
    for (const [type, count] of Object.entries(records)) sums.set(type, (sums.get(type) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
