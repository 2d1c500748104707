import type { EventType } from './event.ts';
import type { InputFacts, Unreadable } from './observation.ts';

/** The version of the JSON of `inspect`; it grows when a key changes its meaning or goes away. */
export const INSPECTION_VERSION = 1;

/** Events by their type. */
export type EventCounts = { readonly [type in EventType]?: number };

/** Records of one type in one input, and what became of them. */
export interface RecordUse {
  /** The record's type or kind: `BPF`, `bpf_attach`, `snapshot`. */
  readonly type: string;
  readonly count: number;
  /** Events that were made of them. */
  readonly events: EventCounts;
  /** Times that they told again of an event that other records had told of already: it has their evidence, too. */
  readonly again: number;
}

/** One input: what it is, what is in it, and what became of that. */
export interface InspectedInput extends Omit<InputFacts, 'records'> {
  /** Those that became events first, then by count. */
  readonly records: readonly RecordUse[];
  /** Lines and parts of it that were not understood. */
  readonly unreadable: number;
}

/** What `inspect` tells. It follows from the input alone: two runs over the same files give the same. */
export interface Inspection {
  readonly format: 'bpfwitness-inspection';
  readonly version: typeof INSPECTION_VERSION;
  readonly inputs: readonly InspectedInput[];
  readonly totals: {
    /** Bytes as stored, and lines, of all inputs. */
    readonly bytes: number;
    readonly lines: number;
    readonly events: EventCounts;
    /** Records that no rule maps to an event, by type. */
    readonly unmapped: { readonly [type: string]: number };
    /** Records of what bpfwitness itself did while the host was watched. */
    readonly ownRecords: number;
  };
  /** What was read all the same and is not whole: repairs, listings that came twice; each message once. */
  readonly problems: readonly string[];
  /** Files of a folder or an archive that hold nothing to be read here: passed over, which is no fault. */
  readonly passedOver: {
    readonly count: number;
    readonly listed: readonly { readonly name: string; readonly reason: string }[];
  };
  /** What could not be read or was not understood. */
  readonly unreadable: {
    readonly count: number;
    /** The first 10,000 of them, in order of reading. */
    readonly listed: readonly Unreadable[];
  };
}
