import type { NotRead } from './archive/archive.ts';
import { blanksAtStart, headBehindBlanks } from './blank-start.ts';
import { boundedChunks } from './bounded-chunks.ts';
import { type ByteInput, memoryInput } from './bytes.ts';
import { mayTell } from './collection/layout.ts';
import { BINARY, DETECT_BYTES, type Detected, detectFormat, UNKNOWN } from './detect.ts';
import { firstRecord } from './later-records.ts';
import { ReadFault } from './read-fault.ts';
import { isAuditLogName } from './rotated-set.ts';
import { isPacked, unpack } from './unpack/unpack.ts';

/** What an input is, and the bytes that told. */
export interface Told {
  readonly detected: Detected;
  readonly head: Uint8Array;
  /** True where it may hold what is to be read, and is not passed over for that even where nobody named it. */
  readonly refused: boolean;
}

/**
 * Tells what an input is by its start, or, where that says nothing, by the first record that follows. Of what can be
 * read once only the start is looked at. Throws `ReadFault` where it cannot be looked through.
 */
export async function tellInput(input: ByteInput, path: string, signal: AbortSignal): Promise<Told> {
  const head = await headBehindBlanks(input, DETECT_BYTES, signal);
  const detected = detectFormat(head);
  const refused = detected.format === 'unknown' && isAuditLogName(path);
  if (!saysNothing(detected) || input.place === undefined) return { detected, head, refused };
  const later = await firstRecord(isWhole(input, head) ? onlyOf(head) : input.chunks(signal));
  if (later === null) return { detected, head, refused };
  if (detected !== BINARY) return { detected: later.detected, head, refused: false };
  return { detected: { format: 'unknown', reason: binaryReason(later.offset) }, head, refused: true };
}

/**
 * Why a member of a packed archive is not worth keeping; null where it is read, or may be damaged. One that says nothing
 * at its start is looked through on the way: it cannot be gone back to.
 */
export async function reasonToDrop(
  name: string,
  start: Uint8Array,
  all: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<NotRead | null> {
  if (mayTell(name)) return null;
  let detected: Detected;
  try {
    const head = await memoryInput(name, start).head(DETECT_BYTES);
    if (head.length === DETECT_BYTES && blanksAtStart(head) > 0) return null;
    detected = detectFormat(head);
  } catch (error) {
    if (error instanceof ReadFault) return null;
    throw error;
  }
  if (!('reason' in detected)) return null;
  const { reason } = detected;
  const refused = detected.format === 'unknown' && isAuditLogName(name);
  if (!saysNothing(detected)) return { reason, refused };
  try {
    const later = await firstRecord(unpackedOf(all(), signal));
    if (later === null) return { reason, refused };
    return {
      reason: `its start says nothing, and byte ${later.offset} begins a record: unpack the archive first`,
      refused: true,
    };
  } catch (error) {
    if (error instanceof ReadFault) return { reason: error.message, refused: true };
    throw error;
  }
}

/** False for what has a magic: that is not looked into. */
function saysNothing(detected: Detected): boolean {
  return detected === UNKNOWN || detected === BINARY;
}

function binaryReason(offset: number): string {
  return `not recognised: a binary file in which byte ${offset} begins a record: cut off what stands before (\`tail -c +${offset + 1}\`)`;
}

/** True where the head of a stored input is all there is of it. */
function isWhole({ place, totalBytes }: ByteInput, head: Uint8Array): boolean {
  const start = place?.store.peek?.(place.start, 8);
  return start !== undefined && !isPacked(start) && head.length === totalBytes;
}

async function* onlyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function unpackedOf(packed: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let read = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      read += chunk.length;
      yield chunk;
    }
  };
  return boundedChunks(unpack(counted()), { bytesRead: () => read, hasEnd: true }, signal);
}
