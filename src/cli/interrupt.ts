import { setTimeout } from 'node:timers';
import { alarm } from '../system/libc.ts';
import { handleSignals } from './blocking.ts';
import { EXIT } from './exit-code.ts';
import { complain } from './output.ts';

/** What a person is told of a result that ctrl-c cut short. */
export const CUT_SHORT = 'interrupted: this is of what was read until then';

/**
 * How long there is for a result once a signal came: a second, less what the process takes to end. Where JavaScript still
 * runs, it says so before the kernel's alarm rings.
 */
const DEADLINE_MS = 750;
const ALARM_MS = 900;

/** What work came to, and whether a signal ended it before its time. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly interrupted: boolean;
}

/**
 * Does work that ctrl-c, a TERM or (when given) the end of `forMs` ends early by aborting its signal; what it has by
 * then is its result. A signal also starts the kernel's alarm clock: a result that is not written within a second is
 * not waited for (exit code 3, or status 142, SIGALRM, where no JavaScript runs). A second signal ends the process at
 * once, as it does by default.
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  forMs: number | null = null,
): Promise<Outcome<Result>> {
  const abort = new AbortController();
  let interrupted = false;
  const off = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  const on = (): void => {
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  };
  const release = (): void => {
    off();
    handleSignals(null);
  };
  const stop = (): void => {
    interrupted = true;
    release();
    alarm(ALARM_MS);
    setTimeout(giveUp, DEADLINE_MS).unref();
    abort.abort();
  };
  on();
  handleSignals({ on, off });
  const timer = forMs === null ? null : setTimeout(() => abort.abort(), forMs);
  try {
    const result = await work(abort.signal);
    return { result, interrupted };
  } finally {
    if (timer !== null) clearTimeout(timer);
    release();
  }
}

function giveUp(): void {
  complain('interrupted: there was no time to write what was read until then; output is not whole');
  process.exit(EXIT.input);
}
