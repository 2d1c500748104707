import type { Gap } from '../../model/observation.ts';
import { append } from '../../text/lists.ts';
import { formatDuration } from '../../text/time.ts';
import { type LogFile, positionOf, type Where } from './log-file.ts';

/** Serials are given out in order of time: a later one is not this much earlier unless the clock was set back. */
const BACK_MS = 2000;

/** So long a silence between two serials that follow each other may be a clock that was set. */
const FORWARD_MS = 3_600_000;

/** Holes kept in detail. */
const MAX_HOLES = 4096;

/** Holes told one by one; of more, the sum. */
const TOLD = 20;

/**
 * Of a whole log at least this share of the serials is there, or its serials come in runs that are this long on
 * average: a few large pieces may be missing. Of a selection (`ausearch -m BPF`) few are there, in short runs: systemd
 * loads half a dozen programs at once.
 */
const WHOLE = 0.5;
const LONG_RUN = 16;

/** Serials that are missing between two that were seen. */
interface Hole {
  from: number;
  to: number;
  /** Time of the event behind it, which must be about the latest that can still fill it. */
  readonly after: number;
  readonly where: Where;
}

/** A gap, and the file in which it was noticed. */
export interface FileGap {
  readonly gap: Gap;
  readonly file: LogFile;
}

/**
 * Follows the serials of one host: the kernel counts its audit events from 1 at each boot (`audit_serial`,
 * kernel/audit.c), so what is missing was lost, left out, or is still to come out of order.
 */
export class SerialTracker {
  #low = 0;
  #high = 0;
  #highTime = 0;
  #seen = 0;
  /** In rising order. */
  #holes: Hole[] = [];
  /** Serials in holes that are no longer kept. */
  #forgotten = 0;
  #forgottenHoles = 0;
  /** Of boots that are over. */
  #missing: FileGap[] = [];

  /** Takes in the serial of another event, whose `where` is not kept; `boots` when its record says that the kernel has just started. */
  see(serial: number, time: number, where: Where, boots: boolean): readonly Gap[] {
    if (this.#seen === 0) {
      this.#begin(serial, time);
      return [];
    }
    const hole = serial > this.#high ? -1 : this.#holeOf(serial);
    const late = serial <= this.#high && time > (this.#holes[hole]?.after ?? this.#highTime) + BACK_MS;
    if (boots || late) {
      append(this.#missing, this.#tell());
      const message = `serials begin again at ${serial} after ${this.#high}: the host was started again`;
      this.#begin(serial, time);
      return [{ kind: 'boot', at: positionOf(where), time, count: null, message }];
    }
    if (serial > this.#high) return this.#advance(serial, time, where);
    if (hole !== -1) this.#fill(hole, serial);
    else if (serial < this.#low) this.#lower(serial, time, where);
    return [];
  }

  /** What is missing of all boots, if this is a whole log: known when it ends. */
  end(): readonly FileGap[] {
    return [...this.#missing, ...this.#tell()];
  }

  #begin(serial: number, time: number): void {
    this.#low = serial;
    this.#high = serial;
    this.#highTime = time;
    this.#seen = 1;
    this.#holes = [];
    this.#forgotten = 0;
    this.#forgottenHoles = 0;
  }

  #advance(serial: number, time: number, where: Where): readonly Gap[] {
    const jump = time - this.#highTime;
    const follows = serial === this.#high + 1;
    if (!follows) this.#hole({ from: this.#high + 1, to: serial - 1, after: time, where }, this.#holes.length);
    this.#high = serial;
    this.#highTime = time;
    this.#seen += 1;
    if (jump >= -BACK_MS && !(follows && jump > FORWARD_MS)) return [];
    const message =
      jump < 0
        ? `the clock was set back by ${formatDuration(-jump)}`
        : `nothing for ${formatDuration(jump)}, or the clock was set forward`;
    return [{ kind: 'clock', at: positionOf(where), time, count: jump, message }];
  }

  /** The log begins in the middle of events: one from before its first comes late. */
  #lower(serial: number, time: number, where: Where): void {
    if (serial < this.#low - 1) this.#hole({ from: serial + 1, to: this.#low - 1, after: time + BACK_MS, where }, 0);
    this.#low = serial;
    this.#seen += 1;
  }

  #hole(hole: Hole, at: number): void {
    const { file, place, line } = hole.where;
    this.#holes.splice(at, 0, { ...hole, where: { file, place, line } });
    if (this.#holes.length <= MAX_HOLES) return;
    const oldest = this.#holes.shift();
    if (oldest === undefined) return;
    this.#forgotten += oldest.to - oldest.from + 1;
    this.#forgottenHoles += 1;
  }

  #fill(index: number, serial: number): void {
    const hole = this.#holes[index];
    if (hole === undefined) return;
    this.#seen += 1;
    if (hole.from === hole.to) this.#holes.splice(index, 1);
    else if (serial === hole.from) hole.from += 1;
    else if (serial === hole.to) hole.to -= 1;
    else {
      this.#holes.splice(index, 0, { ...hole, to: serial - 1 });
      hole.from = serial + 1;
    }
  }

  /** Index of the hole with this serial, or -1. */
  #holeOf(serial: number): number {
    let low = 0;
    let high = this.#holes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#holes[middle]?.to ?? 0) < serial) low = middle + 1;
      else high = middle;
    }
    return (this.#holes[low]?.from ?? Number.POSITIVE_INFINITY) <= serial ? low : -1;
  }

  #tell(): FileGap[] {
    const kept = this.#holes.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const count = kept + this.#forgotten;
    const last = this.#holes.at(-1);
    const holes = this.#holes.length + this.#forgottenHoles;
    const isWhole = this.#seen >= WHOLE * (this.#high - this.#low + 1) || this.#seen >= LONG_RUN * (holes + 1);
    if (last === undefined || !isWhole) return [];
    if (holes > TOLD) {
      const message = `${count} serials from ${this.#low} to ${this.#high} are missing, in ${holes} places`;
      return [missing(last, count, message)];
    }
    return this.#holes.map((hole) => {
      const { from, to } = hole;
      const message = from === to ? `serial ${from} is missing` : `serials ${from} to ${to} are missing`;
      return missing(hole, to - from + 1, message);
    });
  }
}

function missing({ after, where }: Hole, count: number, message: string): FileGap {
  return { gap: { kind: 'serials', at: positionOf(where), time: after, count, message }, file: where.file };
}
