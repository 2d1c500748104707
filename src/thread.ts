import { parentPort, workerData } from 'node:worker_threads';
import type { EngineTask } from './engine/messages.ts';
import type { ReadingTask } from './sources/thread/messages.ts';
import type { QueryTask } from './store/query-thread/messages.ts';
import type { ScanTask } from './store/scan/scan-thread.ts';
import { revokePermissions } from './system/permissions.ts';

/**
 * What every thread is started from: the engine behind the screen, what reads large logs or scans many events, and what
 * runs checks of the user's. Each loads its own part only: a thread that parses the whole program begins 50 ms later.
 */
if (parentPort !== null) {
  const task: EngineTask | ReadingTask | QueryTask | ScanTask = workerData;
  const here = new URL(import.meta.url);
  // What reads, scans and queries starts neither threads nor programs.
  if (task.role !== 'engine') revokePermissions(['net', 'import', 'run', 'ffi']);
  if (task.role === 'engine') await (await import('./engine/worker.ts')).runWorker(task, parentPort, here);
  else if (task.role === 'queries') await (await import('./store/query-thread/answering.ts')).runQueries(task);
  else if (task.role === 'scanner') (await import('./store/scan/scan-thread.ts')).runScanner(task);
  else await (await import('./sources/thread/reader.ts')).runReader(task, parentPort);
}
