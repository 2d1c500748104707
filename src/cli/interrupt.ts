import { alarm } from '../system/libc.ts';

/** What a person is told of a result that ctrl-c cut short. */
export const CUT_SHORT = 'interrupted: this is of what was read until then';

/** How long there is for what was read until a signal came: a second, less what the process takes to end. */
const DEADLINE_MS = 900;

/** What work came to, and whether a signal ended it before its time. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly interrupted: boolean;
}

/** Takes the handlers of the work under way away, or puts them back; null while no work is under way. */
let handling: { readonly on: () => void; readonly off: () => void } | null = null;

/**
 * Does work that ctrl-c, a TERM or (when given) the end of `forMs` ends early by aborting its signal; what it has by
 * then is its result. A signal also starts the kernel's alarm clock: a result that is not written within a second is
 * not waited for, whatever this process is doing then (exit status 142, SIGALRM). A second signal ends the process at
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
    handling = null;
  };
  const stop = (): void => {
    interrupted = true;
    release();
    alarm(DEADLINE_MS);
    abort.abort();
  };
  on();
  handling = { on, off };
  const timer = forMs === null ? null : setTimeout(() => abort.abort(), forMs);
  try {
    const result = await work(abort.signal);
    return { result, interrupted };
  } finally {
    if (timer !== null) clearTimeout(timer);
    release();
  }
}

/**
 * Does work that cannot be interrupted and may never end, such as SQL or a write to a pipe that nobody reads. Meanwhile
 * signals have their default action, the end of the process (status 130 or 143): a handler of ours would not be called
 * before the work is over.
 */
export function blocking<Result>(work: () => Result): Result {
  const handlers = handling;
  handlers?.off();
  try {
    return work();
  } finally {
    // A signal may have ended the work under way in between.
    if (handlers !== null && handling === handlers) handlers.on();
  }
}
