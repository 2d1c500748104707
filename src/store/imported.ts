import type { AuditEvent } from '../model/event.ts';

/** A line that is being imported: its number, where it begins, and its text without the newline. */
export interface ImportLine {
  readonly line: number;
  readonly offset: number;
  readonly text: string;
}

/** Events that can be read now, in order of arrival. The arrays are the store's own: look, do not change. */
export interface ImportedBatch {
  /** `seq` of the first; the others follow without gaps. */
  readonly first: number;
  readonly times: Float64Array;
  /** Places in EVENT_TYPES and SEVERITIES. */
  readonly types: Uint8Array;
  readonly severities: Uint8Array;
  /** Their hosts, in order of appearance. */
  readonly hosts: readonly string[];
}

export interface ImportResult {
  /** Lines that were read. */
  readonly lines: number;
  /** Segments that were finished. */
  readonly batches: readonly ImportedBatch[];
  /** Lines with the id of an event that is recorded and says something else. */
  readonly others: readonly ImportLine[];
}

/** The event in a line that is not as this program writes it; null when it is none, or was taken care of. */
export type LineDecoder = (line: ImportLine) => AuditEvent | null;

/**
 * Whether an event as this program writes it, whose details are the bytes from `start` to `end` of these lines, can be
 * taken as it is; others are decoded.
 */
export type LineTest = (lines: Uint8Array, start: number, end: number) => boolean;

/** What an import tells its store. */
export interface ImportListener {
  /** Lines of a journal with so many new events; null when there is none. */
  readonly recorded: ((lines: Uint8Array, events: number) => void) | null;
  readonly added: (events: number) => void;
}
