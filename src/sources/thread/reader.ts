import type { MessagePort } from 'node:worker_threads';
import { SourceError } from '../../model/observation.ts';
import { reasonOf } from '../../text/system-error.ts';
import { auditLogSource } from '../audit-log/file.ts';
import { OpenFiles } from '../byte-store.ts';
import { openBytes } from '../bytes.ts';
import { AHEAD, type FromReader, type ReadingTask, STOPPED, TAKEN, weightOf } from './messages.ts';

/** Reads a log in a thread of its own, a few batches ahead of who takes them: see reading-threads.ts. */
export async function runReader({ inputs, shared }: ReadingTask, port: MessagePort): Promise<void> {
  const words = new Int32Array(shared);
  const abort = new AbortController();
  const post = (message: FromReader): void => port.postMessage(message);
  try {
    const files = new OpenFiles();
    const opened = await Promise.all(
      inputs.map(async ({ path, name, seen }) => ({ ...(await openBytes(path, { files, seen })), name })),
    );
    const source = auditLogSource(opened);
    let sent = 0;
    for await (const observations of source.observations(abort.signal)) {
      if (!waitForRoom(words, sent)) break;
      post({ kind: 'read', observations, progress: source.progress() });
      sent += weightOf(observations);
    }
    post({ kind: 'over', facts: source.facts(), progress: source.progress() });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    post({ kind: 'failed', message: error.message, reason: reasonOf(error.cause ?? error) });
  }
}

/** Waits until another batch may be sent; false when none is wanted any more. */
function waitForRoom(words: Int32Array, sent: number): boolean {
  for (;;) {
    if (Atomics.load(words, STOPPED) === 1) return false;
    const taken = Atomics.load(words, TAKEN);
    if (sent - taken < AHEAD) return true;
    Atomics.wait(words, TAKEN, taken);
  }
}
