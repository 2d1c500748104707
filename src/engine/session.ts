import type { Command } from '../model/view.ts';

/** A running engine as the worker drives it. */
export interface Session {
  command(command: Command): void;
  /** Ends it, closes the store and says what to exit with. */
  stop(): Promise<number>;
}
