import type { InputSource, Observation } from '../../model/observation.ts';
import type { ByteInput } from '../bytes.ts';
import { ReadFault } from '../read-fault.ts';
import { CaptureDecoder } from './decoder.ts';
import { captureSource, MAX_LINE_BYTES } from './file.ts';
import { type LinesLost, type LinesRead, WholeLines } from './whole-lines.ts';

/** What a reader that takes whole lines made of them, for the account of the file. */
export interface EventsTaken {
  readonly lines: number;
  readonly events: number;
  readonly hosts: readonly string[];
  readonly timeRange: { readonly first: number; readonly last: number } | null;
}

/**
 * A file of events. Its lines can be had as they are, in place of `observations()`, by a store that takes them so:
 * an event that is made of a line and a line that is made of an event again cost ten times as much.
 */
export interface EventFile extends InputSource {
  lines(signal: AbortSignal): AsyncGenerator<readonly (LinesRead | LinesLost)[]>;
  /** What `observations()` would have of one line. */
  decode(line: { readonly line: number; readonly offset: number; readonly text: string }): readonly Observation[];
  /** Says what became of the lines: `facts()` tells it. */
  taken(what: EventsTaken): void;
}

/** Events as `query --json` prints them, one on each line. */
export function eventFile(input: ByteInput): EventFile {
  const source = captureSource(input, 'events');
  const decoder = new CaptureDecoder(input.name);
  const whole = new WholeLines(MAX_LINE_BYTES);
  let taken: EventsTaken | null = null;
  return {
    ...source,
    progress: () => {
      const progress = source.progress();
      return taken === null ? progress : { ...progress, lines: taken.lines, records: { event: taken.events } };
    },
    facts: () => {
      const facts = source.facts();
      if (taken === null) return facts;
      const { lines, events, hosts, timeRange } = taken;
      return facts.map((each) => ({ ...each, lines, records: { event: events }, hosts, timeRange }));
    },
    lines: async function* (signal): AsyncGenerator<readonly (LinesRead | LinesLost)[]> {
      let fault: ReadFault | null = null;
      try {
        for await (const chunk of input.chunks(signal)) yield whole.push(chunk);
      } catch (error) {
        if (!(error instanceof ReadFault)) throw error;
        fault = error;
      }
      yield whole.end();
      if (fault !== null) yield [{ offset: input.bytesRead(), lines: 0, reason: fault.message, text: '' }];
    },
    decode: ({ line, offset, text }) => decoder.decode({ text: bare(text, line === 1), line, offset, cut: false }),
    taken: (what) => {
      taken = what;
    },
  };
}

/** The source as a file of events; null when it is anything else. */
export function asEventFile(source: InputSource): EventFile | null {
  return 'taken' in source ? (source as EventFile) : null;
}

/** Without a byte order mark before it and a carriage return after it. */
function bare(text: string, isFirst: boolean): string {
  const end = text.endsWith('\r') ? text.length - 1 : text.length;
  return text.slice(isFirst && text.charCodeAt(0) === 0xfeff ? 1 : 0, end);
}
