import type { Buffer } from 'node:buffer';
import { MAX_BYTES } from './bounds.ts';
import { StoreError } from './error.ts';
import { readStateFile } from './files.ts';
import { indexOfByte } from './index-of-byte.ts';
import {
  type Commit,
  decodeCommit,
  HEAD_START,
  type JournalHead,
  type Link,
  MARK,
  READ_VERSIONS,
} from './journal-format.ts';
import { isHead, parsed } from './shapes.ts';

const NEWLINE = 0x0a;
/** How the line that ends a group begins, after the mark. */
const COMMIT_START = '{"commit":';
/** How the only line of a journal's beginning began before there were groups. */
const OLDER_LAYOUT = '{"sum":"';

const ADVICE = 'move the state directory away, or restore the file from a backup';

/** A group that is as it was written: its lines lie between `start` and `end`. */
export interface Group {
  readonly start: number;
  readonly end: number;
  readonly commit: Commit;
  /** Null in a journal of version 1. */
  readonly link: Link | null;
}

/** Bytes that belong to no whole group: where they are, and the number of the line that they begin in. */
export interface Damage {
  readonly offset: number;
  readonly bytes: number;
  readonly line: number;
  /** True for what a write leaves that was cut short: the end of the file, with the end of one group at most. */
  readonly isTorn: boolean;
}

/** A journal as it was read. */
export interface ReadJournal {
  readonly path: string;
  readonly bytes: Buffer;
  /** Null when nothing of it can be read, or not its beginning. */
  readonly head: JournalHead | null;
  readonly groups: readonly Group[];
  readonly damage: readonly Damage[];
}

/**
 * Reads a journal, which is far shorter than what the store holds. Throws a StoreError for one of another version or for
 * what is no regular file, and what `node:fs` throws. A link is only followed with `mayBeLink`.
 */
export function readJournal(path: string, mayBeLink = false): ReadJournal {
  const bytes = readStateFile(path, MAX_BYTES, mayBeLink);
  const groups: Group[] = [];
  const damage: Damage[] = [];
  let whole = 0;
  let commits = 0;
  const damaged = (end: number) => {
    if (end > whole) damage.push({ offset: whole, bytes: end - whole, line: lineAt(bytes, whole), isTorn: false });
  };
  for (let at = indexOfByte(bytes, MARK); at >= 0; at = indexOfByte(bytes, MARK, at + 1)) {
    const end = indexOfByte(bytes, NEWLINE, at);
    if (end < 0) break;
    const group = decodeCommit(bytes, at, end);
    if (group === null || group.start < whole) {
      if (bytes.toString('latin1', at + 1, at + 1 + COMMIT_START.length) === COMMIT_START) commits += 1;
      continue;
    }
    damaged(group.start);
    groups.push({ start: group.start, end: at, commit: group.commit, link: group.link });
    whole = end + 1;
    commits = 0;
  }
  damaged(bytes.length);
  const last = damage.at(-1);
  if (last !== undefined && last.offset === whole) damage[damage.length - 1] = { ...last, isTorn: commits <= 1 };
  return { path, bytes, head: headOf(path, bytes, groups), groups, damage };
}

/** True for a journal that was being made: nothing was recorded in it yet. */
export function isUnborn({ bytes, groups }: ReadJournal): boolean {
  if (groups.length > 0) return false;
  const start = bytes.toString('latin1', 0, HEAD_START.length);
  return HEAD_START.startsWith(start) || bytes.every((byte) => byte === 0);
}

/** What is said of a journal that is not one. */
export function notAJournal(path: string): StoreError {
  return new StoreError(path, `line 1 (byte 0) is damaged; ${ADVICE}`);
}

function headOf(path: string, bytes: Buffer, groups: readonly Group[]): JournalHead | null {
  if (bytes.toString('latin1', 0, OLDER_LAYOUT.length) === OLDER_LAYOUT) throw olderLayout(path);
  const [first] = groups;
  if (first === undefined || first.start !== 0) return null;
  const head = parsed(bytes.toString('utf8', 0, indexOfByte(bytes, NEWLINE)));
  if (!isHead(head)) throw notAJournal(path);
  if (READ_VERSIONS.includes(head.journal)) return head;
  throw new StoreError(
    path,
    `it has version ${head.journal}, and this bpfwitness knows ${READ_VERSIONS.join(' and ')}`,
  );
}

/** What is said of a state directory that a version before the first release left. */
export function olderLayout(path: string): StoreError {
  return new StoreError(
    path,
    'it was written by a development version, whose state cannot be read; move the state directory away',
  );
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = indexOfByte(bytes, NEWLINE); at >= 0 && at < offset; at = indexOfByte(bytes, NEWLINE, at + 1))
    line += 1;
  return line;
}
