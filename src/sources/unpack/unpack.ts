import { gunzip } from './gunzip.ts';
import { unxz } from './unxz.ts';
import { unzstd } from './unzstd.ts';

/** Packings within each other that are undone: `audit.log.gz` packed once more on its way. */
const MAX_LAYERS = 4;

/** How a stream begins that can be unpacked. `?` stands for any half of a byte. */
const MAGICS: readonly (readonly [magic: string, unpack: Unpacker])[] = [
  ['1f8b', gunzip],
  ['28b52ffd', unzstd],
  // A frame that zstd is to skip (RFC 8878, section 3.1.2).
  ['5?2a4d18', unzstd],
  // The .xz File Format, section 2.1.1.1.
  ['fd377a585a00', unxz],
];

/**
 * Unpacks a stream that begins with the magic of gzip (RFC 1952), zstd (RFC 8878) or xz, also when what comes out is
 * packed again; passes any other through. Throws `ReadFault` after the last good byte when it is cut off or damaged.
 * Memory is bounded whatever the stream unpacks to: no more is unpacked than is taken.
 */
export async function* unpack(chunks: AsyncIterable<Uint8Array>, layers = MAX_LAYERS): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const start = await startOf(iterator);
    const unpacked = layers > 0 ? unpackerFor(start.bytes) : null;
    if (unpacked === null) yield* whole(start, iterator);
    else yield* unpack(unpacked(whole(start, iterator)), layers - 1);
  } finally {
    await iterator.return?.();
  }
}

/** True for the start of a stream that {@link unpack} would unpack. */
export function isPacked(start: Uint8Array): boolean {
  return unpackerFor(start) !== null;
}

type Unpacker = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

function unpackerFor(bytes: Uint8Array): Unpacker | null {
  return MAGICS.find(([magic]) => bytes.length * 2 >= magic.length && agrees(bytes, magic))?.[1] ?? null;
}

/** True when the bytes are the magic as far as both go. */
function agrees(bytes: Uint8Array, magic: string): boolean {
  for (let at = 0; at < bytes.length && at * 2 < magic.length; at += 1) {
    const digits = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    if (digits[1] !== magic[at * 2 + 1] && magic[at * 2 + 1] !== '?') return false;
    if (digits[0] !== magic[at * 2] && magic[at * 2] !== '?') return false;
  }
  return true;
}

interface Start {
  readonly bytes: Uint8Array;
  /** What went wrong behind the bytes. */
  readonly fault: unknown;
}

/** The first piece, with as many more as it takes to know how the stream is packed. A pipe may have no more to give. */
async function startOf(iterator: AsyncIterator<Uint8Array>): Promise<Start> {
  let bytes = new Uint8Array();
  while (MAGICS.some(([magic]) => bytes.length * 2 < magic.length && agrees(bytes, magic))) {
    try {
      const next = await iterator.next();
      if (next.done === true) break;
      const both = new Uint8Array(bytes.length + next.value.length);
      both.set(bytes);
      both.set(next.value, bytes.length);
      bytes = both;
    } catch (fault) {
      if (bytes.length === 0) throw fault;
      return { bytes, fault };
    }
  }
  return { bytes, fault: null };
}

async function* whole({ bytes, fault }: Start, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
  if (fault !== null) throw fault;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
