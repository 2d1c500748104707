import type { JsonObject } from '../../model/json.ts';
import { asArray, asCount, asObject, asText } from '../../normalise/decode-value.ts';
import { plural } from '../../text/units.ts';
import { recordText } from './audit-text.ts';
import { type Carried, eventOf } from './carried.ts';
import { stampOf } from './stamps.ts';

/**
 * One event of go-audit: `{sequence, timestamp, messages: [{type, data}], uid_map}`, where `type` is the number of the
 * record type and `data` the record as the kernel wrote it after its header (slackhq/go-audit, parser.go).
 */
export function goAuditRecords(value: JsonObject, host: string | null): Carried {
  const stamp = stampOf(`${asText(value.timestamp) ?? ''}:${asText(value.sequence) ?? ''}`);
  if (stamp === null) return { kind: 'unreadable', reason: 'go-audit: no timestamp and sequence of the event' };
  let unread = 0;
  const records = asArray(value.messages).flatMap((message) => {
    const { type, data } = asObject(message) ?? {};
    const number = asCount(type);
    const body = asText(data);
    if (number === null || body === null) {
      unread += 1;
      return [];
    }
    return [{ node: host, type: String(number), ...stamp, text: recordText(String(number), stamp, body) }];
  });
  const reasons = unread === 0 ? [] : [`${plural(unread, 'message')} without the number of a type or without a record`];
  return eventOf('go-audit', records, reasons);
}
