/** What takes the handlers of signals away, and what puts them back. */
export interface SignalHandlers {
  readonly on: () => void;
  readonly off: () => void;
}

/** Those of the work under way; null while no work is. */
let handling: SignalHandlers | null = null;

/** Says which handlers {@link blocking} has to take away. */
export function handleSignals(handlers: SignalHandlers | null): void {
  handling = handlers;
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
