import type { InputSource } from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { AgentDecoder } from './decoder.ts';
import { JsonValues } from './json-values.ts';
import { readJsonValues } from './read-json-values.ts';
import { type AgentFormat, FORMAT_WORDS, recogniseWrapped } from './recognise.ts';

export type { AgentFormat } from './recognise.ts';

/** Objects at the start of a file that are looked at: a journal may begin with many that are no audit records. */
const LOOKED_AT = 200;

/**
 * Whose JSON a file is by its start (text, its last line maybe cut), or null when it is nobody's that is known here.
 * Its objects decide and not its name; of a mixed file, the first that is recognised.
 */
export function agentFormat(head: string): AgentFormat | null {
  if (!head.includes('{')) return null;
  const values = new JsonValues('');
  const whole = values.push(new TextEncoder().encode(head)).values;
  for (const { value } of whole.slice(0, LOOKED_AT)) {
    const format = recogniseWrapped(value);
    if (format !== null) return format;
  }
  return whole.length === 0 ? formatOfCut(head) : null;
}

/** Whose an object is that goes on beyond what is seen, by the keys that it begins with; null where they do not tell. */
export function formatOfCut(head: string): AgentFormat | null {
  const brace = head.indexOf('{');
  const start = head.slice(brace, brace + 4096);
  for (const [format, pattern] of STARTS) if (pattern.test(start)) return format;
  return null;
}

/** How each begins an object, in the order in which its fields are written. */
const STARTS: readonly (readonly [AgentFormat, RegExp])[] = [
  ['laurel', /^\{\s*"ID"\s*:\s*"\d{1,11}\.\d{1,9}:\d{1,15}"/],
  ['journald', /^\{.{0,4000}"__(?:CURSOR|REALTIME_TIMESTAMP)"\s*:\s*"/s],
  ['go-audit', /^\{\s*"sequence"\s*:\s*\d{1,15}\s*,\s*"timestamp"\s*:\s*"/],
  ['tetragon', /^\{\s*"process_[a-z_]{1,32}"\s*:\s*\{\s*"process"\s*:/],
  ['tracee', /^\{\s*"timestamp"\s*:\s*\d{1,20}\s*,\s*"threadStartTime"\s*:/],
];

/** A file of the JSON of `format`, or of several mixed. Progress counts audit records by type and events by kind. */
export function agentSource(input: ByteInput, format: AgentFormat): InputSource {
  let decoder = new AgentDecoder(input.name);
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
    facts: () => [
      {
        name: input.name,
        format: FORMAT_WORDS[format],
        bytes: input.bytesRead(),
        lines,
        records: decoder.records(),
        hosts: decoder.hosts(),
        timeRange: decoder.timeRange(),
        gaps: [],
      },
    ],
    observations: async function* (signal) {
      decoder = new AgentDecoder(input.name);
      for await (const batch of readJsonValues(input, signal)) {
        lines = batch.lines;
        yield decoder.decode(batch);
      }
      if (!signal.aborted) yield decoder.end();
    },
  };
}
