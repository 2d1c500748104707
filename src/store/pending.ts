import { Buffer } from 'node:buffer';

/** Bytes of one group, so that a long batch is written in parts. */
const MAX_GROUP_LENGTH = 4 * 1024 * 1024;

/** Characters and bytes that are held while the disk refuses them. */
export const MAX_PENDING_LENGTH = 64 * 1024 * 1024;

/** Lines of one kind that were added together. */
interface Part {
  /** One line without its newline, or whole lines. */
  readonly lines: string | Uint8Array;
  /** Events in them. */
  readonly events: number;
  /** `seq` of the events that they change. */
  readonly changed: readonly number[];
}

/** Lines that are not on the disk yet, in order. */
export class Pending {
  #parts: Part[] = [];
  #length = 0;

  /** Characters and bytes that are held. */
  get length(): number {
    return this.#length;
  }

  /** Events that are held lines change. */
  get changed(): readonly number[] {
    return this.#parts.flatMap(({ changed }) => changed);
  }

  add(lines: string | Uint8Array, events: number, changed: readonly number[] = []): void {
    this.#parts.push({ lines, events, changed });
    this.#length += lines.length;
  }

  /** The first lines, as many as make one group; null when there are none. */
  first(): { readonly lines: Uint8Array; readonly events: number; readonly parts: number } | null {
    if (this.#parts.length === 0) return null;
    let length = 0;
    let events = 0;
    let parts = 0;
    const pieces: Uint8Array[] = [];
    let text = '';
    for (const part of this.#parts) {
      if (length >= MAX_GROUP_LENGTH) break;
      if (typeof part.lines === 'string') text += `${part.lines}\n`;
      else {
        if (text !== '') pieces.push(Buffer.from(text));
        text = '';
        pieces.push(part.lines);
      }
      length += part.lines.length;
      events += part.events;
      parts += 1;
    }
    if (text !== '') pieces.push(Buffer.from(text));
    const [only] = pieces;
    return { lines: only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces), events, parts };
  }

  /** Lets go of the first parts, which are on the disk now. */
  done(parts: number): void {
    for (const { lines } of this.#parts.splice(0, parts)) this.#length -= lines.length;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}
