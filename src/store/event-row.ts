import type { SqlValue } from 'sql.js';
import type { AuditEvent, Evidence } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import { severityCode, severityOf, typeCode, typeOf } from './codes.ts';
import type { SqlRow } from './connection.ts';
import type { Names } from './names.ts';
import { packText, unpackText } from './text-column.ts';

/** Columns of an event in the order that {@link eventOf} reads. */
export const EVENT_COLUMNS = 'seq, time, type, severity, source, host, id, details, evidence';

/** An event's values in the order of {@link EVENT_COLUMNS}. Throws a RangeError for a time, type or severity that is none. */
export function rowOf(event: AuditEvent, seq: number, names: Names): SqlValue[] {
  if (!Number.isFinite(event.time)) throw new RangeError(`event ${event.id} has no time: ${event.time}`);
  return [
    seq,
    event.time,
    typeCode(event.type),
    severityCode(event.severity),
    names.code(event.source),
    names.code(event.host),
    packText(event.id),
    JSON.stringify(event.details),
    JSON.stringify(event.evidence),
  ];
}

/** The event in a row of {@link EVENT_COLUMNS}. */
export function eventOf(row: SqlRow, names: Names): AuditEvent {
  const [, time, type, severity, source, host, id, details, evidence] = row;
  return {
    id: unpackText(String(id)),
    time: Number(time),
    type: typeOf(type),
    severity: severityOf(severity),
    source: names.text(source),
    host: names.text(host),
    details: JSON.parse(String(details)) as JsonObject,
    evidence: JSON.parse(String(evidence)) as Evidence[],
  };
}
