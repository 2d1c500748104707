import { createHash } from 'node:crypto';

/** Length of a {@link digest}. */
export const DIGEST_LENGTH = 16;

/**
 * The first 16 hexadecimal digits of the SHA-256 of some bytes: tells a file that was written whole from one that was
 * not. Not a CRC, which SHA-256 outruns where the processor helps and which `node:zlib` of Deno 2.4, whose runtime
 * ships in the offline build, computes wrongly (denoland/deno#30636).
 */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, DIGEST_LENGTH);
}
