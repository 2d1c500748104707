import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { CheckRunSummary } from '../model/check.ts';
import type { Amendment, AuditEvent } from '../model/event.ts';
import { DIGEST_LENGTH, digest } from './digest.ts';

/** One change of the store, as the journal tells it. */
export type Op =
  | { readonly op: 'events'; readonly events: readonly AuditEvent[] }
  | { readonly op: 'amend'; readonly amendments: readonly Amendment[] }
  | { readonly op: 'clear' }
  | { readonly op: 'check-run'; readonly run: CheckRunSummary }
  | { readonly op: 'alerts'; readonly set: readonly Alert[]; readonly gone: readonly string[] }
  | { readonly op: 'baseline'; readonly baseline: Baseline };

/** What one line of a journal holds: changes that are recorded together or not at all. */
export interface JournalRecord {
  /** Counted from 1, without gaps, over all journals of a state directory. */
  readonly record: number;
  readonly ops: readonly Op[];
}

const HEAD = '{"sum":"';
/** Bytes before the part that the digest covers. */
const HEAD_LENGTH = HEAD.length + DIGEST_LENGTH + 2;

/** A line of the journal, newline included. `ops` are JSON texts of {@link Op}s. The digest covers what follows it. */
export function encodeLine(record: number, ops: readonly string[]): Uint8Array {
  const body = Buffer.from(`"record":${record},"ops":[${ops.join(',')}]}\n`);
  return Buffer.concat([Buffer.from(`${HEAD}${digest(body)}",`), body]);
}

/** Reads a line, newline included; null for one that is not as it was written. */
export function decodeLine(line: Uint8Array): JournalRecord | null {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  if (bytes.length <= HEAD_LENGTH) return null;
  const body = bytes.subarray(HEAD_LENGTH);
  if (bytes.toString('latin1', 0, HEAD_LENGTH) !== `${HEAD}${digest(body)}",`) return null;
  return JSON.parse(`{${body.toString('utf8')}`) as JournalRecord;
}
