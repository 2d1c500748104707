import type { Command } from '../model/view.ts';
import type { ReadingThreads } from '../sources/thread/reading-threads.ts';
import type { QueryThread } from '../store/query-thread/query-thread.ts';

/** A running engine as the worker drives it. */
export interface Session {
  command(command: Command): void;
  /** Ends it, closes the store and says what to exit with. */
  stop(): Promise<number>;
}

/** Threads beside the engine's; without one, its work is done in the engine's own or not at all. */
export interface SessionThreads {
  /** Runs checks of the user's. */
  readonly queries?: QueryThread;
  /** Reads large logs. */
  readonly reading?: ReadingThreads;
  /** What further ones are started from: see `StoreOptions`. */
  readonly entry?: URL;
}
