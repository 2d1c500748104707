import process from 'node:process';
import { flushed } from './flushed.ts';

/** Long enough for the kernel to stop us, short enough not to be noticed when it does not. */
const STOP_MS = 100;

/**
 * Stops the process as ctrl-z does in a cooked terminal, once what was written has arrived, and returns when it goes on
 * (`fg`). The whole foreground group is stopped, as the terminal's own SUSP character would (termios(3)): behind
 * `npm run` the shell waits for npm, not for us.
 *
 * The kernel ignores SIGTSTP in an orphaned process group (POSIX, 2.4.3: there is no shell to come back from), so
 * nothing may wait for SIGCONT: a timer does not run while the process is stopped, and runs out when it goes on.
 */
export async function stopUntilContinued(output: NodeJS.WritableStream): Promise<void> {
  await flushed(output);
  const goesOn = new Promise<void>((resolve) => {
    setTimeout(resolve, STOP_MS);
  });
  process.kill(0, 'SIGTSTP');
  await goesOn;
}
