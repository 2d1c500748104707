import { statSync } from 'node:fs';
import type { ByteInput } from './bytes.ts';
import { FIRST_LINE, FollowedFile, type LineStart } from './follow-file.ts';
import { filesAfter } from './follow-rotation.ts';
import { pause } from './pause.ts';

export interface FollowOptions {
  /** Where reading begins: at the file's start, or (`end`) with its last unfinished line. A later file is read whole. */
  readonly from?: 'start' | 'end';
  /** How often a silent file is looked at, ms. */
  readonly pollMs?: number;
}

/** The part of a followed input that was read from one file. */
export interface Segment {
  /** Grows when another file took the place of the one that was read, or when that was truncated. */
  readonly number: number;
  /** Where in the file it begins. */
  readonly start: LineStart;
  /** What may be lost just before it, as a reason for the list of what was not understood; or null. */
  readonly loss: string | null;
}

/** An input that does not end. `segment` tells of the chunk that was given last. */
export interface FollowedInput extends ByteInput {
  segment(): Segment;
}

const TRUNCATED = 'log was truncated: records written since the last look are lost';

/** Looks in quick succession after something was read: what was begun is soon over. */
const QUICK_LOOKS = 6;

/**
 * A file that is being written, as `tail -F` reads it: across rotation by renaming (several between two looks, too) and
 * truncation, and waiting for a file that is not there yet. It never ends until the signal is aborted. An empty chunk
 * comes first, which says that nothing written from now on will be missed, and then at each look that finds nothing new,
 * so that whoever reads lines can close what has fallen silent.
 *
 * A file that is truncated and, before the next look, grows to more than it was cannot be told from one that only grew.
 * Throws `SourceError` when the file is there and cannot be read.
 */
export function followInput(path: string, options: FollowOptions = {}): FollowedInput {
  const { from = 'start', pollMs = 250 } = options;
  let read = 0;
  let segment: Segment = { number: 1, start: FIRST_LINE, loss: null };
  const begin = (start: LineStart, loss: string | null = null): void => {
    segment = { number: segment.number + 1, start, loss };
  };
  return {
    name: path,
    totalBytes: null,
    modified: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null,
    bytesRead: () => read,
    segment: () => segment,
    head: async (count) => {
      const file = await FollowedFile.open(path, 'start');
      if (file === null) return new Uint8Array();
      try {
        return await firstBytes(file, count);
      } finally {
        await file.close();
      }
    },
    chunks: async function* (signal): AsyncGenerator<Uint8Array> {
      let file = await FollowedFile.open(path, from);
      let waiting: FollowedFile[] = [];
      let idle = 0;
      try {
        if (file !== null) begin(file.start);
        yield NOTHING;
        while (!signal.aborted) {
          file ??= await FollowedFile.open(path, 'start');
          const chunk = await file?.read();
          if (chunk !== undefined && chunk.length > 0) {
            read += chunk.length;
            idle = 0;
            yield chunk;
            continue;
          }
          yield NOTHING;
          if (file !== null) {
            if (waiting.length === 0) waiting = await filesAfter(file, path);
            const next = waiting.shift();
            if (next !== undefined) {
              // What was written between the last read and the rotation.
              for (let rest = await file.read(); rest.length > 0; rest = await file.read()) {
                read += rest.length;
                yield rest;
              }
              await file.close();
              file = next;
              begin(file.start);
              continue;
            }
            if (await file.restartIfTruncated()) {
              begin(FIRST_LINE, TRUNCATED);
              continue;
            }
          }
          idle += 1;
          await pause(idle <= QUICK_LOOKS ? pollMs / 3 : pollMs, signal);
        }
      } finally {
        await file?.close();
        for (const next of waiting) await next.close();
      }
    },
  };
}

/** The input as one that is followed; null for one that ends. */
export function asFollowed(input: ByteInput): FollowedInput | null {
  return 'segment' in input && typeof input.segment === 'function' ? (input as FollowedInput) : null;
}

async function firstBytes(file: FollowedFile, count: number): Promise<Uint8Array> {
  const head = new Uint8Array(count);
  let have = 0;
  while (have < count) {
    const bytes = await file.read();
    if (bytes.length === 0) break;
    head.set(bytes.subarray(0, count - have), have);
    have += bytes.length;
  }
  return head.subarray(0, Math.min(have, count));
}

const NOTHING = new Uint8Array();
