/** What a person is told of a result that ctrl-c cut short. */
export const CUT_SHORT = 'interrupted: this is of what was read until then';

/** What work came to, and whether a signal ended it before its time. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly interrupted: boolean;
}

/**
 * Does work that ctrl-c, a TERM or (when given) the end of `forMs` ends early by aborting its signal; what it has by
 * then is its result. A second ctrl-c ends the process, as it does by default.
 */
export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  forMs: number | null = null,
): Promise<Outcome<Result>> {
  const abort = new AbortController();
  let interrupted = false;
  const release = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  const stop = (): void => {
    interrupted = true;
    release();
    abort.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const timer = forMs === null ? null : setTimeout(() => abort.abort(), forMs);
  try {
    const result = await work(abort.signal);
    return { result, interrupted };
  } finally {
    if (timer !== null) clearTimeout(timer);
    release();
  }
}
