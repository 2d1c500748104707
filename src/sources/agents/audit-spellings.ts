import { parseSpelling } from '../../normalise/audit-spelling.ts';
import { recordText } from './audit-text.ts';
import type { Carried, CarriedRecord } from './carried.ts';

/**
 * The audit record in the text of a log entry, however it is spelled there. `time` is that of the entry, for a
 * spelling that has none itself; `host` likewise.
 */
export function spelledRecord(text: string, host: string | null, time: number | null): Carried {
  // Docker keeps the line end of each line that it wraps.
  const line = parseSpelling(text.trimEnd());
  const spelled = line.kind === 'records' ? line.records[0] : undefined;
  if (spelled === undefined) return { kind: 'other' };
  const { type, serial, node, spelling } = spelled;
  const when = typeof spelled.time === 'number' ? spelled.time : spelled.time === null ? time : null;
  if (when === null) return { kind: 'unreadable', reason: 'nothing shows when this audit record was written' };
  const written = spelled.text ?? recordText(type, { time: when, serial }, spelled.body);
  const record: CarriedRecord = { node: node ?? host, type, time: when, serial, text: written };
  return { kind: spelling === 'kernel' ? 'copy' : 'record', record };
}
