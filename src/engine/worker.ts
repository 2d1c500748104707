import type { MessagePort } from 'node:worker_threads';
import { ReadingThreads } from '../sources/thread/reading-threads.ts';
import { QueryThread } from '../store/query-thread/query-thread.ts';
import { reasonOf } from '../text/system-error.ts';
import { startLiveSession } from './live-session.ts';
import type { EngineTask, FromEngine, ToEngine } from './messages.ts';
import { startReplaySession } from './replay-session.ts';

/**
 * Runs the engine in a worker: `config` says what to do, `port` carries commands in and views out. `entry` is the
 * file that threads are started from, for those that read and that run checks of the user's.
 */
export async function runWorker({ config }: EngineTask, port: MessagePort, entry: URL): Promise<void> {
  const post = (message: FromEngine): void => port.postMessage(message);
  const fail = (error: unknown): void => post({ kind: 'stopped', exitCode: 3, message: reasonOf(error) });
  // Unheard, the runtime would print them across the screen and end the worker without a word to it.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const queries = new QueryThread(entry);
  try {
    const session =
      config.input.mode === 'replay'
        ? await startReplaySession(config, config.input, post, { queries, reading: new ReadingThreads(entry), entry })
        : await startLiveSession(config, config.input, post, { queries, entry });
    port.on('message', (message: ToEngine) => {
      if (message.kind === 'command') {
        session.command(message.command);
        return;
      }
      session
        .stop()
        .finally(() => queries.stop())
        .then((exitCode) => post({ kind: 'stopped', exitCode, message: null }), fail);
    });
  } catch (error) {
    fail(error);
  }
}
