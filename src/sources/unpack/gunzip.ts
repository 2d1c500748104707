import { createGunzip } from 'node:zlib';
import { DAMAGED, ENDS_TOO_EARLY, ReadFault } from '../read-fault.ts';

/**
 * Packed bytes fed at a time. Where they are damaged, what these bytes hold before the damage is lost too. Deflate
 * unpacks to at most 1032 times as much, so this also bounds what a bomb can fill.
 */
const FEED = 1024;

/** More than a feed can unpack to. */
const FEED_UNPACKED = FEED * 1033;

/** Zeros between members that may take another stream each: what joins files pads a few. */
const MAX_GAPS = 1000;

const TOO_MANY_GAPS = `gzip members with zeros between them more than ${MAX_GAPS} times: unpack it first`;

/**
 * Unpacks gzip (RFC 1952), of one member or several, with or without zeros between and behind them. Throws `ReadFault`
 * after the last good byte when it is cut off or damaged.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let members: Members | null = new Members();
  let gaps = 0;
  let given = 0;
  try {
    for await (const piece of packed) {
      for (let at = 0; at < piece.length; ) {
        const fed = piece.subarray(at, fedTo(piece, at, given));
        at += fed.length;
        if (members === null) {
          if (fed.every((byte) => byte === 0)) continue;
          if (gaps > MAX_GAPS) throw new ReadFault(TOO_MANY_GAPS);
          members = new Members();
        }
        await members.feed(fed);
        for (const unpacked of members.take()) {
          given += unpacked.length;
          yield unpacked;
        }
        if (members.fault !== null) throw members.fault;
        if (!members.ended) continue;
        members.close();
        members = null;
        gaps += 1;
      }
    }
    if (members === null) return;
    await members.end();
    yield* members.take();
    if (members.fault !== null) throw members.fault;
  } finally {
    members?.close();
  }
}

/**
 * Where a feed from `start` on ends: where zeros end that may stand behind a member, at the latest. Of a feed with a zero
 * right behind a member zlib takes no more, and does not say so: thus only zeros are left, and what follows is a member
 * or damage. A member ends with its unpacked size in 32 bits, which is no more than `given` and what this feed adds.
 */
function fedTo(piece: Uint8Array, start: number, given: number): number {
  const end = Math.min(piece.length, start + FEED);
  for (let at = start + 1; at < end; at += 1) {
    if (piece[at - 1] === 0 && piece[at] !== 0 && (at < 5 || sizeAt(piece, at - 5) <= given + FEED_UNPACKED)) return at;
  }
  return end;
}

function sizeAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}

/** Members that follow each other without anything between them. */
class Members {
  fault: ReadFault | null = null;
  readonly #stream = createGunzip();
  readonly #over: Promise<void>;
  #unpacked: Uint8Array[] = [];
  #fed = 0;
  #wake = (): void => {};

  constructor() {
    this.#stream.on('data', (bytes: Uint8Array) => this.#unpacked.push(bytes));
    this.#over = new Promise<void>((resolve) => {
      this.#stream.on('error', (error: Error) => {
        this.fault = faultOf(error);
        this.#wake();
        resolve();
      });
      this.#stream.on('end', resolve);
    });
  }

  /** True where a zero followed a member, and the stream was ended for that: later versions of Deno do so, 2.4.2 does not. */
  get ended(): boolean {
    return this.#fed > this.#stream.bytesWritten;
  }

  async feed(bytes: Uint8Array): Promise<void> {
    // An error may keep the callback from being called.
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.write(bytes, () => resolve());
    });
    this.#fed += bytes.length;
  }

  /** What was unpacked since this was last asked. */
  take(): Uint8Array[] {
    const ready = this.#unpacked;
    this.#unpacked = [];
    return ready;
  }

  /** No more bytes come. */
  async end(): Promise<void> {
    this.#stream.end();
    await this.#over;
  }

  close(): void {
    this.#stream.destroy();
  }
}

function faultOf(error: Error): ReadFault {
  return new ReadFault(/unexpected end/.test(error.message) ? ENDS_TOO_EARLY : DAMAGED);
}
