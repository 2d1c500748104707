import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { EngineTask } from './engine/messages.ts';
import type { ReadingTask } from './sources/thread/messages.ts';
import type { QueryTask } from './store/query-thread/messages.ts';

const entry = new URL(import.meta.url);

/**
 * The program's one entry: the command line in the main thread, the engine, what reads large logs and
 * what runs checks of the user's in workers that are started from this same file, which is how one bundled file can hold
 * them all.
 */
if (isMainThread) {
  const { runCli } = await import('./cli/program.ts');
  process.exitCode = await runCli(process.argv.slice(2), entry);
  // A source that was told to stop may still hold a timer or a pipe; everything is written by now.
  process.exit();
} else if (parentPort !== null) {
  const task: EngineTask | ReadingTask | QueryTask = workerData;
  if (task.role === 'engine') await (await import('./engine/worker.ts')).runWorker(task, parentPort, entry);
  else if (task.role === 'queries') await (await import('./store/query-thread/answering.ts')).runQueries(task);
  else await (await import('./sources/thread/reader.ts')).runReader(task, parentPort);
}
