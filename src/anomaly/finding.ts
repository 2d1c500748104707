import type { AnomalyType } from '../model/anomaly.ts';
import type { JsonObject } from '../model/json.ts';
import type { EventDigest } from '../model/query.ts';
import type { Severity } from '../model/severity.ts';

/** What a detector says of one window; {@link detectAnomalies} adds when and over what span. */
export interface Finding {
  readonly type: AnomalyType;
  readonly severity: Severity;
  readonly details: JsonObject;
  readonly eventIds: readonly string[];
}

/** A finding names at most this many events: enough to look, bounded however bad the hour. */
const MAX_EVENT_IDS = 50;

export function idsOf(events: readonly EventDigest[]): readonly string[] {
  return events.slice(0, MAX_EVENT_IDS).map((event) => event.id);
}
