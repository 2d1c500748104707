import { Buffer } from 'node:buffer';
import type { Names } from './names.ts';

/** Names that are noted: a flood of made-up ones is looked up as text. */
const MAX_NOTED = 4096;

interface Noted {
  readonly bytes: Uint8Array;
  readonly code: number;
}

/** The codes of names that come as bytes of plain ASCII, without making a string of those that are known. */
export class ByteNames {
  readonly #names: Names;
  readonly #noted = new Map<number, Noted>();
  #forgotten = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** `hash` is the text's (text-hash.ts). */
  code(bytes: Uint8Array, start: number, end: number, hash: number): number {
    if (this.#forgotten !== this.#names.forgotten || this.#noted.size > MAX_NOTED) {
      this.#noted.clear();
      this.#forgotten = this.#names.forgotten;
    }
    const noted = this.#noted.get(hash);
    if (noted !== undefined && isAt(bytes, start, end, noted.bytes)) return noted.code;
    const name = Buffer.from(bytes.subarray(start, end));
    const code = this.#names.code(name.toString('latin1'));
    this.#noted.set(hash, { bytes: name, code });
    return code;
  }
}

function isAt(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[start + index] !== text[index]) return false;
  return true;
}
