import { OpenGroup, type OpenRun } from './open-group.ts';
import { OpenGroups } from './open-groups.ts';
import type { RecordType } from './record-types.ts';
import { TypeSequences } from './type-sequence.ts';

/** An event is over when one this much newer is seen: auparse's EOE_TIMEOUT (audit-userspace, auparse/auparse.c). */
const TIMEOUT_MS = 2000;

/** Events, and bytes of their records, held open at once; past either the older half is closed. */
const MAX_OPEN = 4096;
const MAX_HELD = 32 * 1024 * 1024;

/**
 * Bytes of one event, past which it is closed: the kernel writes some hundred records of one at most, and what is made of
 * an event is made at one go.
 */
const MAX_GROUP = 4 * 1024 * 1024;

/** What holding a record takes beside its bytes, so that many short ones are bounded too. */
const RECORD_BYTES = 128;

/**
 * ... and this many records came in since its last: where little happens the newer event may come between the records
 * of the older one (go-libaudit testdata/out_of_order.log has one 8 s late).
 */
const MIN_LAG = 64;

/** How far event time must move, and how many records must come, before open events are looked through again. */
const SWEEP_MS = 250;
const SWEEP_RECORDS = MIN_LAG;

/**
 * Gathers records into audit events by node, time and serial. Records of several events come interleaved, so nothing
 * in a record closes its event: PROCTITLE is not always last, EOE is not always there. An event is closed when a newer
 * one shows that its time is over, when too many are open, or at the end. Closed events come lowest time first.
 *
 * Closing is judged by the times in the log: where that runs backwards, events from before the jump stay open
 * until the clock comes by again or the log ends, and none is torn apart.
 */
export class AuditGrouper {
  readonly #open = new OpenGroups();
  readonly #sequences = new TypeSequences();
  #current: OpenGroup | null = null;
  /** Whether the last record opened it. */
  #isNew = false;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #sweptRecords = Number.NEGATIVE_INFINITY;
  #records = 0;
  #held = 0;

  /** Events not yet closed. */
  get open(): number {
    return this.#open.size;
  }

  /** The event that grew last, while it is open. */
  get current(): OpenGroup | null {
    return this.#current;
  }

  /** Events ever opened: grows when {@link add} opened another. */
  opened = 0;

  /** The event with this key, if it is open; it is `current` afterwards. */
  find(node: string | null, time: number, serial: number): OpenGroup | null {
    const current = this.#current;
    if (current !== null && current.serial === serial && current.time === time && current.node === node) return current;
    const known = this.#open.find(node, time, serial);
    if (known !== null) this.#current = known;
    return known;
  }

  /**
   * Opens an event, which is not open, with its first record. `touched` is any rising number, for {@link closeQuiet}.
   * Ask {@link close} then for what is over.
   */
  begin(
    key: { readonly node: string | null; readonly time: number; readonly serial: number },
    type: RecordType,
    run: OpenRun,
    touched: number,
  ): OpenGroup {
    this.#records += 1;
    const group = new OpenGroup(key, run, this.#sequences.next(null, type), this.#records, touched);
    this.#hold(group, run.end - run.place + RECORD_BYTES);
    this.#open.insert(group);
    this.#current = group;
    this.#isNew = true;
    this.opened += 1;
    return group;
  }

  /** Adds another record, of so many bytes, to an open event. Ask {@link close} then for what is over. */
  add(group: OpenGroup, type: RecordType, bytes: number, touched: number): void {
    this.#records += 1;
    group.types = this.#sequences.next(group.types, type);
    group.lastIndex = this.#records;
    group.touched = touched;
    this.#hold(group, bytes + RECORD_BYTES);
    this.#isNew = false;
  }

  /** The last record goes on with these bytes more. */
  grow(bytes: number): void {
    if (this.#current !== null) this.#hold(this.#current, bytes);
  }

  /** The events that are over after the last record. */
  close(): readonly OpenGroup[] {
    if (this.#held > MAX_HELD || this.#open.size > MAX_OPEN) return this.#closeOlderHalf();
    const current = this.#current;
    if (current !== null && current.held > MAX_GROUP) {
      const over: OpenGroup[] = [];
      this.#take(current, over);
      return over;
    }
    if (current === null || !this.#isNew || this.#records - this.#sweptRecords < SWEEP_RECORDS) return NONE;
    const { time } = current;
    if (time >= this.#sweptAt && time - this.#sweptAt < SWEEP_MS) return NONE;
    this.#sweptAt = time;
    this.#sweptRecords = this.#records;
    const limit = time - TIMEOUT_MS;
    const over: OpenGroup[] = [];
    for (let group = this.#open.earliest; group !== null && group.time < limit; ) {
      const { later } = group;
      if (this.#records - group.lastIndex >= MIN_LAG) this.#take(group, over);
      group = later;
    }
    return over;
  }

  /** Closes events that have not grown since `before`: for a log that is being written, where silence says it all. */
  closeQuiet(before: number): readonly OpenGroup[] {
    return this.#closeAll((group) => group.touched <= before);
  }

  /** Closes all. */
  end(): readonly OpenGroup[] {
    return this.#closeAll(() => true);
  }

  /** Calls back with every open event, earliest first. */
  forEach(visit: (group: OpenGroup) => void): void {
    for (let group = this.#open.earliest; group !== null; group = group.later) visit(group);
  }

  /** The event that is growing stays open, unless it is the only one. */
  #closeOlderHalf(): readonly OpenGroup[] {
    const over: OpenGroup[] = [];
    const only = this.#open.size === 1;
    let left = only ? 1 : Math.ceil((this.#open.size - 1) / 2);
    for (let group = this.#open.earliest; group !== null && left > 0; ) {
      const { later } = group;
      if (only || group !== this.#current) {
        this.#take(group, over);
        left -= 1;
      }
      group = later;
    }
    return over;
  }

  #closeAll(isOver: (group: OpenGroup) => boolean): readonly OpenGroup[] {
    const over: OpenGroup[] = [];
    for (let group = this.#open.earliest; group !== null; ) {
      const { later } = group;
      if (isOver(group)) this.#take(group, over);
      group = later;
    }
    return over;
  }

  #hold(group: OpenGroup, bytes: number): void {
    group.held += bytes;
    this.#held += bytes;
  }

  #take(group: OpenGroup, into: OpenGroup[]): void {
    this.#open.remove(group);
    group.isOpen = false;
    if (group === this.#current) this.#current = null;
    this.#held -= group.held;
    into.push(group);
  }
}

const NONE: readonly OpenGroup[] = [];
