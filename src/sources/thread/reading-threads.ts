import { Worker } from 'node:worker_threads';
import {
  type InputFacts,
  type InputSource,
  type Observation,
  type Progress,
  SourceError,
} from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { progressOfInputs } from '../progress.ts';
import {
  type FromReader,
  type ReadingTask,
  type ReopenedInput,
  SHARED_BYTES,
  STOPPED,
  TAKEN,
  weightOf,
} from './messages.ts';

/** Bytes from which on a log is worth a thread: to start one takes as long as to read a few megabytes. */
const WORTH_BYTES = 32 * 1024 * 1024;

/**
 * Reads large logs in a thread, so that finding records in one and making events of them go on at the same time. What
 * comes out is what reading them in this thread gives. One log at a time: past the second core there is little to win.
 */
export class ReadingThreads {
  readonly #entry: URL;
  readonly #worthBytes: number;
  #isBusy = false;

  /** `entry` is the file that threads are started from: in a worker, it reads what it is told (see thread.ts). */
  constructor(entry: URL, worthBytes = WORTH_BYTES) {
    this.#entry = entry;
    this.#worthBytes = worthBytes;
  }

  /** The audit logs as one source that is read in a thread; null where that is not worth it, or not possible. */
  auditLogSource(inputs: readonly ByteInput[]): InputSource | null {
    const size = inputs.reduce((sum, { totalBytes }) => sum + (totalBytes ?? 0), 0);
    const reopened = inputs.flatMap(({ path, name, seen }) => (path === undefined ? [] : [{ path, name, seen }]));
    if (this.#isBusy || size < this.#worthBytes || reopened.length < inputs.length) return null;
    return this.#source(inputs, reopened);
  }

  #source(inputs: readonly ByteInput[], reopened: readonly ReopenedInput[]): InputSource {
    const name = inputs.map((input) => input.name).join(' ');
    let facts: readonly InputFacts[] = [];
    let progress: Progress = progressOfInputs(name, inputs, []);
    const read = (signal: AbortSignal) => this.#read(reopened, signal);
    return {
      name,
      progress: () => progress,
      facts: () => facts,
      observations: async function* (signal): AsyncGenerator<readonly Observation[]> {
        for await (const message of read(signal)) {
          if (message.kind === 'failed') throw failure(message);
          progress = message.progress;
          if (message.kind === 'over') facts = message.facts;
          else yield message.observations;
        }
      },
    };
  }

  /** What the thread says, to its last word; ends the thread. */
  async *#read(inputs: readonly ReopenedInput[], signal: AbortSignal): AsyncGenerator<FromReader> {
    const words = new Int32Array(new SharedArrayBuffer(SHARED_BYTES));
    const task: ReadingTask = { role: 'reader', inputs, shared: words.buffer };
    const come: FromReader[] = [];
    let failed: Error | null = null;
    let wake = (): void => {};
    this.#isBusy = true;
    const worker = new Worker(this.#entry, { workerData: task });
    worker.on('message', (message: FromReader) => {
      come.push(message);
      wake();
    });
    worker.on('error', (error) => {
      failed = error instanceof Error ? error : new Error('the thread that reads ended');
      wake();
    });
    const stop = (): void => {
      Atomics.store(words, STOPPED, 1);
      Atomics.notify(words, TAKEN);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      for (;;) {
        const message = come.shift();
        if (message !== undefined) {
          yield message;
          if (message.kind !== 'read') return;
          Atomics.add(words, TAKEN, weightOf(message.observations));
          Atomics.notify(words, TAKEN);
        } else if (failed !== null) {
          throw failed;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await worker.terminate();
      this.#isBusy = false;
    }
  }
}

function failure({ message, reason }: { readonly message: string; readonly reason: string }): SourceError {
  const error = new SourceError('input', message);
  error.cause = new Error(reason);
  return error;
}
