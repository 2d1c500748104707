import { parseSpelling, type SpelledRecord } from '../../normalise/audit/spelling/spelling.ts';

/** The record as auditd would have written it, as far as is known; `time` is its time in ms. */
export function auditdText({ type, serial, body, text }: SpelledRecord, time: number): string {
  if (text !== null) return text;
  const stamp = (time / 1000).toFixed(3);
  return `type=${type} msg=audit(${serial === null ? stamp : `${stamp}:${serial}`}): ${body}`;
}

/** The same of the only record of a line that was read before, and found to be of this time, ms. */
export function respelled(line: string, time: number): string {
  const spelled = parseSpelling(line);
  const record = spelled.kind === 'records' ? spelled.records[0] : undefined;
  return record === undefined ? line : auditdText(record, time);
}
