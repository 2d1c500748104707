import type { Alert } from './alert.ts';
import type { Anomaly } from './anomaly.ts';
import type { CheckDefinition, CheckRun, CheckRunSummary } from './check.ts';
import type { AuditEvent } from './event.ts';
import type { Inventory } from './inventory.ts';
import type { Unreadable } from './observation.ts';
import type { Severity } from './severity.ts';
import type { Problem } from './snapshot.ts';

/** Where a replay stands. Times are event times in milliseconds. */
export interface ReplayView {
  readonly state: 'loading' | 'playing' | 'paused' | 'ended';
  /** Multiple of real time; Infinity is as fast as it can be read. */
  readonly speed: number;
  readonly start: number;
  readonly end: number;
  readonly cursor: number;
  /** Alerts of the whole recording, oldest first, for the time bar. */
  readonly marks: readonly { readonly time: number; readonly severity: Severity }[];
  /** While loading: bytes read of all inputs. */
  readonly loadedBytes: number;
  readonly totalBytes: number | null;
}

/** Counts of events in one interval by severity. */
export interface TrendPoint {
  /** Start of the interval. */
  readonly time: number;
  readonly counts: { readonly [severity in Severity]: number };
}

export interface Trends {
  readonly intervalMs: number;
  /** Oldest first, at most 240, one for every interval (zeros included). */
  readonly events: readonly TrendPoint[];
  /** Oldest first, at most 240. */
  readonly checkRuns: readonly CheckRunSummary[];
}

/** Everything the screen shows apart from the inventory and the window of events. Sent at most four times a second. */
export interface ViewModel {
  /** `follow`: files that grow, as they grow. */
  readonly mode: 'live' | 'follow' | 'replay';
  readonly host: string;
  /** Clock of the data: time of the newest observation (live) or the cursor (replay); null before the first. */
  readonly time: number | null;
  /** Events per second of event time, over the last ten seconds of it. */
  readonly eventsPerSecond: number;
  readonly events: {
    /** Events in the store. */
    readonly stored: number;
    /** Events let go because the store was full. */
    readonly shed: number;
    /** Ever recorded in this run: grows by one with each event. */
    readonly seen: number;
    /** Grows whenever any event comes, goes or is amended. */
    readonly changes: number;
  };
  readonly storeBytes: number;
  readonly unreadable: { readonly count: number; readonly first: readonly Unreadable[] };
  /** What could not be looked at. */
  readonly problems: readonly Problem[];
  /** A sentence that must be seen: no bpftool, not root, the disk is full. Null when all is well. */
  readonly banner: string | null;
  /** True once a live source has ended for good. */
  readonly ended: boolean;
  readonly replay: ReplayView | null;
  /** Until when (event time) the baseline is being learned; null when it is known. */
  readonly learningUntil: number | null;
  readonly definitions: readonly CheckDefinition[];
  readonly checks: CheckRun | null;
  /** Newest first, at most 500. */
  readonly anomalies: readonly Anomaly[];
  /** Firing first, then by severity, then newest; at most 500. */
  readonly alerts: readonly Alert[];
  readonly trends: Trends;
}

/** The objects on the host. Sent when it changed. */
export type InventoryView = Pick<
  Inventory,
  'host' | 'boot' | 'time' | 'covers' | 'programs' | 'maps' | 'attachments' | 'processes'
>;

/** A request for rows of the event list, which is in event order, oldest first. */
export interface EventWindowRequest {
  /** Text as typed after `/`; empty for all. `!` first inverts it. */
  readonly filter: string;
  /** Index of the first row wanted; null asks for the last `limit` rows. */
  readonly offset: number | null;
  readonly limit: number;
  /** Only events with `seq` up to this one; null for all. Holds a paused list still. */
  readonly ceiling: number | null;
  /** Leave out events that another stands for (`foldedInto`). */
  readonly folded: boolean;
}

export interface EventRow {
  readonly seq: number;
  readonly event: AuditEvent;
  /** Events that it stands for beside itself; 0 where the request does not fold. */
  readonly stands: number;
}

export interface EventWindow {
  readonly request: EventWindowRequest;
  /** Rows that match, in all. */
  readonly matching: number;
  /** Events that match too and are left out because another stands for them; 0 where the request does not fold. */
  readonly folded: number;
  readonly total: number;
  /** Index of `rows[0]` among the matching. */
  readonly offset: number;
  readonly rows: readonly EventRow[];
  /** The newest `seq` in the store, for a ceiling. */
  readonly newest: number;
}

/** What the screen may ask of the engine. */
export type Command =
  | { readonly kind: 'events'; readonly request: EventWindowRequest }
  | { readonly kind: 'player'; readonly action: PlayerAction };

export type PlayerAction =
  | { readonly kind: 'toggle' }
  | { readonly kind: 'faster' }
  | { readonly kind: 'slower' }
  /** Jump by this many seek steps; negative is back. */
  | { readonly kind: 'seek'; readonly steps: number }
  | { readonly kind: 'seekTo'; readonly time: number }
  /** To the next (1) or previous (-1) alert mark. */
  | { readonly kind: 'mark'; readonly direction: 1 | -1 }
  /** One observation further, and pause. */
  | { readonly kind: 'step' };

/**
 * The engine as the screen knows it. `subscribe` calls back at most four times a second, and at once with the answer
 * to an `events` command; read the state with `view`, `inventory` and `events`. All are immutable values that keep
 * their identity while they do not change.
 */
export interface EngineFace {
  subscribe(listener: () => void): () => void;
  view(): ViewModel | null;
  inventory(): InventoryView;
  events(): EventWindow | null;
  send(command: Command): void;
}

/** Before anything was looked at. */
export const EMPTY_INVENTORY: InventoryView = {
  host: '',
  boot: null,
  time: 0,
  covers: [],
  programs: [],
  maps: [],
  attachments: [],
  processes: [],
};
