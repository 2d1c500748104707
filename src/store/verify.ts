import { errorCode } from '../text/system-error.ts';
import { readHead } from './head-file.ts';
import { NO_GROUP } from './journal-format.ts';
import { type ReadJournal, readJournal } from './journal-reader.ts';
import { StatePaths } from './state-paths.ts';

/** What the hash chain of journals turned out to be. */
export interface JournalsState {
  /** Groups with a link that follows the one before, up to the first fault. */
  readonly groups: number;
  /** Hash of the last of them; null where no journal has a chain. */
  readonly head: string | null;
  /** Journals of version 1, which have no chain. */
  readonly withoutChain: number;
  /** Whether the first group follows one that is no longer kept, or is the first that ever was. */
  readonly isFromStart: boolean;
  /** `seq` of the first event that the first journal can hold, and of the oldest event that was kept at the end. */
  readonly first: number;
  readonly oldest: number;
  /** Bytes at the end of the last journal of a group that was never finished. */
  readonly unfinishedBytes: number;
  /** The first thing that is wrong, and where; null where nothing is. */
  readonly fault: { readonly file: string; readonly line?: number; readonly reason: string } | null;
  /** Of the hashes that were looked for: which group of all each is the hash of, counted from 1. */
  readonly found: ReadonlyMap<string, number>;
}

/** A process that writes journals may remove one that is listed; it seldom does so several times in a row. */
const ATTEMPTS = 10;

/**
 * Follows the hash chain of the journals in a state directory, which it does not change. Another process may be writing
 * them: a fault counts only where nothing was written meanwhile, or where it is found again. Throws what reading them throws.
 */
export function verifyState(directory: string, heads: readonly string[]): JournalsState {
  const { head } = new StatePaths(directory);
  for (let attempt = 1; ; attempt += 1) {
    const before = readHead(head)?.sha256;
    const isLast = attempt === ATTEMPTS;
    try {
      const state = verifyOnce(directory, heads);
      if (state.fault === null || isLast || readHead(head)?.sha256 === before) return state;
    } catch (error) {
      if (isLast || errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

function verifyOnce(directory: string, heads: readonly string[]): JournalsState {
  const paths = new StatePaths(directory);
  // Before the journals, so that it is not ahead of what is read of them.
  const newest = readHead(paths.head);
  const files = paths.journals().map((number) => paths.journal(number));
  const state = verifyJournals(files, [...heads, ...(newest === null ? [] : [newest.sha256])]);
  const [firstFile = paths.directory] = files;
  // A journal goes when the first event of the next one is the oldest that is kept, or an older one (durability.ts).
  if (state.fault === null && !state.isFromStart && state.first > state.oldest) {
    return {
      ...state,
      fault: { file: firstFile, reason: 'journals before it were taken away: they held events that were kept' },
    };
  }
  if (newest === null || state.fault !== null || state.found.has(newest.sha256)) return state;
  const reason = `group ${newest.commit} (SHA-256 ${newest.sha256}) was recorded and is not there: the journal was emptied, cut, replaced or taken away`;
  return { ...state, fault: { file: paths.journal(newest.journal), reason } };
}

/** Follows the hash chain through these journals, oldest first. Those that were named may be links (`mayBeLinks`). */
export function verifyJournals(files: readonly string[], heads: readonly string[], mayBeLinks = false): JournalsState {
  let [groups, withoutChain, unfinishedBytes] = [0, 0, 0];
  let [first, oldest] = [1, 1];
  let previous: string | null = null;
  let isFromStart = false;
  const found = new Map<string, number>();
  const end = (fault: JournalsState['fault'] = null): JournalsState => {
    return { groups, head: previous, withoutChain, isFromStart, first, oldest, unfinishedBytes, fault, found };
  };
  for (const [index, file] of files.entries()) {
    const journal = readJournal(file, mayBeLinks);
    const isLast = index === files.length - 1;
    if (index === 0) first = journal.head?.first ?? 1;
    oldest = journal.groups.at(-1)?.commit.oldest ?? oldest;
    const damage = journal.damage.find(({ isTorn }) => !(isTorn && isLast));
    const isOld = journal.groups.some(({ link }) => link === null);
    if (isOld && previous !== null)
      return end({ file, reason: 'it has no hash chain, and a journal before it has one' });
    if (isOld) withoutChain += 1;
    for (const { start, link } of journal.groups) {
      // What is damaged lies before the first group behind it.
      if (damage !== undefined && start > damage.offset) break;
      if (link === null) continue;
      if (previous !== null && link.previous !== previous) {
        return end({
          file,
          line: lineOf(journal, start),
          reason: 'a group is not followed by the one that was written behind it',
        });
      }
      if (previous === null) isFromStart = link.previous === NO_GROUP;
      if (previous === null && withoutChain > 0 && !isFromStart) {
        return end({ file, reason: 'it follows a group with a hash, and the journals before it have none' });
      }
      previous = link.sha256;
      groups += 1;
      if (heads.includes(link.sha256)) found.set(link.sha256, groups);
    }
    if (damage !== undefined)
      return end({ file, line: damage.line, reason: `${damage.bytes} bytes are not as they were written` });
    if (isLast) unfinishedBytes = journal.damage.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  return end();
}

function lineOf({ bytes }: ReadJournal, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at += 1) if (bytes[at] === 0x0a) line += 1;
  return line;
}
