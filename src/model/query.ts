import type { EventType } from './event.ts';
import type { Json } from './json.ts';
import type { Severity } from './severity.ts';

/** What events to give, newest first: the lab's `query-events`, with text search. Absent means any. */
export interface EventCriteria {
  readonly types?: readonly EventType[];
  readonly minSeverity?: Severity;
  /** Only events after this time (ms, exclusive). */
  readonly since?: number;
  /** Only events before this time (ms, exclusive). */
  readonly until?: number;
  readonly source?: string;
  /** Text to find in type, severity, source, host, id or details, upper and lower case alike; `!` first inverts. */
  readonly search?: string;
  /** Leave out events that another stands for (`foldedInto`). */
  readonly folded?: boolean;
  readonly limit?: number;
}

/** As much of an event as the detectors need. */
export interface EventDigest {
  readonly id: string;
  readonly time: number;
  readonly type: EventType;
  readonly severity: Severity;
}

/** What one statement of SQL gave: cells in the order of `columns`. */
export interface RowTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
}
