import type { JsonObject } from '../../model/json.ts';
import { inside } from '../../normalise/agents/inside.ts';
import { asText } from '../../normalise/decode-value.ts';

/** The host that an event of the Elastic Common Schema, or of a log shipper with flat keys, is of; null if none. */
export function hostOfBeat(value: JsonObject): string | null {
  return (
    asText(inside(value, 'host', 'hostname')) ??
    asText(inside(value, 'host', 'name')) ??
    asText(inside(value, 'agent', 'hostname')) ??
    asText(inside(value, 'beat', 'hostname')) ??
    asText(value.hostname) ??
    asText(value.host)
  );
}
