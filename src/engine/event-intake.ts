import type { AuditEvent, Position } from '../model/event.ts';
import type { Observation } from '../model/observation.ts';
import type { EventFile } from '../sources/capture/event-file.ts';
import type { LinesLost, LinesRead } from '../sources/capture/whole-lines.ts';
import { unreadable } from '../sources/lines.ts';
import type { ImportedBatch, ImportLine, ImportResult } from '../store/imported.ts';
import type { Store } from '../store/store.ts';
import { append } from '../text/lists.ts';
import type { Monitor } from './monitor.ts';
import { mayBeRoutine } from './routine-line.ts';

export interface IntakeOptions {
  readonly store: Store;
  readonly monitor: Monitor;
  /** The event as it counts: which one stands for it is never believed. */
  readonly read: (observation: Observation) => AuditEvent | null;
  /** Takes in what a line holds beside events. */
  readonly take: (observations: readonly Observation[]) => void;
  /** Takes an event whose id is recorded with something else. */
  readonly takeKnown: (event: AuditEvent, at: Position) => void;
}

/** Segments that are judged together: with what one push brings, fewer than the store keeps (`segmentEvents`, store/bounds.ts). */
const JUDGED_TOGETHER = 2;

/** Hosts that are told of one file. */
const MAX_HOSTS = 1000;

/**
 * Takes a file of events into the store by its lines, and lets the detectors see them in the order of the file: the
 * verdict is that of reading them one by one, where they are in order of time.
 */
export class EventIntake {
  readonly #file: EventFile;
  readonly #options: IntakeOptions;
  readonly #import: ReturnType<Store['importEvents']>;
  #waiting: ImportedBatch[] = [];
  /** What lines held that are not as we write events: decoding must not change the store, so it waits. */
  #rest: Observation[] = [];
  #lines = 0;
  #events = 0;
  readonly #hosts = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(file: EventFile, options: IntakeOptions) {
    this.#file = file;
    this.#options = options;
    this.#import = options.store.importEvents((line) => this.#decode(line), isPlain);
  }

  /** Times of the events so far, ms; null before the first. */
  get timeRange(): { readonly first: number; readonly last: number } | null {
    return this.#first > this.#last ? null : { first: this.#first, last: this.#last };
  }

  push(pieces: readonly (LinesRead | LinesLost)[]): void {
    for (const piece of pieces) {
      if ('bytes' in piece) {
        this.#took(this.#import.push(piece.bytes, piece.offset));
      } else {
        this.#took(this.#import.catchUp());
        const at = { line: this.#lines + 1, offset: piece.offset };
        this.#lines += piece.lines;
        this.#import.passLines(piece.lines);
        this.#options.store.addUnreadable([unreadable(this.#file.name, at, piece.reason, piece.text)]);
      }
    }
  }

  /** Hosts of the events so far, in order of appearance. */
  get hosts(): readonly string[] {
    return [...this.#hosts];
  }

  /** The file is over. */
  finish(): void {
    this.#took(this.#import.finish());
    this.#judge();
    // An event that was refused moved the data's clock all the same.
    const { monitor } = this.#options;
    if (monitor.isDue(this.#last)) monitor.advance(this.#last);
    this.#file.taken({ lines: this.#lines, events: this.#events, hosts: this.hosts, timeRange: this.timeRange });
  }

  #decode(line: ImportLine): AuditEvent | null {
    const observations = this.#file.decode(line);
    const [only] = observations;
    if (observations.length === 1 && only?.kind === 'event') return this.#options.read(only);
    append(this.#rest, observations);
    return null;
  }

  #took({ lines, batches, others }: ImportResult): void {
    this.#lines += lines;
    append(this.#waiting, batches);
    for (const { times, hosts } of batches) {
      for (const host of hosts) if (this.#hosts.size < MAX_HOSTS) this.#hosts.add(host);
      this.#events += times.length;
      for (const time of times) this.#note(time);
    }
    const rest = this.#rest;
    this.#rest = [];
    if (rest.length > 0) this.#options.take(rest);
    for (const other of others) {
      const [seen] = this.#file.decode(other);
      if (seen?.kind !== 'event') continue;
      const { line, offset } = other;
      this.#note(seen.event.time);
      this.#options.takeKnown(seen.event, { file: this.#file.name, line, offset });
    }
    if (this.#waiting.length >= JUDGED_TOGETHER) this.#judge();
  }

  #note(time: number): void {
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
  }

  #judge(): void {
    const { monitor } = this.#options;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { times } of waiting) {
      for (const time of times) {
        if (monitor.isDue(time)) monitor.advance(time);
        monitor.noteEvent(time);
      }
    }
  }
}

/** Which event stands for a routine one is decided where it is an object. */
function isPlain(lines: Uint8Array, detailsStart: number, detailsEnd: number): boolean {
  return !mayBeRoutine(lines, detailsStart, detailsEnd);
}
