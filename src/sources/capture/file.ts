import type { Observation, Source } from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { readLines } from '../lines.ts';
import { CaptureDecoder } from './decoder.ts';

/** A snapshot is one line: a host with ten thousand programs and their maps makes one of some megabytes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A capture, or events as `query --json` prints them. What it observes names the line that carried it in `via`. */
export function captureSource(input: ByteInput): Source {
  const decoder = new CaptureDecoder(input.name);
  let lines = 0;
  return {
    name: input.name,
    progress: () => ({
      name: input.name,
      bytes: input.bytesRead(),
      totalBytes: input.totalBytes,
      lines,
      records: Object.fromEntries(decoder.records),
    }),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      for await (const batch of readLines(input, MAX_LINE_BYTES, signal)) {
        lines = batch.count;
        const cut = batch.unreadable.map((what): Observation => ({ kind: 'unreadable', time: null, unreadable: what }));
        yield [...cut, ...batch.lines.flatMap((line) => decoder.decode(line))];
      }
    },
  };
}
