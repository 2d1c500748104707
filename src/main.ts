import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/**
 * The program's one entry: the command line in the main thread, the engine in a worker that is started from this same
 * file, which is how one bundled file can hold both.
 */
if (isMainThread) {
  const { runCli } = await import('./cli/program.ts');
  process.exitCode = await runCli(process.argv.slice(2), new URL(import.meta.url));
  // A source that was told to stop may still hold a timer or a pipe; everything is written by now.
  process.exit();
} else if (parentPort !== null) {
  const { runWorker } = await import('./engine/worker.ts');
  await runWorker(workerData, parentPort);
}
