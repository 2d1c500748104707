import process from 'node:process';

/** Signals that end a program; a terminal in the alternate screen must not be left to them. */
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

export interface GuardOptions {
  /** Gives the terminal back, and resolves when it has arrived there. May be called again. Must not throw or reject. */
  readonly restore: () => Promise<void>;
  /** Called after `restore` with what ended the screen: an error that nobody caught. */
  readonly onCrash: (error: unknown) => void;
  /** Called after `restore` for a signal that someone else in this process also waits for. */
  readonly onSignal: () => void;
  /** Called when the terminal goes on after a stop that was not ours (`kill -STOP`, then `fg`). */
  readonly onContinue: () => void;
}

/**
 * Watches every way out of the process while the terminal is ours, until the returned function is called.
 *
 * Ink restores on signals by itself, but only while nobody else listens for them (signal-exit), and on Deno it does not
 * see an uncaught error or rejection at all: the alternate screen and the hidden cursor stay. So all are caught here.
 * A signal is raised again after restoring, so that the exit status tells the truth (signal(7)); when someone else in
 * the process listens for it too, ending is theirs.
 */
export function guardTerminal(options: GuardOptions): () => void {
  const crash = (error: unknown): void => {
    release();
    void options.restore().then(() => options.onCrash(error));
  };
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      release();
      void options.restore().then(() => {
        if (process.listenerCount(signal) > 0) options.onSignal();
        else process.kill(process.pid, signal);
      });
    };
    return { signal, handler };
  });
  const onExit = (): void => void options.restore();
  const release = (): void => {
    process.off('uncaughtException', crash);
    process.off('unhandledRejection', crash);
    process.off('exit', onExit);
    process.off('SIGCONT', options.onContinue);
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('exit', onExit);
  process.on('SIGCONT', options.onContinue);
  for (const { signal, handler } of handlers) process.on(signal, handler);
  return release;
}
