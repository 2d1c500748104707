import { parseSpelling, type SpelledRecord } from '../../normalise/audit/spelling/spelling.ts';
import { recordText } from './audit-text.ts';
import type { Carried, CarriedRecord } from './carried.ts';

/**
 * The audit record in the text of a log entry, however it is spelled there. `time` is that of the entry, for a
 * spelling that has none itself; `host` likewise.
 */
export function spelledRecord(text: string, host: string | null, time: number | null): Carried {
  // Docker keeps the line end of each line that it wraps; Filebeat may take several lines for one.
  const found = text
    .split('\n')
    .flatMap((line) => carriedIn(line.trimEnd(), host, time))
    .filter(({ kind }) => kind !== 'other');
  return found.length > 1 ? { kind: 'several', carried: found } : (found[0] ?? { kind: 'other' });
}

function carriedIn(text: string, host: string | null, time: number | null): readonly Carried[] {
  const line = parseSpelling(text);
  if (line.kind === 'foreign') return [{ kind: 'unreadable', reason: line.reason }];
  return line.kind === 'records' ? line.records.map((record) => carriedBy(record, host, time)) : [];
}

function carriedBy(spelled: SpelledRecord, host: string | null, time: number | null): Carried {
  const { type, serial, node, spelling } = spelled;
  const when = typeof spelled.time === 'number' ? spelled.time : spelled.time === null ? time : null;
  if (when === null) return { kind: 'unreadable', reason: 'nothing shows when this audit record was written' };
  const written = spelled.text ?? recordText(type, { time: when, serial }, spelled.body);
  const record: CarriedRecord = { node: node ?? host, type, time: when, serial, text: written };
  return { kind: spelling === 'kernel' ? 'copy' : 'record', record };
}
