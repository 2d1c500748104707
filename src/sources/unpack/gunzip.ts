import { createGunzip } from 'node:zlib';
import { DAMAGED, ENDS_TOO_EARLY, ReadFault } from '../read-fault.ts';

/**
 * Packed bytes fed at a time. Where they are damaged, what these bytes hold before the damage is lost too. Deflate
 * unpacks to at most 1032 times as much, so this also bounds what a bomb can fill.
 */
const FEED = 1024;

/**
 * Unpacks gzip (RFC 1952), of one member or several. Throws `ReadFault` after the last good byte when it is cut off or
 * damaged.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  let unpacked: Uint8Array[] = [];
  let fault: Error | null = null;
  let wake = (): void => {};
  stream.on('data', (bytes: Uint8Array) => unpacked.push(bytes));
  const over = new Promise<void>((resolve) => {
    stream.on('error', (error: Error) => {
      fault = error;
      wake();
      resolve();
    });
    stream.on('end', resolve);
  });
  try {
    for await (const piece of packed) {
      for (let at = 0; at < piece.length && fault === null; at += FEED) {
        const fed = piece.subarray(at, at + FEED);
        // An error may keep the callback from being called.
        await new Promise<void>((resolve) => {
          wake = resolve;
          stream.write(fed, () => resolve());
        });
        const ready = unpacked;
        unpacked = [];
        yield* ready;
      }
      if (fault !== null) break;
    }
    if (fault === null) {
      stream.end();
      await over;
      yield* unpacked;
    }
  } finally {
    stream.destroy();
  }
  if (fault !== null) throw faultOf(fault);
}

function faultOf(error: Error): ReadFault {
  return new ReadFault(/unexpected end/.test(error.message) ? ENDS_TOO_EARLY : DAMAGED);
}
