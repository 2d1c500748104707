import { DAMAGED, ENDS_TOO_EARLY, ReadFault } from '../read-fault.ts';

/** What the WebAssembly of xz-decompress (XZ Embedded) offers. */
interface XzExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  supply_input(context: number, bytes: number): void;
  get_next_output(context: number): number;
}

/** `enum xz_ret` of XZ Embedded (linux/xz.h). */
const XZ_OK = 0;
const XZ_STREAM_END = 1;
const XZ_MEMLIMIT = 4;
const XZ_OPTIONS = 6;
/** No progress could be made. */
const XZ_BUFFER = 8;

/** Words of the context: the size of both buffers, then `struct xz_buf`: in, in_pos, in_size, out, out_pos. */
const BUFFER_SIZE = 0;
const IN = 1;
const IN_POSITION = 2;
const IN_SIZE = 3;
const OUT = 4;
const OUT_POSITION = 5;

/**
 * Unpacks xz streams that follow each other, with or without zeros between them. Throws `ReadFault` after the last good
 * byte when they are cut off or damaged. Read are LZMA2 alone and the checks
 * CRC32 and CRC64: what xz(1) writes when it is not told otherwise.
 */
export async function* unxz(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new XzDecoder(await instantiate());
  for await (const piece of packed) {
    for (let rest = piece; rest.length > 0; ) {
      rest = rest.subarray(decoder.supply(rest));
      yield* decoder.output();
    }
  }
  // No more input tells it that this was the end; when it is not one, it first waits for more in vain.
  for (let tries = 0; tries < 2 && !decoder.ended; tries += 1) {
    decoder.supply(new Uint8Array());
    yield* decoder.output();
  }
  if (!decoder.ended) throw new ReadFault(ENDS_TOO_EARLY);
}

/** XZ Embedded, which reads several streams in a row (`xz_dec_catrun`). */
class XzDecoder {
  ended = false;
  readonly #exports: XzExports;
  readonly #context: number;

  constructor(exports: XzExports) {
    this.#exports = exports;
    this.#context = exports.create_context();
  }

  /** Takes as many bytes as there is room for, and says how many. */
  supply(bytes: Uint8Array): number {
    const words = this.#words();
    const taken = bytes.subarray(0, words[BUFFER_SIZE] ?? 0);
    new Uint8Array(this.#exports.memory.buffer).set(taken, words[IN] ?? 0);
    this.#exports.supply_input(this.#context, taken.length);
    return taken.length;
  }

  /** All that can be unpacked of what was supplied. */
  *output(): Generator<Uint8Array> {
    for (;;) {
      const result = this.#exports.get_next_output(this.#context);
      // Its memory may have grown, and then the old view of it is empty.
      const words = this.#words();
      const from = words[OUT] ?? 0;
      const length = words[OUT_POSITION] ?? 0;
      words[OUT_POSITION] = 0;
      if (length > 0) yield new Uint8Array(this.#exports.memory.buffer).slice(from, from + length);
      if (result === XZ_STREAM_END) this.ended = true;
      else if (result === XZ_BUFFER) return;
      else if (result !== XZ_OK) throw faultOf(result);
      if (this.ended || (length < (words[BUFFER_SIZE] ?? 0) && words[IN_POSITION] === words[IN_SIZE])) return;
    }
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#exports.memory.buffer, this.#context);
  }
}

function faultOf(result: number): ReadFault {
  if (result === XZ_OPTIONS) return new ReadFault('packed with an xz filter or check that is not read');
  if (result === XZ_MEMLIMIT) return new ReadFault('packed with an xz dictionary that is too large to be read');
  return new ReadFault(DAMAGED);
}

/**
 * A decoder with memory of its own, which goes away with it. The stream that the package exports is not used: two of
 * them at once wait for each other, and where the data is cut off it fails with what looks like a defect of its own. The names below are the package's internal ones, which is why its version is pinned.
 */
async function instantiate(): Promise<XzExports> {
  const loaded: unknown = await import('xz-decompress');
  // A CommonJS package: what it exports is the default where it is not bundled.
  const { XzReadableStream } = ((loaded as { default?: unknown }).default ?? loaded) as {
    readonly XzReadableStream: {
      _getModuleInstance(): Promise<void>;
      readonly _moduleInstance: { readonly exports: XzExports };
    };
  };
  await XzReadableStream._getModuleInstance();
  return XzReadableStream._moduleInstance.exports;
}
