import type { AuditEvent, Position } from './event.ts';
import type { Snapshot } from './snapshot.ts';

/** One line of an audit log that belongs to a group. */
export interface AuditRecordLine {
  /** Record type as written: `BPF`, `SYSCALL`, `1334`, `UNKNOWN[1334]`. */
  readonly type: string;
  /** The whole line without its newline. */
  readonly text: string;
  readonly line: number;
  readonly offset: number;
}

/** The records that share node, time and serial: one audit event. */
export interface AuditRecordGroup {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly serial: number;
  /** From `node=`, or null. */
  readonly node: string | null;
  /** The file the lines were read from. */
  readonly origin: string;
  readonly records: readonly AuditRecordLine[];
}

/** What was not understood: counted, and listed with file, line and reason. */
export interface Unreadable {
  readonly at: Position;
  readonly reason: string;
  /** The start of the offending text, raw, at most 200 characters. */
  readonly text: string;
}

/** What a source can see. `via` names the capture line that carried it when it is replayed. */
export type Observation =
  | { readonly kind: 'snapshot'; readonly time: number; readonly snapshot: Snapshot; readonly via?: Position }
  | { readonly kind: 'audit'; readonly time: number; readonly group: AuditRecordGroup; readonly via?: Position }
  | { readonly kind: 'event'; readonly time: number; readonly event: AuditEvent; readonly via?: Position }
  | { readonly kind: 'unreadable'; readonly time: number | null; readonly unreadable: Unreadable };

/** How far a source has read; totals are null where they are not known (a live host, a pipe). */
export interface Progress {
  readonly name: string;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly lines: number;
  /** Records read, by their kind or type, whether or not they mean something to us. */
  readonly records: { readonly [type: string]: number };
}

/**
 * Where observations come from. Live and replayed sources are the same type. Batches are in reading order; a batch
 * may be empty. The iteration ends at the end of the input or when `signal` is aborted. A source throws only when it
 * cannot be read at all (`SourceError`); a part that is not understood is an `unreadable` observation.
 */
export interface Source {
  readonly name: string;
  observations(signal: AbortSignal): AsyncIterable<readonly Observation[]>;
  progress(): Progress;
}

/** A source that cannot be used: `tool` when something is missing on the host, `input` when a file is unreadable. */
export class SourceError extends Error {
  readonly kind: 'tool' | 'input';
  constructor(kind: 'tool' | 'input', message: string) {
    super(message);
    this.name = 'SourceError';
    this.kind = kind;
  }
}
