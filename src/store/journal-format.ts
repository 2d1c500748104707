import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { Amendment, AuditEvent } from '../model/event.ts';
import type { NumberedRun, RecordsState } from './records.ts';

/** Grows when a reader of the version before would misread what is written. */
export const JOURNAL_VERSION = 1;

/**
 * A change that is not an event, as a line of a journal tells it. `state` holds all but the events: each journal begins
 * with it, so that older ones can go. `replace` is an event as it is now, which an older journal has in another form.
 */
export type Op =
  | { readonly op: 'state'; readonly state: RecordsState }
  | { readonly op: 'amend'; readonly amendments: readonly Amendment[] }
  | { readonly op: 'replace'; readonly event: AuditEvent }
  | ({ readonly op: 'check-run' } & NumberedRun)
  | { readonly op: 'alerts'; readonly set: readonly Alert[]; readonly gone: readonly string[] }
  | { readonly op: 'baseline'; readonly baseline: Baseline };

/**
 * What the lines begin with that are not events: the record separator of RFC 7464, which no JSON text holds as it is,
 * so that they are found without looking at the others.
 */
export const MARK = 0x1e;
const MARKED = String.fromCharCode(MARK);

/** The line of a change, newline not included. */
export function encodeOp(op: Op): string {
  return MARKED + JSON.stringify(op);
}

/** How the first line of a journal begins. */
export const HEAD_START = '{"journal":';

/** The first line of a journal: the `seq` of the first event that it can hold. */
export interface JournalHead {
  readonly journal: number;
  readonly first: number;
}

/** What the last line of a group says: the lines before it were written together and count as recorded together. */
export interface Commit {
  /** Counted from 1 in each journal. */
  readonly commit: number;
  /** Events among the lines. */
  readonly events: number;
  /** `seq` of the last event, these included. */
  readonly newest: number;
  /** `seq` of the oldest event that was still kept. */
  readonly oldest: number;
}

const COMMIT =
  /^(\{"commit":(\d+),"events":(\d+),"newest":(\d+),"oldest":(\d+),"bytes":(\d+)),"sum":"([0-9a-f]{16})"\}$/;

/** The line that ends a group, newline included. Its digest covers the lines and what it says itself. */
export function encodeCommit(lines: Uint8Array, { commit, events, newest, oldest }: Commit): Uint8Array {
  const says = `{"commit":${commit},"events":${events},"newest":${newest},"oldest":${oldest},"bytes":${lines.length}`;
  return Buffer.from(`${MARKED}${says},"sum":"${digest(lines, says)}"}\n`);
}

/**
 * Reads the line at `at` of a journal, from its mark to its newline, as the end of a group: where the group begins and what it
 * says; null for a line that is none, or does not fit the bytes before it.
 */
export function decodeCommit(
  journal: Buffer,
  at: number,
  end: number,
): { readonly start: number; readonly commit: Commit } | null {
  // Six numbers and a digest are never longer; a damaged line may be.
  if (end - at > 200) return null;
  const match = COMMIT.exec(journal.toString('latin1', at + 1, end));
  if (match === null) return null;
  const [, says = '', commit, events, newest, oldest, bytes, sum] = match;
  const start = at - Number(bytes);
  if (start < 0 || digest(journal.subarray(start, at), says) !== sum) return null;
  const numbers = { commit: Number(commit), events: Number(events), newest: Number(newest), oldest: Number(oldest) };
  return { start, commit: numbers };
}

/**
 * The first 16 hexadecimal digits of a SHA-256: tells lines that were written whole from those that were not. Not a
 * CRC, which SHA-256 outruns where the processor helps and which `node:zlib` of Deno 2.4, whose runtime ships in the
 * offline build, computes wrongly (denoland/deno#30636).
 */
function digest(lines: Uint8Array, says: string): string {
  return createHash('sha256').update(lines).update(says).digest('hex').slice(0, 16);
}
