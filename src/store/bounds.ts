/** Most events of one segment (a batch may go past it), and most bytes. */
export const SEGMENT_EVENTS = 131_072;
export const SEGMENT_BYTES = 64 * 2 ** 20;

/** Bytes of new events that wait to go into their table: while someone looks on, no pause for them may be felt. */
export const HELD_BYTES = 2 ** 18;

/** The heap of sql.js ends at 2 GiB (its getHeapMax), and queries and the rollback journal need room beside the tables. */
export const MAX_BYTES = 768 * 2 ** 20;

/** Bytes of tables that are not compressed where speed is all, and while a screen is open. */
export const OPEN_BYTES = 256 * 2 ** 20;
export const OPEN_BYTES_ON_SCREEN = 16 * 2 ** 20;

/** How much of the events is kept. */
export interface EventBounds {
  /** Most events that are kept; 0 for no bound. */
  readonly maxEvents: number;
  /** Bytes after which the oldest segment goes. */
  readonly maxBytes: number;
  /** Bytes of new events that may wait to go into their table together. */
  readonly heldBytes: number;
  /** Bytes of tables after which those that were not used for the longest time are compressed. */
  readonly openBytes: number;
}

/** With a bound, segments are small enough for the oldest to go as a whole now and then. */
export function segmentEvents(maxEvents: number): number {
  return maxEvents === 0 ? SEGMENT_EVENTS : Math.min(SEGMENT_EVENTS, Math.max(1024, maxEvents >> 3));
}
