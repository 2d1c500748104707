import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';

/** What a command has of the process that it runs in. */
export interface Shell {
  /** The file that threads are started from. */
  readonly entry: URL;
  /** Says what to exit with. */
  readonly done: (exitCode: ExitCode) => void;
}

/** Adds one command, with its flags, to the program. */
export type AddCommand = (program: Command, shell: Shell) => void;
