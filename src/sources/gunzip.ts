import { createGunzip } from 'node:zlib';

/** The bytes end before they should, or are damaged: what came before the fault was given. */
export class ReadFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReadFault';
  }
}

/**
 * Packed bytes fed at a time. Where they are damaged, what these bytes hold before the damage is lost too. Deflate
 * unpacks to at most 1032 times as much, so this also bounds what a bomb can fill.
 */
const FEED = 1024;

/**
 * Unpacks a stream that starts with the gzip magic (RFC 1952: 1f 8b), of one member or several; passes any other
 * through. Throws `ReadFault` after the last good byte when it is cut off or damaged.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const first = await firstBytes(iterator);
    if (first[0] === 0x1f && first[1] === 0x8b) {
      yield* unpack(first, iterator);
      return;
    }
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** The first piece, made two bytes long at least when the stream has them. */
async function firstBytes(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    if (first.length === 0) {
      first = next.value.slice();
    } else {
      const both = new Uint8Array(first.length + next.value.length);
      both.set(first);
      both.set(next.value, first.length);
      first = both;
    }
  }
  return first;
}

async function* unpack(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  let unpacked: Uint8Array[] = [];
  let fault: Error | null = null;
  stream.on('data', (bytes: Uint8Array) => unpacked.push(bytes));
  const over = new Promise<void>((resolve) => {
    stream.on('error', (error: Error) => {
      fault = error;
      resolve();
    });
    stream.on('end', resolve);
  });
  try {
    for (let piece: Uint8Array | null = first; piece !== null && fault === null; piece = await following(rest)) {
      for (let at = 0; at < piece.length && fault === null; at += FEED) {
        const packed = piece.subarray(at, at + FEED);
        // An error may keep the callback from being called.
        await Promise.race([new Promise<void>((resolve) => stream.write(packed, () => resolve())), over]);
        const ready = unpacked;
        unpacked = [];
        yield* ready;
      }
    }
    if (fault === null) {
      stream.end();
      await over;
      yield* unpacked;
    }
  } finally {
    stream.destroy();
  }
  if (fault !== null) throw new ReadFault(describe(fault));
}

async function following(rest: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
  const next = await rest.next();
  return next.done === true ? null : next.value;
}

function describe(fault: Error): string {
  return /unexpected end/.test(fault.message) ? 'compressed data ends too early' : 'compressed data is damaged';
}
