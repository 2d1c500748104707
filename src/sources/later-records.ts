import { parseSpelling } from '../normalise/audit/spelling/spelling.ts';
import { formatOfCut } from './agents/detect.ts';
import { CAPTURE_FORMAT } from './capture/format.ts';
import type { Detected } from './detect.ts';
import { ReadFault } from './read-fault.ts';

/** What a line is in which a record begins, and where it stands. */
export interface LaterRecord {
  readonly detected: Detected;
  /** Of the line, in the unpacked bytes. */
  readonly offset: number;
}

/** Bytes of a line that are looked at, before and behind what may be a record. */
const REACH = 4096;

/** Bytes that are looked through: what the kernel makes up may go on for ever. */
const MAX_BYTES = 8 * 1024 ** 3;

/** In each audit record, however it is spelled. */
const AUDIT = 'audit';
/** How a line of JSON begins. */
const JSON_LINE = '\n{';

/**
 * The first line of a stream that is an audit record, an agent's object or the header of a capture, wherever it stands;
 * null where there is none. What a file begins with is anybody's choice: it says nothing about the rest. Takes time by
 * the bytes alone. Throws `ReadFault` where the stream cannot be read to its end.
 */
export async function firstRecord(chunks: AsyncIterable<Uint8Array>): Promise<LaterRecord | null> {
  let window = Buffer.from('\n');
  // The newline before the first line is none of the stream's.
  let passed = -1;
  let looked = 0;
  for await (const chunk of chunks) {
    window = Buffer.concat([window, chunk]);
    const end = Math.max(looked, window.length - REACH);
    const found = recordIn(window, looked, end);
    if (found !== null) return { detected: found.detected, offset: passed + found.at };
    // What stands before the part that comes next is kept, because a line may begin there.
    const done = Math.max(0, end - REACH);
    looked = end - done;
    passed += done;
    window = window.subarray(done);
    if (passed > MAX_BYTES)
      throw new ReadFault(`not looked through to its end: no record in the first ${passed} bytes`);
  }
  const found = recordIn(window, looked, window.length);
  return found === null ? null : { detected: found.detected, offset: passed + found.at };
}

/** Looks at the lines that have a sign from `start` up to `end`. */
function recordIn(
  window: Buffer,
  start: number,
  end: number,
): { readonly detected: Detected; readonly at: number } | null {
  for (const sign of [AUDIT, JSON_LINE]) {
    for (let at = window.indexOf(sign, start); at !== -1 && at < end; ) {
      const from = sign === JSON_LINE ? at + 1 : lineStart(window, at);
      const reached = Math.min(window.length, Math.max(at, from) + REACH);
      const newline = window.subarray(Math.max(at, from), reached).indexOf(0x0a);
      const to = newline === -1 ? reached : Math.max(at, from) + newline;
      const detected = detectLine(window.subarray(from, to).toString().replace(/\r$/, ''));
      if (detected !== null) return { detected, at: from };
      at = window.indexOf(sign, to);
    }
  }
  return null;
}

function lineStart(window: Buffer, at: number): number {
  const from = Math.max(0, at - REACH);
  const newline = window.subarray(from, at).lastIndexOf(0x0a);
  return newline === -1 ? from : from + newline + 1;
}

function detectLine(line: string): Detected | null {
  if (line.startsWith('{')) {
    if (line.startsWith(`{"format":"${CAPTURE_FORMAT}"`)) return { format: 'capture' };
    const agent = formatOfCut(line);
    return agent === null ? null : { format: 'agent', agent };
  }
  const { kind } = parseSpelling(line);
  return kind === 'records' || kind === 'loss' ? { format: 'audit' } : null;
}
