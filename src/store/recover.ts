import type { Buffer } from 'node:buffer';
import { rmSync } from 'node:fs';
import type { Unreadable } from '../model/observation.ts';
import { append } from '../text/lists.ts';
import { asStoreError } from './error.ts';
import { readHead, type StateHead } from './head-file.ts';
import { indexOfByte } from './index-of-byte.ts';
import { truncateJournal } from './journal.ts';
import { MARK, type Op } from './journal-format.ts';
import { type Group, isUnborn, notAJournal, type ReadJournal, readJournal } from './journal-reader.ts';
import { isOp, parsed } from './shapes.ts';
import { StatePaths } from './state-paths.ts';

const NEWLINE = 0x0a;

/** What rebuilds the store. */
export interface Rebuild {
  /** Takes the lines of so many events, of which the first has this `seq`, and where they begin in a journal. */
  events(lines: Uint8Array, first: number, count: number, at: PlaceInJournal): void;
  /** Takes a change that came after the events so far. */
  op(op: Op): void;
  /** All was read: the events up to this `seq` had been let go. Returns the lines that were no events, and left out. */
  end(gone: number): readonly Unreadable[];
}

export interface PlaceInJournal {
  readonly file: string;
  readonly offset: number;
}

/** A journal that stays. */
export interface KeptJournal {
  readonly number: number;
  /** `seq` of the first event that it can hold. */
  readonly first: number;
}

export interface Recovery {
  /** Journals, oldest first. */
  readonly journals: readonly KeptJournal[];
  /** `seq` of the last event, and of the oldest that was kept. */
  readonly newest: number;
  readonly oldest: number;
  /** Groups and events in the last journal, and the length up to which it is to be kept. */
  readonly last: {
    readonly commits: number;
    readonly events: number;
    readonly length: number;
    /** Hash of its last group; null in a journal without a chain. */
    readonly head: string | null;
  } | null;
  /** What was found damaged and got over. */
  readonly damage: readonly Unreadable[];
}

/**
 * Rebuilds a store from its state directory, and leaves the directory as if nothing had been cut short: what was never
 * finished goes. See {@link restore}.
 */
export function recover(paths: StatePaths, rebuild: Rebuild): Recovery {
  const recovery = restore(paths, rebuild);
  const kept = new Set(recovery.journals.map(({ number }) => number));
  for (const number of paths.journals()) if (!kept.has(number)) rmSync(paths.journal(number), { force: true });
  const last = recovery.journals.at(-1);
  if (last !== undefined && recovery.last !== null) truncateJournal(paths.journal(last.number), recovery.last.length);
  return recovery;
}

/**
 * Reads a state directory without changing it. A group that was torn when the process or the machine stopped was never
 * acknowledged: it is left out and told in `damage`. Any other damage is told there too, and what is whole before and
 * after it is kept. Throws a StoreError naming the file when there are journals and nothing of them can be read; it
 * never starts empty instead.
 */
export function restore(paths: StatePaths, rebuild: Rebuild): Recovery {
  // Before the journals: another process may be writing them, and what it says was written before.
  const head = readHead(paths.head);
  const numbers = paths.journals();
  const damage: Unreadable[] = [];
  let last = readLast(paths, numbers, damage);
  if (last === null) {
    append(damage, rebuild.end(0));
    if (head !== null) damage.push(cutOff(paths, head));
    return { journals: [], newest: 0, oldest: 1, last: null, damage };
  }
  const oldest = last.groups.at(-1)?.commit.oldest ?? 1;
  const loader = new Loader(rebuild, oldest, damage);
  const journals: KeptJournal[] = [];
  let isWhole = head === null;
  numbers.forEach((number, index) => {
    const path = paths.journal(number);
    const isLast = index === numbers.length - 1;
    const journal = isLast && last !== null ? last : readJournal(path);
    if (isLast) last = null;
    const first = journal.head?.first ?? loader.next;
    if (index > 0 && number !== (numbers[index - 1] ?? 0) + 1) {
      damage.push({ at: { file: path }, reason: 'the journal before it is missing', text: '' });
    }
    // What comes before the first event that is kept is no longer needed, and neither is a journal of only that.
    if (journals.length === 1 && first <= oldest) journals.pop();
    journals.push({ number, first });
    loader.load(journal, isLast);
    isWhole ||= number === head?.journal && holdsGroup(journal, head);
  });
  loader.finish();
  if (head !== null && !isWhole) damage.push(cutOff(paths, head));
  return { journals, newest: loader.next - 1, oldest, last: loader.last, damage };
}

/** What {@link restore} found damaged in a directory that is only looked at. Throws a StoreError. */
export function look(directory: string, rebuild: Rebuild): readonly Unreadable[] {
  try {
    return restore(new StatePaths(directory), rebuild).damage;
  } catch (error) {
    throw asStoreError(directory, error);
  }
}

/** The last journal, which knows what was kept; one that was only being made is passed over and taken off the list. */
function readLast(paths: StatePaths, numbers: number[], damage: Unreadable[]): ReadJournal | null {
  for (let number = numbers.at(-1); number !== undefined; number = numbers.at(-1)) {
    const path = paths.journal(number);
    const journal = readJournal(path);
    if (journal.groups.length > 0) return journal;
    if (!isUnborn(journal)) throw notAJournal(path);
    if (journal.bytes.length > 0) damage.push(unfinished(path, 1, 0, journal.bytes.length));
    numbers.pop();
  }
  return null;
}

function holdsGroup({ groups }: ReadJournal, { commit, sha256 }: StateHead): boolean {
  return groups.some((group) => group.commit.commit === commit && group.link?.sha256 === sha256);
}

function cutOff(paths: StatePaths, { journal, commit, sha256 }: StateHead): Unreadable {
  const reason = `group ${commit} (SHA-256 ${sha256}) was recorded and is not there: the journal was emptied, cut, replaced or taken away`;
  return { at: { file: paths.journal(journal) }, reason, text: '' };
}

function unfinished(file: string, line: number, offset: number, bytes: number): Unreadable {
  const reason = `an unfinished record of ${bytes} bytes at the end of the journal was dropped`;
  return { at: { file, line, offset }, reason, text: '' };
}

/** What is said of a line that bpfwitness does not write. */
export function notOurs(at: PlaceInJournal, what: string): Unreadable {
  return { at, reason: `the line is not ${what} as bpfwitness writes one, and was left out`, text: '' };
}

/** Reads journals in order. */
class Loader {
  readonly #rebuild: Rebuild;
  readonly #oldest: number;
  readonly #damage: Unreadable[];
  /** `seq` of the next event. */
  next = 1;
  last: Recovery['last'] = null;
  /** Hash of the group before; null at the start, and behind one without a chain. */
  #previous: string | null = null;

  constructor(rebuild: Rebuild, oldest: number, damage: Unreadable[]) {
    this.#rebuild = rebuild;
    this.#oldest = oldest;
    this.#damage = damage;
  }

  load(journal: ReadJournal, isLast: boolean): void {
    const { path, bytes, groups, damage } = journal;
    const torn = isLast ? damage.find(({ isTorn }) => isTorn) : undefined;
    for (const each of damage) {
      const at = { file: path, line: each.line, offset: each.offset };
      if (each === torn) this.#damage.push(unfinished(path, each.line, each.offset, each.bytes));
      else this.#damage.push({ at, reason: `${each.bytes} bytes are damaged and were left out`, text: '' });
    }
    for (const group of groups) {
      // What stands between two groups is told already.
      if (damage.some(({ offset, bytes: length }) => offset + length === group.start)) this.#previous = null;
      this.#group(path, bytes, group);
    }
    if (!isLast) return;
    const events = groups.reduce((sum, { commit }) => sum + commit.events, 0);
    const newest = groups.at(-1);
    const head = newest?.link?.sha256 ?? null;
    this.last = { commits: newest?.commit.commit ?? 0, events, length: torn?.offset ?? bytes.length, head };
  }

  finish(): void {
    append(this.#damage, this.#rebuild.end(this.#oldest - 1));
  }

  #group(path: string, bytes: Buffer, { start, end, commit, link }: Group): void {
    const { events, newest } = commit;
    const first = newest - events + 1;
    const expected = Math.max(this.next, this.#oldest);
    if (first > expected) {
      const reason = `events ${expected} to ${first - 1} are missing before byte ${start}`;
      this.#damage.push({ at: { file: path, offset: start }, reason, text: '' });
    } else if (link !== null && this.#previous !== null && link.previous !== this.#previous) {
      const reason = `the group before byte ${start} is not the one that was written there`;
      this.#damage.push({ at: { file: path, offset: start }, reason, text: '' });
    }
    this.#previous = link?.sha256 ?? null;
    this.next = Math.max(this.next, first);
    const lines = bytes.subarray(start, end);
    let odd: number | null = null;
    for (let at = start === 0 ? indexOfByte(lines, NEWLINE) + 1 : 0; at < lines.length; ) {
      const mark = indexOfByte(lines, MARK, at);
      const until = mark < 0 ? lines.length : mark;
      const part = lines.subarray(at, until);
      // Mostly it has nothing but events, and says how many.
      if (until > at) {
        this.#events(part, part.length === lines.length ? events : linesIn(part), { file: path, offset: start + at });
      }
      if (mark < 0) break;
      at = indexOfByte(lines, NEWLINE, mark) + 1;
      const op = parsed(lines.toString('utf8', mark + 1, at));
      if (isOp(op)) this.#rebuild.op(op);
      else odd ??= start + mark;
    }
    // One of each group: there may be millions.
    if (odd !== null) this.#damage.push(notOurs({ file: path, offset: odd }, 'a change'));
    this.next = newest + 1;
  }

  /** Hands on lines of events, apart from those that were let go. */
  #events(lines: Buffer, count: number, { file, offset }: PlaceInJournal): void {
    const end = this.next + count;
    let from = 0;
    let first = this.next;
    while (first < this.#oldest && from < lines.length) {
      from = indexOfByte(lines, NEWLINE, from) + 1;
      first += 1;
    }
    if (from < lines.length) {
      this.#rebuild.events(lines.subarray(from), first, end - first, { file, offset: offset + from });
    }
    this.next = end;
  }
}

function linesIn(lines: Buffer): number {
  let count = 0;
  for (let at = indexOfByte(lines, NEWLINE); at >= 0; at = indexOfByte(lines, NEWLINE, at + 1)) count += 1;
  return count;
}
