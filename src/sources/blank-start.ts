import type { ByteInput } from './bytes.ts';
import { ReadFault } from './read-fault.ts';

/** Bytes of NULs and blanks at the start of an input that are passed over: a hole of any size costs nothing to make. */
const MAX_BLANK = 1024 ** 3;

/** The same of what can be read once, and so is held meanwhile. */
const MAX_BLANK_HELD = 64 * 1024 ** 2;

/** Parts of this size are passed over whole, so that what follows stays aligned to the blocks of a tar. */
const BLOCK = 512;

/** The number of NULs and blanks (of ASCII) that these bytes begin with. */
export function blanksAtStart(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0 && byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return at;
  }
  return bytes.length;
}

/**
 * The first bytes of an input that can tell what it is, `count` at the most: those behind the NULs and blanks that it
 * begins with, from a multiple of 512 bytes on. A log that was truncated under its writer begins with a hole of any
 * size. Throws `ReadFault` where more than a gigabyte of an input is blank.
 */
export async function headBehindBlanks(input: ByteInput, count: number, signal: AbortSignal): Promise<Uint8Array> {
  const head = await input.head(count);
  if (head.length < count || blanksAtStart(head) === 0) return head;
  return input.place === undefined ? heldHead(input, count) : storedHead(input, count, signal);
}

/** Asks for ever more of the start, which is read once and held. */
async function heldHead(input: ByteInput, count: number): Promise<Uint8Array> {
  for (let wanted = count * 2; ; wanted *= 2) {
    const head = await input.head(wanted);
    const start = startIn(head);
    if (head.length < wanted || head.length - start >= count) return head.subarray(start, start + count);
    if (wanted > MAX_BLANK_HELD) throw new ReadFault(blankFault(head.length));
  }
}

async function storedHead(input: ByteInput, count: number, signal: AbortSignal): Promise<Uint8Array> {
  let passed = 0;
  let held = Buffer.alloc(0);
  try {
    for await (const chunk of input.chunks(signal)) {
      held = Buffer.concat([held, chunk]);
      const start = startIn(held);
      if (held.length - start >= count) return held.subarray(start, start + count);
      held = held.subarray(start);
      passed += start;
      if (passed > MAX_BLANK) throw new ReadFault(blankFault(passed));
    }
  } catch (error) {
    // Whoever reads it all will meet the damage again, and say where it is.
    if (!(error instanceof ReadFault) || blanksAtStart(held) === held.length) throw error;
  }
  return held;
}

/** Where the blocks begin that are not blank; of what is all blank, the last block. */
function startIn(bytes: Uint8Array): number {
  const start = blanksAtStart(bytes);
  return Math.max(0, start < bytes.length ? start - (start % BLOCK) : Math.ceil(start / BLOCK - 1) * BLOCK);
}

function blankFault(bytes: number): string {
  return `not read: nothing but NUL bytes and blanks in the first ${bytes} bytes`;
}
