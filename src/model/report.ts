import type { Alert } from './alert.ts';
import type { Anomaly, Baseline } from './anomaly.ts';
import type { CheckResult, OverallStatus, ProfileName } from './check.ts';
import type { InputFacts, Unreadable } from './observation.ts';
import type { Severity } from './severity.ts';
import type { Problem } from './snapshot.ts';
import type { Trends } from './view.ts';

/** The version of the JSON report; it grows when a key changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/**
 * A compliance report (lab 17.3, step 4.1) with what was read to make it. Times are milliseconds since the epoch.
 * `reportId`, `generatedAt` and the checks' `durationMs` belong to the run; everything else follows from the input.
 */
export interface Report {
  readonly format: 'bpfwitness-report';
  readonly version: typeof REPORT_VERSION;
  readonly reportId: string;
  readonly generatedAt: number;
  readonly host: string;
  /** Which profile chose the checks and graded them. */
  readonly profile: ProfileName;
  /** Event time of the first and last event, or null of none. */
  readonly timeRange: { readonly first: number; readonly last: number } | null;
  readonly summary: {
    readonly totalChecks: number;
    readonly passedChecks: number;
    readonly failedChecks: number;
    readonly inconclusiveChecks: number;
    readonly notApplicableChecks: number;
    readonly overallStatus: OverallStatus;
    readonly highestSeverity: Severity | null;
    readonly anomaliesDetected: number;
    readonly alertsFiring: number;
  };
  readonly securityChecks: readonly CheckResult[];
  /** Oldest first. */
  readonly anomalies: readonly Anomaly[];
  readonly alerts: readonly Alert[];
  readonly baseline: Baseline | null;
  readonly trends: Trends;
  readonly auditSummary: {
    readonly totalEvents: number;
    readonly eventTypes: { readonly [type: string]: number };
    readonly severities: { readonly [severity in Severity]: number };
  };
  /** What was read, and what was not understood or let go. */
  readonly intake: {
    /** What each input was, in the order in which they were given. */
    readonly inputs: readonly InputFacts[];
    readonly shedEvents: number;
    readonly ownRecords: number;
    readonly unmappedRecords: { readonly [type: string]: number };
    readonly unreadableCount: number;
    /** The first of them, at most 100. */
    readonly unreadable: readonly Unreadable[];
    readonly problems: readonly Problem[];
  };
}
