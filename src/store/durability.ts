import { Buffer } from 'node:buffer';
import { rmSync } from 'node:fs';
import type { AuditEvent } from '../model/event.ts';
import type { Unreadable } from '../model/observation.ts';
import { claimDirectory } from './claim.ts';
import { asStoreError, StoreError } from './error.ts';
import type { EventTable } from './event-table.ts';
import { syncDirectory } from './files.ts';
import { HeadFile } from './head-file.ts';
import { Journal } from './journal.ts';
import { encodeOp, JOURNAL_VERSION, type JournalHead, NO_GROUP, type Op } from './journal-format.ts';
import { MAX_PENDING_LENGTH, Pending } from './pending.ts';
import type { Records } from './records.ts';
import { type KeptJournal, type Rebuild, recover } from './recover.ts';
import { StatePaths } from './state-paths.ts';

/** Characters of events that are read back and written as one group. */
const GROUP_LENGTH = 1024 * 1024;

/** When a journal is long enough for the next one to begin. */
export interface JournalBounds {
  readonly events: number;
  readonly bytes: number;
}

/** What is recorded: read when a journal begins, and when there was too much to hold while the disk refused it. */
export interface Recorded {
  readonly events: EventTable;
  readonly records: Records;
}

/** Keeps a store's changes in a state directory: in journals, each with the events of some time. */
export class Durability {
  readonly #paths: StatePaths;
  readonly #bounds: JournalBounds;
  readonly #recorded: Recorded;
  readonly #pending = new Pending();
  #release: () => void = () => {};
  #journal: Journal | null = null;
  #head: HeadFile | null = null;
  /** Whether journals have a group that the head file does not tell of. */
  #isHeadDue = false;
  #journals: KeptJournal[] = [];
  /** `seq` of the newest event, and of the oldest, as the disk has them. */
  #newest = 0;
  #oldest = 1;
  /** Events that changed since the disk had them, once there was too much to hold; else null. */
  #behind: Set<number> | null = null;
  #startAnew = false;
  #removalFailure: StoreError | null = null;

  constructor(directory: string, bounds: JournalBounds, recorded: Recorded) {
    this.#paths = new StatePaths(directory);
    this.#bounds = bounds;
    this.#recorded = recorded;
  }

  /** Why the last attempt to remove a journal that is no longer needed failed; null when it did not. */
  get removalFailure(): StoreError | null {
    return this.#removalFailure;
  }

  /** Characters and bytes that a flush would write. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Locks the directory, makes it if need be, and rebuilds what it holds. Returns what was damaged. Throws StoreError. */
  open(rebuild: Rebuild): readonly Unreadable[] {
    const { directory } = this.#paths;
    try {
      this.#release = claimDirectory(this.#paths);
    } catch (error) {
      throw asStoreError(directory, error);
    }
    try {
      const { journals, newest, oldest, last, damage } = recover(this.#paths, rebuild);
      this.#journals = [...journals];
      this.#newest = newest;
      this.#oldest = oldest;
      const current = journals.at(-1);
      this.#head = new HeadFile(this.#paths.head);
      // A journal without a chain is not gone on with.
      if (current === undefined || last === null || last.head === null) this.#start();
      else this.#journal = new Journal(this.#paths.journal(current.number), last.commits, last.events, last.head);
      this.#isHeadDue = true;
      this.#noteHead();
      return damage;
    } catch (error) {
      this.#release();
      throw asStoreError(directory, error);
    }
  }

  /** Takes a change that the next flush is to make durable, with the `seq` of the events that it changes. */
  add(op: Op, changed: readonly number[] = []): void {
    if (this.#behind === null) this.#take(encodeOp(op), 0, changed);
    else for (const seq of changed) this.#behind.add(seq);
  }

  /** Takes the lines of new events. */
  addEvents(lines: Uint8Array, events: number): void {
    if (this.#behind === null) this.#take(lines, events, []);
  }

  /** Lets the next flush begin a new journal, so that those before it can go with their events. */
  startAnew(): void {
    this.#startAnew = true;
  }

  /** Makes all changes durable. Throws a StoreError when the disk refuses; a later flush tries again. */
  flush(): void {
    if (this.#journal === null) throw new StoreError(this.#paths.directory, 'the store is closed');
    // What is still being imported could not be read back.
    if (this.#behind !== null) this.#recorded.events.settle();
    if (this.#startAnew || this.#behind !== null) this.#start();
    this.#startAnew = false;
    if (this.#behind !== null) this.#catchUp(this.#behind);
    for (let group = this.#pending.first(); group !== null; group = this.#pending.first()) {
      this.#append(group.lines, group.events, this.#newest + group.events);
      this.#pending.done(group.parts);
    }
    if (this.#oldest !== this.#recorded.events.oldest) this.#append(new Uint8Array(0), 0, this.#newest);
    // Before journals go: it may still name a group of one of them.
    this.#noteHead();
    this.#removeGone();
  }

  /** Makes all changes durable and gives the directory back. Throws StoreError. */
  close(): void {
    if (this.#journal === null) return;
    try {
      this.flush();
    } finally {
      closeQuietly(this.#journal);
      this.#journal = null;
      this.#head?.close();
      this.#head = null;
      this.#release();
    }
  }

  #take(lines: string | Uint8Array, events: number, changed: readonly number[]): void {
    this.#pending.add(lines, events, changed);
    if (this.#pending.length <= MAX_PENDING_LENGTH) return;
    // The tables have all of it, and can be read when the disk takes it again.
    this.#behind = new Set(this.#pending.changed);
    this.#pending.clear();
  }

  /** Writes a group, whose last event has the `seq` `newest`; in a new journal when this one is long. */
  #append(lines: Uint8Array, events: number, newest: number): void {
    const { bounds, journal } = { bounds: this.#bounds, journal: this.#journal };
    if (journal !== null && (journal.events >= bounds.events || journal.bytes >= bounds.bytes)) this.#start();
    const oldest = this.#recorded.events.oldest;
    try {
      this.#journal?.append(lines, { events, newest, oldest });
    } catch (error) {
      throw asStoreError(this.#paths.directory, error);
    }
    this.#newest = newest;
    this.#oldest = oldest;
    this.#isHeadDue = true;
  }

  /**
   * Writes down how far the journals go, once what they have is no longer pending: where this fails, nothing may be written a
   * second time, and a later flush tries it again.
   */
  #noteHead(): void {
    if (!this.#isHeadDue) return;
    const { head: sha256, commits: commit } = this.#journal ?? {};
    const journal = this.#journals.at(-1)?.number;
    if (sha256 === undefined || commit === undefined || journal === undefined) return;
    try {
      this.#head?.write({ journal, commit, sha256 });
      this.#isHeadDue = false;
    } catch (error) {
      throw asStoreError(this.#paths.head, error);
    }
  }

  /** Writes from the tables what could not be held: changed events, then those that the disk never had. */
  #catchUp(changed: ReadonlySet<number>): void {
    const { oldest, newest } = this.#recorded.events;
    let lines = '';
    for (const seq of changed) {
      const event = seq <= this.#newest ? this.#event(seq) : null;
      if (event !== null) lines += `${encodeOp({ op: 'replace', event })}\n`;
      if (lines.length < GROUP_LENGTH) continue;
      this.#append(Buffer.from(lines), 0, this.#newest);
      lines = '';
    }
    if (lines !== '') this.#append(Buffer.from(lines), 0, this.#newest);
    let events = 0;
    lines = '';
    for (let seq = Math.max(this.#newest + 1, oldest); seq <= newest; seq += 1) {
      const event = this.#event(seq);
      if (event === null) continue;
      lines += `${JSON.stringify(event)}\n`;
      events += 1;
      if (lines.length < GROUP_LENGTH && seq < newest) continue;
      this.#append(Buffer.from(lines), events, seq);
      events = 0;
      lines = '';
    }
    this.#behind = null;
  }

  #event(seq: number): AuditEvent | null {
    const { events } = this.#recorded;
    return events.segments.of(seq) === null ? null : events.lookup.at(seq);
  }

  /** Begins a new journal with all but the events. */
  #start(): void {
    const number = (this.#journals.at(-1)?.number ?? 0) + 1;
    const path = this.#paths.journal(number);
    const oldest = this.#recorded.events.oldest;
    const head: JournalHead = { journal: JOURNAL_VERSION, first: this.#newest + 1 };
    let journal: Journal | null = null;
    try {
      journal = new Journal(path, 0, 0, this.#journal?.head ?? NO_GROUP);
      const lines = Buffer.from(
        `${JSON.stringify(head)}\n${encodeOp({ op: 'state', state: this.#recorded.records.state() })}\n`,
      );
      journal.append(lines, { events: 0, newest: this.#newest, oldest });
      syncDirectory(this.#paths.directory);
    } catch (error) {
      if (journal !== null) closeQuietly(journal);
      rmSync(path, { force: true });
      throw asStoreError(this.#paths.directory, error);
    }
    if (this.#journal !== null) closeQuietly(this.#journal);
    this.#journal = journal;
    this.#oldest = oldest;
    this.#journals.push({ number, first: head.first });
    this.#isHeadDue = true;
  }

  /** Removes the journals whose events were all let go. */
  #removeGone(): void {
    try {
      while ((this.#journals[1]?.first ?? Number.POSITIVE_INFINITY) <= this.#oldest) {
        rmSync(this.#paths.journal(this.#journals[0]?.number ?? 0), { force: true });
        this.#journals.shift();
      }
      this.#removalFailure = null;
    } catch (error) {
      this.#removalFailure = asStoreError(this.#paths.directory, error);
    }
  }
}

/** Closes a journal whose groups are on the disk already: a failure takes nothing away. */
function closeQuietly(journal: Journal): void {
  try {
    journal.close();
  } catch {
    // Only an unfinished group can be left, and recovery cuts that off.
  }
}
