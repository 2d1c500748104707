import type { Unreadable } from '../model/observation.ts';
import { excerpt } from '../text/excerpt.ts';
import type { ByteInput } from './bytes.ts';
import { asFollowed } from './follow.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { ReadFault } from './read-fault.ts';

/** Lines that were read together, and what of them could not be. */
export interface LineBatch {
  /** Without those that were cut. */
  readonly lines: readonly Line[];
  readonly unreadable: readonly Unreadable[];
  /** Lines seen so far, those that were cut included. */
  readonly count: number;
}

/** A line of an audit log is at most 8560 bytes (`MAX_AUDIT_MESSAGE_LENGTH`) from the kernel; this is room for all. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** Characters of a text that is shown for what was not understood. */
export const SHOWN = 200;

/**
 * The lines of an input, in batches as they are read, in bounded memory. A line of more than `maxBytes` is cut and
 * reported, not held. A read that fails midway ends the lines with an unreadable that says where. Of an input that is
 * followed (follow.ts), an empty batch says that there is nothing new, each file's lines are counted from its start, and
 * a line that is not finished when it is stopped is left out.
 */
export async function* readLines(input: ByteInput, maxBytes: number, signal: AbortSignal): AsyncGenerator<LineBatch> {
  const followed = asFollowed(input);
  let splitter = new LineSplitter({ maxBytes });
  let segment = 1;
  /** Lines of the files before, less those of this one that were not read. */
  let before = 0;
  let fault: ReadFault | null = null;
  const batch = (lines: readonly Line[]): LineBatch => {
    const found = toBatch(splitter, lines, input.name, maxBytes);
    return before === 0 ? found : { ...found, count: before + found.count };
  };
  try {
    for await (const chunk of input.chunks(signal)) {
      if (signal.aborted) return;
      const now = followed?.segment() ?? null;
      if (now !== null && now.number !== segment) {
        segment = now.number;
        const last = batch(splitter.end());
        const lost = now.loss === null ? [] : [unreadable(input.name, now.start, now.loss, '')];
        yield { ...last, unreadable: [...last.unreadable, ...lost] };
        before = last.count + 1 - now.start.line;
        splitter = new LineSplitter({ maxBytes, firstLine: now.start.line, firstOffset: now.start.offset });
      }
      yield batch(splitter.push(chunk));
    }
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    fault = error;
  }
  if (followed !== null) return;
  const last = batch(splitter.end());
  if (fault === null) yield last;
  else
    yield { ...last, unreadable: [...last.unreadable, unreadable(input.name, splitter.position, fault.message, '')] };
}

/** Sorts out the lines that were cut. */
export function toBatch(splitter: LineSplitter, lines: readonly Line[], file: string, maxBytes: number): LineBatch {
  const count = splitter.lines;
  if (!lines.some((line) => line.cut)) return { lines, unreadable: [], count };
  const cut = lines.filter((line) => line.cut);
  return {
    lines: lines.filter((line) => !line.cut),
    unreadable: cut.map((line) =>
      unreadable(file, line, `line is longer than ${maxBytes} bytes`, line.text.slice(0, SHOWN)),
    ),
    count,
  };
}

/** An unreadable at a line of a file. */
export function unreadable(
  file: string,
  at: { readonly line: number; readonly offset: number },
  reason: string,
  text: string,
): Unreadable {
  return { at: { file, line: at.line, offset: at.offset }, reason, text: excerpt(text, SHOWN) };
}
