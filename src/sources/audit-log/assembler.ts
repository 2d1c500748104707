import type { AuditRecordGroup, AuditRecordLine, Gap, Observation } from '../../model/observation.ts';
import { mayBeBpfSyscall } from '../../normalise/bpf-commands.ts';
import { unreadable } from '../lines.ts';
import type { ByteWindow } from './byte-window.ts';
import { GapFinder } from './gap-finder.ts';
import { AuditGrouper } from './grouper.ts';
import { joinLine } from './join-line.ts';
import type { Where } from './log-file.ts';
import { type OpenGroup, type OpenRecord, RecordPool } from './open-group.ts';
import type { Counter } from './record-types.ts';

/** In a record that says that the kernel has started: `state=initialized` or, before Linux 4.9, `initialized`. */
const STARTED = /\binitialized\b/;

/** Records in, observations out: events that can become ours with their text, the others as counts. */
export class EventAssembler {
  readonly gaps = new GapFinder();
  readonly pool = new RecordPool();
  readonly #window: ByteWindow;
  readonly #grouper = new AuditGrouper();
  #ready: Observation[] = [];
  #waitingGaps: Gap[] = [];
  /** The record on the line before, if there is one. */
  last: OpenRecord | null = null;
  /** When what is being read arrived: any rising number. */
  now = 0;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /** Events that are not over yet. */
  get open(): number {
    return this.#grouper.open;
  }

  /** Events so far. */
  get events(): number {
    return this.#grouper.opened;
  }

  /** Adds a record to its event. `matters`: it can become an event of ours. */
  add(node: string | null, time: number, serial: number, record: OpenRecord, matters: boolean): OpenGroup {
    const before = this.#grouper.opened;
    const group = this.#grouper.add(node, time, serial, record, this.now);
    group.matters ||= matters;
    if (this.#grouper.opened !== before) this.#lookForGaps(group, record);
    this.last = record;
    const over = this.#grouper.close();
    if (over.length > 0) this.#give(over);
    return group;
  }

  /** Goes on with the last record, if the text does and its event is open. */
  extend(record: OpenRecord, line: string, length: number): boolean {
    const group = this.#grouper.current;
    if (group === null || group.last !== record) return false;
    const before = this.textOf(record);
    const joined = joinLine(before, line);
    if (joined === null) return false;
    record.raw = `${record.raw ?? before}\n${line}`;
    record.text = joined;
    group.matters ||= record.type.isSyscall && mayBeBpfSyscall(joined);
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
      let record: OpenRecord | null = group.first;
      while (record !== null && record.text !== null) record = record.next;
      if (record !== null && record.place < first) first = record.place;
    });
    return first;
  }

  /** Makes texts of all records before this place in the stream, whose bytes are about to go. */
  rescue(before: number): void {
    this.#grouper.forEach((group) => {
      for (let record: OpenRecord | null = group.first; record !== null; record = record.next) {
        if (record.place < before) record.text ??= this.textOf(record);
      }
    });
  }

  textOf(record: OpenRecord): string {
    return record.text ?? this.#window.text(record.place, record.length);
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

  #lookForGaps(group: OpenGroup, record: OpenRecord): void {
    const { name } = record.type;
    // auditd numbers its own events from anywhere (audit-userspace, src/auditd.c).
    if (name.startsWith('DAEMON_')) return;
    const started = name === 'KERNEL' && STARTED.test(this.textOf(record));
    const gaps = this.gaps.see(group, record, started, name === 'SYSTEM_BOOT');
    for (const gap of gaps) record.file.facts.addGap(gap);
    if (gaps.length === 0 && this.#waitingGaps.length === 0) return;
    group.gaps = [...this.#waitingGaps.map((gap) => ({ ...gap, time: group.time })), ...gaps];
    this.#waitingGaps = [];
  }

  /** Events that are over, earliest first: what is counted only comes as one observation, where the last of it was. */
  #give(groups: readonly OpenGroup[]): void {
    if (groups.length === 0) return;
    const ready = this.#ready;
    const counted: Counter[] = [];
    let newest = 0;
    let at = ready.length;
    for (const group of groups) {
      for (const gap of group.gaps) this.gap(group.node, gap);
      if (group.matters) {
        const whole = this.#whole(group);
        ready.push({ kind: 'audit', time: whole.time, group: whole });
        this.pool.release(group);
        continue;
      }
      for (let record: OpenRecord | null = group.first; record !== null; record = record.next) {
        const { counter } = record.type;
        if (counter.skipped === 0) counted.push(counter);
        counter.skipped += 1;
        forget(record);
      }
      newest = group.time;
      at = ready.length;
      this.pool.release(group);
    }
    if (counted.length === 0) return;
    const records = Object.fromEntries(counted.map(({ name, skipped }) => [name, skipped]));
    for (const counter of counted) counter.skipped = 0;
    ready.splice(at, 0, { kind: 'skipped', time: newest, records });
  }

  #whole(group: OpenGroup): AuditRecordGroup {
    const { first, node, told } = group;
    const origin = first.file.name;
    const records: AuditRecordLine[] = [];
    for (let record: OpenRecord | null = first; record !== null; record = record.next) {
      const { file, type, place, line, raw } = record;
      records.push({
        type: type.written,
        text: this.textOf(record),
        line: file.lineOf(line),
        offset: file.offsetOf(place),
        ...(file.name === origin ? {} : { file: file.name }),
        ...(raw === null ? {} : { raw }),
      });
      forget(record);
    }
    const serial = told?.serial ?? (group.serial < 0 ? null : group.serial);
    return { time: told?.time ?? group.time, serial, node, origin, records };
  }
}

function forget(record: OpenRecord): void {
  record.text = null;
  record.raw = null;
}

/** Gaps that wait for an event: a log of nothing else would have no end of them. */
const MAX_WAITING_GAPS = 1000;
