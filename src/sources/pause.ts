/**
 * Waits this many milliseconds, or until `signal` is aborted. (`node:timers/promises` does not heed the signal in Deno
 * 2.4, which the binary runs on.)
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
