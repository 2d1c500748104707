import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { formatBytes } from '../text/units.ts';
import { ReadFault } from './read-fault.ts';

/** How much an input may unpack to before it is asked whether that is in proportion. */
const FREE_BYTES = 2 ** 30;

/** Logs unpack to 10 to 50 times as much, the same line over and over to 200 times; zeros in gzip to 1032 times. */
const MAX_RATIO = 200;

/** What is read of a stream whose size nobody knows: it may never end. */
const MAX_STREAM_BYTES = 8 * 2 ** 30;

/** How long signals and timers wait for their turn: unpacking may go on for long without any of its own. */
const TURN_MS = 10;

/** What the chunks are made of. */
export interface Packed {
  /** Bytes as stored that were read so far. */
  bytesRead(): number;
  /** False for a pipe or a device. */
  readonly hasEnd: boolean;
}

/**
 * The unpacked bytes of an input up to a bound, past which a `ReadFault` says why no more is read: it unpacks to far
 * more than there is (a bomb), or it is a stream without an end. Ends when `signal` is aborted.
 */
export async function* boundedChunks(
  unpacked: AsyncIterable<Uint8Array>,
  packed: Packed,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  let due = performance.now() + TURN_MS;
  for await (const chunk of unpacked) {
    if (signal.aborted) return;
    yield chunk;
    given += chunk.length;
    const read = packed.bytesRead();
    if (given > FREE_BYTES && given > read * MAX_RATIO) {
      throw new ReadFault(
        `stopped after ${formatBytes(given)}, unpacked from ${formatBytes(read)}: more than ${MAX_RATIO} times as much; unpack it first if it is no bomb`,
      );
    }
    if (!packed.hasEnd && given > MAX_STREAM_BYTES) {
      throw new ReadFault(`stopped after ${formatBytes(given)} of a stream without an end; give it as a file`);
    }
    if (performance.now() < due) continue;
    await setImmediate();
    due = performance.now() + TURN_MS;
  }
}
