import type { JsonObject } from './json.ts';
import type { Severity } from './severity.ts';

/** Something an operator should look at: raised once, then counted. */
export interface Alert {
  /** Equal for the same trouble: `anomaly/high-event-rate`, `check/check-frozen-config`. */
  readonly fingerprint: string;
  readonly kind: 'anomaly' | 'check';
  readonly severity: Severity;
  readonly title: string;
  readonly summary: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly count: number;
  readonly state: 'firing' | 'resolved';
  readonly details: JsonObject;
  readonly eventIds: readonly string[];
}
