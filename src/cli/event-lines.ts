import type { AuditEvent } from '../model/event.ts';
import { describeEvent, describeFolded } from '../text/describe-event.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { plural } from '../text/units.ts';

/** An event as one line for people; `stands` is how many others it stands for. */
export function eventLine(event: AuditEvent, stands = 0): string {
  const columns = [
    formatTime(event.time),
    event.severity.padEnd(8),
    event.type.padEnd(17),
    printable(event.source).padEnd(8),
    printable(describeEvent(event)) + (stands === 0 ? '' : ` (${describeFolded(stands)})`),
  ];
  return columns.join('  ');
}

/**
 * Leaves out of a list the events that another stands for, and counts them for it. In a list that is newest first they
 * come before it, because it is the first of its kind.
 */
export class Folding {
  readonly #stands = new Map<string, number>();

  /** How many events this one stands for so far; null when it is itself left out. */
  take(event: AuditEvent): number | null {
    const { id, foldedInto } = event;
    if (foldedInto !== undefined) {
      this.#stands.set(foldedInto, (this.#stands.get(foldedInto) ?? 0) + 1);
      return null;
    }
    const stands = this.#stands.get(id) ?? 0;
    this.#stands.delete(id);
    return stands;
  }

  /** What has to be said of those that were left out and that no line has told of; null when there are none. */
  remark(): string | null {
    let untold = 0;
    for (const count of this.#stands.values()) untold += count;
    return untold === 0 ? null : `${plural(untold, 'event')} folded into others; --no-fold lists them`;
  }
}
