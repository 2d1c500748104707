import { DAMAGED, ENDS_TOO_EARLY, ReadFault } from '../read-fault.ts';
import { ZstdFrames } from './zstd-frames.ts';

/**
 * Packed bytes fed at a time: a block of 4 bytes can unpack to 128 KiB (RFC 8878, section 3.1.1.2), and all that these
 * bytes unpack to is held at once.
 */
const FEED = 256;

/** A window of `zstd --long=27` and `--ultra -22`, the largest that zstd(1) unpacks unless told otherwise. */
const MAX_WINDOW = 128 * 1024 * 1024;

/**
 * fzstd moves the whole window for each block, which real frames fill with 128 KiB each. Frames made of blocks that are
 * almost empty would keep it busy for days, so for each byte that comes out only so many may be moved.
 */
const MOVED_PER_BYTE = 128 * 1024;

/** fzstd's `ZstdErrorCode`. */
const WINDOW_TOO_LARGE = 1;
const UNEXPECTED_END = 5;

const NO_DICTIONARY = 'packed with a zstd dictionary, which is not at hand: unpack it first';
const TOO_LARGE = 'packed with a zstd window that is too large to be read';
const TOO_SMALL = 'packed with zstd in blocks that are too small to be read';

/**
 * Unpacks zstd frames that follow each other. Throws `ReadFault` after the last good block when they are cut off or
 * damaged. A frame's checksum is not verified: fzstd does not.
 */
export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Few inputs are packed so: it is loaded when the first one comes.
  const { Decompress } = await import('fzstd');
  const frames = new ZstdFrames();
  let unpacked: Uint8Array[] = [];
  let moved = 0;
  let given = MAX_WINDOW / MOVED_PER_BYTE;
  const decoder = new Decompress((bytes) => {
    unpacked.push(bytes);
    moved += frames.window;
    given += bytes.length;
    if (moved > given * MOVED_PER_BYTE) throw new ReadFault(TOO_SMALL);
  });
  const push = (bytes: Uint8Array, last: boolean): ReadFault | null => {
    unpacked = [];
    frames.push(bytes);
    if (frames.needsDictionary) return new ReadFault(NO_DICTIONARY);
    if (frames.window > MAX_WINDOW) return new ReadFault(TOO_LARGE);
    try {
      decoder.push(bytes, last);
      return null;
    } catch (error) {
      return error instanceof ReadFault ? error : faultOf(error);
    }
  };
  for await (const piece of packed) {
    for (let at = 0; at < piece.length; at += FEED) {
      // It keeps what it has not used yet, and the piece may be filled anew.
      const fault = push(piece.slice(at, at + FEED), false);
      yield* unpacked;
      if (fault !== null) throw fault;
    }
  }
  const fault = push(new Uint8Array(), true);
  yield* unpacked;
  if (fault !== null) throw fault;
}

/** fzstd has codes for what it notices; a damaged stream can also make it stumble over itself. */
function faultOf(error: unknown): ReadFault {
  const code = (error as { readonly code?: unknown }).code;
  if (code === WINDOW_TOO_LARGE) return new ReadFault(TOO_LARGE);
  return new ReadFault(code === UNEXPECTED_END ? ENDS_TOO_EARLY : DAMAGED);
}
