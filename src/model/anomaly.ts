import type { EventType } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Severity } from './severity.ts';

/** What is normal on a host (lab 17.3, step 3.1). */
export interface Baseline {
  readonly avgEventsPerInterval: number;
  readonly maxEventsPerInterval: number;
  readonly eventTypes: { readonly [type in EventType]?: number };
  readonly severities: { readonly [severity in Severity]?: number };
  /** Length of one sample in milliseconds. */
  readonly intervalMs: number;
  readonly sampleCount: number;
  /** Event time of the end of the last sample. */
  readonly collectedAt: number;
}

export interface AnomalyThresholds {
  readonly eventRateMultiplier: number;
  readonly newEventTypeSeverity: Severity;
  readonly severityEscalationThreshold: number;
  readonly rapidChangesThreshold: number;
  /** Window of the rapid config-change detector in milliseconds. */
  readonly rapidChangesWindowMs: number;
}

/** The lab's values (step 3.2 and `run-anomaly-detection`). */
export const DEFAULT_THRESHOLDS: AnomalyThresholds = {
  eventRateMultiplier: 3.0,
  newEventTypeSeverity: 'warning',
  severityEscalationThreshold: 2,
  rapidChangesThreshold: 10,
  rapidChangesWindowMs: 60_000,
};

export const ANOMALY_TYPES = [
  'high-event-rate',
  'new-event-types',
  'severity-escalation',
  'rapid-config-changes',
] as const;

export type AnomalyType = (typeof ANOMALY_TYPES)[number];

export interface Anomaly {
  /** Event time of the end of the window in which it was seen. */
  readonly time: number;
  readonly windowMs: number;
  readonly type: AnomalyType;
  readonly severity: Severity;
  readonly details: JsonObject;
  /** Ids of the events that it rests on, oldest first, at most 50. */
  readonly eventIds: readonly string[];
}
