import type { JsonObject } from '../../model/json.ts';
import { asCount, asObjects, asText } from '../../normalise/decode-value.ts';
import { recordText } from './audit-text.ts';
import type { Carried } from './carried.ts';
import { stampOf } from './stamps.ts';

/**
 * One event of go-audit: `{sequence, timestamp, messages: [{type, data}], uid_map}`, where `type` is the number of the
 * record type and `data` the record as the kernel wrote it after its header (slackhq/go-audit, parser.go).
 */
export function goAuditRecords(value: JsonObject, host: string | null): Carried {
  const stamp = stampOf(`${asText(value.timestamp) ?? ''}:${asText(value.sequence) ?? ''}`);
  if (stamp === null) return { kind: 'unreadable', reason: 'go-audit: no timestamp and sequence of the event' };
  const records = asObjects(value.messages).flatMap(({ type, data }) => {
    const number = asCount(type);
    const body = asText(data);
    if (number === null || body === null) return [];
    return [{ node: host, type: String(number), ...stamp, text: recordText(String(number), stamp, body) }];
  });
  return { kind: 'event', records };
}
