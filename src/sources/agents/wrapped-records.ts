import type { JsonObject } from '../../model/json.ts';
import { timeOfText } from '../../normalise/agents/agent-time.ts';
import { inside } from '../../normalise/agents/inside.ts';
import { asText } from '../../normalise/decode-value.ts';
import { spelledRecord } from './audit-spellings.ts';
import { hostOfBeat } from './beat-host.ts';
import type { Carried } from './carried.ts';

/**
 * One line of a log as a shipper wraps it: the line is `message` (Filebeat's filestream), `log` (Fluent Bit, Docker) or
 * `event.original`. It is an audit record, or JSON of another program, or something else.
 */
export function wrappedRecords(value: JsonObject, host: string | null): Carried {
  const line = wrappedLine(value);
  if (line === null) return { kind: 'other' };
  if (line.trimStart().startsWith('{')) return { kind: 'inner', text: line };
  const time = timeOfText(asText(value['@timestamp']) ?? asText(value.time));
  return spelledRecord(line, hostOfBeat(value) ?? host, time);
}

/** The line that is wrapped, or null. */
export function wrappedLine(value: JsonObject): string | null {
  return asText(value.message) ?? asText(value.log) ?? asText(inside(value, 'event', 'original'));
}
