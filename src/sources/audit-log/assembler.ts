import type { Gap, Observation } from '../../model/observation.ts';
import { mayBeBpfSyscall } from '../../normalise/bpf-commands.ts';
import { unreadable } from '../lines.ts';
import type { EventKey } from './adjacency.ts';
import type { ByteWindow } from './byte-window.ts';
import { GapFinder } from './gap-finder.ts';
import { canGrow, firstPlaceOf, GroupTexts, type RecordText } from './group-texts.ts';
import { AuditGrouper } from './grouper.ts';
import { joinLine } from './join-line.ts';
import type { Where } from './log-file.ts';
import { type OpenGroup, RunPool } from './open-group.ts';
import type { RecordType } from './record-types.ts';
import { countedBy, type TypeSequence } from './type-sequence.ts';

/** What {@link EventAssembler.line} is where no line is read. */
export const NO_LINE = -1;

/** In a record that says that the kernel has started: `state=initialized` or, before Linux 4.9, `initialized`. */
const STARTED = /\binitialized\b/;

/** Records in, observations out: events that can become ours with their text, the others as counts. */
export class EventAssembler {
  readonly gaps = new GapFinder();
  readonly #pool = new RunPool();
  readonly #texts: GroupTexts;
  readonly #grouper = new AuditGrouper();
  #ready: Observation[] = [];
  #waitingGaps: Gap[] = [];
  #numbered = Number.MIN_SAFE_INTEGER;
  /** The event of the record on the line before, if there is one: that record is the last of the event's. */
  last: OpenGroup | null = null;
  /** Number in the stream of the line that is being read as text, or {@link NO_LINE}: it is still in the window. */
  line = NO_LINE;
  /** When what is being read arrived: any rising number. */
  now = 0;

  constructor(window: ByteWindow) {
    this.#texts = new GroupTexts(window, this.#pool);
  }

  /** Events that are not over yet. */
  get open(): number {
    return this.#grouper.open;
  }

  /** A number below zero, each higher than the one before: what stands for the serial of an event that has none. */
  nextNumber(): number {
    this.#numbered += 1;
    return this.#numbered;
  }

  /** Events so far. */
  get events(): number {
    return this.#grouper.opened;
  }

  /**
   * Adds a record of so many bytes to its event. `matters`: it can become an event of ours. `spelling` says how it can
   * be had as text; null where the bytes in the window are the record. Nothing is kept of `key` and `where`.
   */
  add(
    key: EventKey,
    type: RecordType,
    where: Where,
    length: number,
    matters: boolean,
    spelling: RecordText | null = null,
  ): OpenGroup {
    const { place, line, file } = where;
    const end = place + length;
    let group = this.#grouper.find(key.node, key.time, key.serial);
    if (group === null) {
      const run = this.#pool.take(place, end, line, file);
      group = this.#grouper.begin(key, type, run, this.now);
      this.#texts.spell(group, spelling);
      this.#lookForGaps(group, type);
    } else {
      const { last } = group;
      if (spelling === null && last.end + 1 === place && canGrow(last) && last.file === file) {
        last.end = end;
        last.lines += 1;
      } else {
        last.next = this.#pool.take(place, end, line, file);
        group.last = last.next;
        this.#texts.spell(group, spelling);
      }
      this.#grouper.add(group, type, length, this.now);
    }
    if (matters) group.matters = true;
    this.last = group;
    const over = this.#grouper.close();
    if (over.length > 0) this.#give(over);
    return group;
  }

  /** Goes on with the record on the line before, if the text does and its event is open. */
  extend(line: string, length: number): boolean {
    const group = this.last;
    if (group === null || group !== this.#grouper.current) return false;
    const record = this.#texts.lastOf(group);
    const before = this.#texts.textOf(group, record);
    const joined = joinLine(before, line);
    if (joined === null) return false;
    this.#texts.spell(group, { text: joined, raw: `${record.raw ?? before}\n${line}` });
    group.matters ||= group.types.type?.isSyscall === true && mayBeBpfSyscall(joined);
    this.#grouper.grow(length);
    return true;
  }

  unreadable(where: Where, reason: string, text: string): void {
    const at = { line: where.file.lineOf(where.line), offset: where.file.offsetOf(where.place) };
    this.#ready.push({ kind: 'unreadable', time: null, unreadable: unreadable(where.file.name, at, reason, text) });
  }

  /** Tells of a gap at once. */
  gap(host: string | null, gap: Gap): void {
    this.#ready.push({ kind: 'gap', time: gap.time, host, gap });
  }

  /** Tells of a gap, whose time is not known, before the next event and with its time. */
  gapBeforeNext(gap: Gap): void {
    if (this.#waitingGaps.length < MAX_WAITING_GAPS) this.#waitingGaps.push(gap);
  }

  /** Place in the stream of the first open record that is not decoded; Infinity when there is none. */
  get firstPlace(): number {
    let first = Number.POSITIVE_INFINITY;
    this.#grouper.forEach((group) => {
      first = Math.min(first, firstPlaceOf(group));
    });
    return first;
  }

  /** Makes texts of all records before this place in the stream, whose bytes are about to go. */
  rescue(before: number): void {
    this.#grouper.forEach((group) => {
      this.#texts.rescue(group, before);
    });
  }

  /** What is ready, once. */
  take(): Observation[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Closes events that have not grown since `before`. */
  closeQuiet(before: number): void {
    this.#give(this.#grouper.closeQuiet(before));
  }

  /** Closes all, and tells what is missing in the whole. */
  end(): void {
    this.#give(this.#grouper.end());
    for (const gap of this.#waitingGaps) this.gap(null, gap);
    for (const { host, gap, file } of this.gaps.end()) {
      file.facts.addGap(gap);
      this.gap(host, gap);
    }
  }

  #lookForGaps(group: OpenGroup, { name }: RecordType): void {
    // auditd numbers its own events from anywhere (audit-userspace, src/auditd.c).
    if (name.startsWith('DAEMON_')) return;
    const { first } = group;
    const started = name === 'KERNEL' && STARTED.test(this.#texts.textOf(group, first));
    const gaps = this.gaps.see(group, first, started, name === 'SYSTEM_BOOT');
    for (const gap of gaps) first.file.facts.addGap(gap);
    if (gaps.length === 0 && this.#waitingGaps.length === 0) return;
    group.gaps = [...this.#waitingGaps.map((gap) => ({ ...gap, time: group.time })), ...gaps];
    this.#waitingGaps = [];
  }

  /** Events that are over, earliest first: what is counted only comes as one observation, where the last of it was. */
  #give(groups: readonly OpenGroup[]): void {
    if (groups.length === 0) return;
    const ready = this.#ready;
    const ended: TypeSequence[] = [];
    let newest = 0;
    let at = ready.length;
    for (const group of groups) {
      for (const gap of group.gaps) this.gap(group.node, gap);
      if (group.matters) {
        const whole = this.#texts.whole(group);
        ready.push({ kind: 'audit', time: whole.time, group: whole });
      } else {
        const { types } = group;
        if (types.ended === 0) ended.push(types);
        types.ended += 1;
        newest = group.time;
        at = ready.length;
      }
      this.#pool.release(group);
    }
    if (ended.length > 0) ready.splice(at, 0, { kind: 'skipped', time: newest, records: countedBy(ended) });
  }
}

/** Gaps that wait for an event: a log of nothing else would have no end of them. */
const MAX_WAITING_GAPS = 1000;
