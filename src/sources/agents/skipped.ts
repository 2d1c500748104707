import type { Observation } from '../../model/observation.ts';
import { Counts } from './counts.ts';

/** Kinds that are told by name where nothing else can be told. */
const TOLD = 20;

/** Told at least for each second of event time, so that the data's clock goes on. */
const TELL_AFTER_MS = 1000;

/**
 * Counts what is let go as it is read, until it is told in one observation. When that is depends on the records alone and
 * not on how the file is read in pieces: a replay has to give the same verdict however it is fed.
 */
export class Skipped {
  #counts = new Counts();
  #newest: number | null = null;
  #toldAt: number | null = null;

  /** One of a kind; `time` is null where it has none. */
  count(kind: string, time: number | null): void {
    this.#counts.add(kind);
    if (time !== null && (this.#newest === null || time > this.#newest)) this.#newest = time;
  }

  /** What was counted when that is due. */
  takeDue(): Observation[] {
    if (this.#newest === null) return [];
    this.#toldAt ??= this.#newest;
    if (this.#newest - this.#toldAt < TELL_AFTER_MS) return [];
    this.#toldAt = this.#newest;
    return this.take();
  }

  /** What was counted since; nothing while no time is known, because then it cannot be told. */
  take(): Observation[] {
    const records = this.#counts.all();
    if (this.#newest === null || Object.keys(records).length === 0) return [];
    this.#counts = new Counts();
    return [{ kind: 'skipped', time: this.#newest, records }];
  }

  /** What cannot be told, for want of any time: `tetragon process_exec (3)`; null when there is nothing. */
  untold(): string | null {
    const kinds = Object.entries(this.#counts.all()).map(([kind, count]) => `${kind} (${count})`);
    const more = kinds.length > TOLD ? `, and ${kinds.length - TOLD} more kinds` : '';
    return kinds.length === 0 ? null : `${kinds.slice(0, TOLD).join(', ')}${more}`;
  }
}
