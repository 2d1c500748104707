import type { Observation, Source } from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { MAX_LINE_BYTES, readLines } from '../lines.ts';
import { AuditDecoder } from './decoder.ts';

/** An audit log that was written before: raw or enriched, with or without `node=`. */
export function auditLogSource(input: ByteInput): Source {
  const decoder = new AuditDecoder(input.name);
  let lines = 0;
  return {
    name: input.name,
    progress: () => ({
      name: input.name,
      bytes: input.bytesRead(),
      totalBytes: input.totalBytes,
      lines,
      records: decoder.records(),
    }),
    observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
      for await (const batch of readLines(input, MAX_LINE_BYTES, signal)) {
        lines = batch.count;
        yield decoder.decode(batch);
      }
      yield decoder.end();
    },
  };
}
