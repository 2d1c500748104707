import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Alert } from '../model/alert.ts';
import type { Baseline } from '../model/anomaly.ts';
import type { Amendment, AuditEvent } from '../model/event.ts';
import type { NumberedRun, RecordsState } from './records.ts';

/** Grows when a reader of the version before would misread what is written. */
export const JOURNAL_VERSION = 2;

/** Journals of version 1 have no hash chain. */
export const READ_VERSIONS: readonly number[] = [1, JOURNAL_VERSION];

/** What the first group of a state directory has in place of the hash of the one before. */
export const NO_GROUP = '0'.repeat(64);

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

/** A link of the hash chain: a group's own hash, SHA-256 in hexadecimal, and that of the group before. */
export interface Link {
  readonly previous: string;
  readonly sha256: string;
}

const COMMIT =
  /^(\{"commit":(\d+),"events":(\d+),"newest":(\d+),"oldest":(\d+),"bytes":(\d+)(?:,"previous":"([0-9a-f]{64})")?),"sum":"([0-9a-f]{16}|[0-9a-f]{64})"\}$/;

/**
 * The line that ends a group, newline included, and the hash in it, which covers the lines and what the line says itself:
 * the hash of the group before as well, so that no group can be changed or taken out without all those behind it.
 */
export function encodeCommit(
  lines: Uint8Array,
  { commit, events, newest, oldest }: Commit,
  previous: string,
): { readonly line: Uint8Array; readonly sha256: string } {
  const numbers = `"commit":${commit},"events":${events},"newest":${newest},"oldest":${oldest},"bytes":${lines.length}`;
  const says = `{${numbers},"previous":"${previous}"`;
  const sha256 = digest(lines, says);
  return { line: Buffer.from(`${MARKED}${says},"sum":"${sha256}"}\n`), sha256 };
}

/**
 * Reads the line at `at` of a journal, from its mark to its newline, as the end of a group: where the group begins and what it
 * says, with its link where it has one; null for a line that is none, or does not fit the bytes before it.
 */
export function decodeCommit(
  journal: Buffer,
  at: number,
  end: number,
): { readonly start: number; readonly commit: Commit; readonly link: Link | null } | null {
  // Six numbers and two hashes are never longer; a damaged line may be.
  if (end - at > 320) return null;
  const match = COMMIT.exec(journal.toString('latin1', at + 1, end));
  if (match === null) return null;
  const [, says = '', commit, events, newest, oldest, bytes, previous, sum = ''] = match;
  const start = at - Number(bytes);
  if (start < 0 || (previous !== undefined) !== (sum.length === 64)) return null;
  const sha256 = digest(journal.subarray(start, at), says);
  if (!sha256.startsWith(sum)) return null;
  const numbers = { commit: Number(commit), events: Number(events), newest: Number(newest), oldest: Number(oldest) };
  // Whoever makes a group of his own can give it any numbers, and a hash that fits them.
  if (!Object.values(numbers).every(Number.isSafeInteger) || numbers.events > numbers.newest) return null;
  return { start, commit: numbers, link: previous === undefined ? null : { previous, sha256 } };
}

/**
 * SHA-256 in hexadecimal, of which version 1 has the first 16 digits: tells lines that were written whole from those that
 * were not. Not a CRC, which SHA-256 outruns where the processor helps and which `node:zlib` of Deno 2.4, whose runtime ships in the
 * offline build, computes wrongly (denoland/deno#30636).
 */
function digest(lines: Uint8Array, says: string): string {
  return createHash('sha256').update(lines).update(says).digest('hex');
}
