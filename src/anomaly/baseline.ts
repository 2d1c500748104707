import type { Baseline } from '../model/anomaly.ts';
import type { EventDigest } from '../model/query.ts';

/** What was seen in one interval (lab 17.3, step 3.1). */
export interface Sample {
  readonly events: number;
  readonly types: Baseline['eventTypes'];
  readonly severities: Baseline['severities'];
}

export const EMPTY_SAMPLE: Sample = { events: 0, types: {}, severities: {} };

/** The baseline that the lab starts continuous auditing with, before anything was learned (step 5.1). */
export function labBaseline(intervalMs: number, collectedAt: number): Baseline {
  return {
    avgEventsPerInterval: 10,
    maxEventsPerInterval: 50,
    eventTypes: { 'program-load': 5, 'map-access': 20, 'config-change': 2 },
    severities: {},
    intervalMs,
    sampleCount: 100,
    collectedAt,
  };
}

/** Counts the events of one interval. */
export function sampleOf(events: readonly EventDigest[]): Sample {
  const types: Record<string, number> = {};
  const severities: Record<string, number> = {};
  for (const event of events) {
    types[event.type] = (types[event.type] ?? 0) + 1;
    severities[event.severity] = (severities[event.severity] ?? 0) + 1;
  }
  return { events: events.length, types, severities };
}

/** The statistics over samples of `intervalMs` each; of no samples, averages of zero. */
export function baselineFrom(samples: readonly Sample[], intervalMs: number, collectedAt: number): Baseline {
  let total = 0;
  let max = 0;
  const types: Record<string, number> = {};
  const severities: Record<string, number> = {};
  for (const sample of samples) {
    total += sample.events;
    max = Math.max(max, sample.events);
    addCounts(types, sample.types);
    addCounts(severities, sample.severities);
  }
  return {
    avgEventsPerInterval: samples.length === 0 ? 0 : total / samples.length,
    maxEventsPerInterval: max,
    eventTypes: types,
    severities,
    intervalMs,
    sampleCount: samples.length,
    collectedAt,
  };
}

function addCounts(into: Record<string, number>, counts: { readonly [key: string]: number | undefined }): void {
  for (const [key, count] of Object.entries(counts)) into[key] = (into[key] ?? 0) + (count ?? 0);
}
