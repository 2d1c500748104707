import type { JsonObject } from './json.ts';
import type { Severity } from './severity.ts';

/** The audit event types of lab 17.3, step 1.1. */
export const EVENT_TYPES = [
  'program-load',
  'program-unload',
  'program-attach',
  'program-detach',
  'map-create',
  'map-delete',
  'map-access',
  'capability-change',
  'policy-violation',
  'security-alert',
  'config-change',
  'access-denied',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** A place in a file: line counted from 1, byte offset of the line's start from 0. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly offset?: number;
}

/** Where an event came from: enough to find the raw bytes again. */
export interface Evidence {
  /** The command (`bpftool prog show`) or the file (`/var/log/audit/audit.log`) that showed it. */
  readonly origin: string;
  readonly line?: number;
  readonly offset?: number;
  /** The raw text, as read; never sanitised here. */
  readonly text?: string;
  /** The capture that carried it, when it was replayed from one. */
  readonly via?: Position;
}

/**
 * One thing that happened, by event time.
 *
 * `id` is a UUIDv7 (RFC 9562) derived from what was seen, so a replay gives the ids of the live run.
 * `details.summary` is one sentence for people; `details.object` names the object ({kind, id?, name?, ...});
 * `details.actor` says who did it ({pid?, uid?, auid?, comm?, exe?, ...}) where that is known. Strings are raw.
 */
export interface AuditEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: EventType;
  readonly severity: Severity;
  /** Who reported it: `bpftool`, `proc`, `audit`, or whatever a lab event names. */
  readonly source: string;
  readonly host: string;
  readonly details: JsonObject;
  readonly evidence: readonly Evidence[];
  /**
   * Id of the event that stands for this one on a screen or in a list, where both are the same routine doing of a
   * container runtime or of systemd. It counts like any other in checks, detectors and reports.
   */
  readonly foldedInto?: string;
}

/** A second look at an event that is already recorded: more evidence, and details that were not known. */
export interface Amendment {
  readonly eventId: string;
  /** The event is at least this severe; one that is a warning or worse by it is folded no longer. */
  readonly severity?: Severity;
  /** What both looks together say; takes the place of `details.summary`. */
  readonly summary?: string;
  readonly details: JsonObject;
  readonly evidence: readonly Evidence[];
}

/** An event before it has an id; {@link identify} in normalise/ gives it one. */
export type EventDraft = Omit<AuditEvent, 'id'>;
