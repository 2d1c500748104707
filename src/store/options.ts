export interface StoreOptions {
  /** Most events that are kept; 0 for no bound. */
  readonly maxEvents: number;
  /** Bytes of memory after which the events that came first go; `MAX_BYTES` (bounds.ts) when absent. */
  readonly maxBytes?: number;
  /**
   * Bytes of new events that may wait to go into their table together; `HELD_BYTES` (bounds.ts) when absent. What is
   * asked of the store does not depend on it: the more wait, the less each costs, and the longer the pause for them.
   * They take no more memory than in their table.
   */
  readonly heldBytes?: number;
  /**
   * Bytes of tables of events after which those that were not read for the longest time are compressed; `OPEN_BYTES`
   * (bounds.ts) when absent. To read of one that is compressed takes some 5 ms for each of its megabytes.
   */
  readonly openBytes?: number;
  /** Directory that keeps the store between runs, or null for memory only. */
  readonly stateDir: string | null;
  /** Bytes of a journal after which the next one begins; `SEGMENT_BYTES` (bounds.ts) when absent. */
  readonly journalBytes?: number;
  /** Only look at the state directory: it is neither locked nor changed, and what is stored here stays in memory. */
  readonly readOnly?: boolean;
  /** The file that threads are started from (thread.ts): without it, one thread reads all. */
  readonly entry?: URL | null;
}
