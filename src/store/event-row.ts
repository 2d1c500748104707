import type { SqlValue } from 'sql.js';
import type { AuditEvent, Evidence } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import { severityCode, severityOf, typeCode, typeOf } from './codes.ts';
import type { Columns } from './columns.ts';
import type { SqlRow } from './connection.ts';
import type { Folds } from './folds.ts';
import type { Names } from './names.ts';
import { packText, unpackText } from './text-column.ts';

/** Columns of an event in the order of the schema. */
export const EVENT_COLUMNS = 'seq, id, details, evidence';

/** An event as its row and the columns hold it, apart from its `seq`. */
export interface StoredEvent {
  readonly event: AuditEvent;
  readonly time: number;
  /** Codes; `head` is 0 where the event is not folded. */
  readonly type: number;
  readonly severity: number;
  readonly source: number;
  readonly host: number;
  readonly head: number;
  /** Packed. */
  readonly id: string;
  readonly details: string;
  readonly evidence: string;
  /** The line that journals and `query --json` have for it: its members in the order of the model. */
  readonly line: string;
}

/** Numbers for what events name. */
export interface Codes {
  name(text: string): number;
  head(id: string): number;
}

/** The row of an event. Throws a RangeError for a time, type or severity that is none. */
export function rowOf(event: AuditEvent, codes: Codes): StoredEvent {
  if (!Number.isFinite(event.time)) throw new RangeError(`event ${event.id} has no time: ${event.time}`);
  const type = typeCode(event.type);
  const severity = severityCode(event.severity);
  const details = JSON.stringify(event.details);
  const evidence = JSON.stringify(event.evidence);
  const { id, time, source, host, foldedInto } = event;
  const folded = foldedInto === undefined ? '' : `,"foldedInto":${JSON.stringify(foldedInto)}`;
  return {
    event,
    time,
    type,
    severity,
    source: codes.name(source),
    host: codes.name(host),
    head: foldedInto === undefined ? 0 : codes.head(foldedInto),
    id: packText(id),
    details,
    evidence,
    line:
      `{"id":${JSON.stringify(id)},"time":${time},"type":"${event.type}","severity":"${event.severity}",` +
      `"source":${JSON.stringify(source)},"host":${JSON.stringify(host)},"details":${details},"evidence":${evidence}${folded}}`,
  };
}

/** The values of a row in the order of {@link EVENT_COLUMNS}. */
export function valuesOf({ id, details, evidence }: StoredEvent, seq: number): SqlValue[] {
  return [seq, id, details, evidence];
}

/** The event at a place of the columns whose row, of {@link EVENT_COLUMNS}, is this. */
export function eventOf(columns: Columns, place: number, row: SqlRow, names: Names, folds: Folds): AuditEvent {
  const [time = 0, type, severity, source, host, head] = columns.at(place);
  const [, id, details, evidence] = row;
  const event: AuditEvent = {
    id: unpackText(String(id)),
    time,
    type: typeOf(type),
    severity: severityOf(severity),
    source: names.text(source),
    host: names.text(host),
    details: JSON.parse(String(details)) as JsonObject,
    evidence: JSON.parse(String(evidence)) as Evidence[],
  };
  return head === 0 ? event : { ...event, foldedInto: folds.id(head) };
}
