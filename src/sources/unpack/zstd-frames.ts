const FRAME_MAGIC = 0xfd2fb528;
/** Of the 16 magic numbers of frames to be skipped (RFC 8878, section 3.1.2), all but the last four bits. */
const SKIPPED_MAGIC = 0x184d2a5;

/** Bits of the frame header descriptor (section 3.1.1.1.1). */
const SINGLE_SEGMENT = 0x20;
const CHECKSUM = 0x04;

/** A block that holds one byte, to be repeated (section 3.1.1.2.2). */
const RLE = 1;

/** What is wanted next: bytes to look at, or to pass over. */
type Want = { readonly take: number } | { readonly skip: number };

/**
 * Follows zstd frames from outside, to know the size of their windows: that is what a decoder takes memory for, and
 * what fzstd moves for each block. Where no frame is it finds nothing more: to say so is for the decoder.
 */
export class ZstdFrames {
  /** The largest window of the frames that have begun, bytes. */
  window = 0;
  /** Whether one of them was made with a dictionary, without which it cannot be read. */
  needsDictionary = false;
  readonly #walk = frames((window, needsDictionary) => {
    this.window = Math.max(this.window, window);
    this.needsDictionary ||= needsDictionary;
  });
  #want = this.#walk.next();
  #taken: number[] = [];
  #skipped = 0;

  /** Takes the next bytes of the stream. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.#want.done !== true; ) {
      const want = this.#want.value;
      if ('skip' in want) {
        const passed = Math.min(want.skip - this.#skipped, bytes.length - at);
        this.#skipped += passed;
        at += passed;
        if (this.#skipped < want.skip) return;
      } else {
        this.#taken.push(bytes[at] ?? 0);
        at += 1;
        if (this.#taken.length < want.take) continue;
      }
      this.#want = this.#walk.next(this.#taken);
      this.#taken = [];
      this.#skipped = 0;
      // Nothing is wanted of an empty block.
      while (this.#want.done !== true && 'skip' in this.#want.value && this.#want.value.skip === 0) {
        this.#want = this.#walk.next([]);
      }
    }
  }
}

function* frames(began: (window: number, needsDictionary: boolean) => void): Generator<Want, void, readonly number[]> {
  for (;;) {
    const magic = littleEndian(yield { take: 4 });
    if (Math.floor(magic / 16) === SKIPPED_MAGIC) {
      yield { skip: littleEndian(yield { take: 4 }) };
      continue;
    }
    if (magic !== FRAME_MAGIC) return;
    const [descriptor = 0] = yield { take: 1 };
    const single = (descriptor & SINGLE_SEGMENT) !== 0;
    const [windowByte = 0] = single ? [] : yield { take: 1 };
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const needsDictionary = dictionary > 0 && littleEndian(yield { take: dictionary }) !== 0;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const size = sizeBytes === 0 ? 0 : littleEndian(yield { take: sizeBytes });
    // A frame of a single segment needs no window beyond its content.
    began(single ? size : (2 ** (10 + (windowByte >> 3)) / 8) * (8 + (windowByte & 7)), needsDictionary);
    for (let last = false; !last; ) {
      const block = littleEndian(yield { take: 3 });
      last = (block & 1) === 1;
      yield { skip: ((block >> 1) & 3) === RLE ? 1 : block >> 3 };
    }
    if ((descriptor & CHECKSUM) !== 0) yield { skip: 4 };
  }
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
