import type { ByteInput } from '../bytes.ts';
import { unreadable } from '../lines.ts';
import { ReadFault } from '../read-fault.ts';
import { type JsonBatch, JsonValues } from './json-values.ts';

/** The objects of an input, in batches as they are read. A read that fails midway ends it with an unreadable. */
export async function* readJsonValues(input: ByteInput, signal: AbortSignal): AsyncGenerator<JsonBatch> {
  const values = new JsonValues(input.name);
  let fault: ReadFault | null = null;
  try {
    for await (const chunk of input.chunks(signal)) {
      if (signal.aborted) return;
      yield values.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    fault = error;
  }
  const last = values.end();
  if (fault === null) yield last;
  else yield { ...last, unreadable: [...last.unreadable, unreadable(input.name, values.place, fault.message, '')] };
}
