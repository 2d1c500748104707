import type { Alert } from '../model/alert.ts';
import type { Anomaly, Baseline } from '../model/anomaly.ts';
import type { CheckResult, CheckRun } from '../model/check.ts';
import { REPORT_VERSION, type Report } from '../model/report.ts';
import { isAtLeast, type Severity } from '../model/severity.ts';
import type { Trends } from '../model/view.ts';

/** What a report is made of. The id and the time of the run come from outside: this folder knows no clock. */
export interface ReportInput {
  readonly reportId: string;
  readonly generatedAt: number;
  readonly host: string;
  readonly profile: Report['profile'];
  readonly timeRange: Report['timeRange'];
  readonly checks: CheckRun;
  /** Oldest first, and how many there were in all. */
  readonly anomalies: readonly Anomaly[];
  readonly anomalyCount: number;
  readonly alerts: readonly Alert[];
  readonly baseline: Baseline | null;
  readonly trends: Trends;
  readonly auditSummary: Report['auditSummary'];
  readonly intake: Report['intake'];
}

/** The lab's `generate-compliance-report` (step 4.1). */
export function generateReport(input: ReportInput): Report {
  const { checks } = input;
  return {
    format: 'bpfwitness-report',
    version: REPORT_VERSION,
    reportId: input.reportId,
    generatedAt: input.generatedAt,
    host: input.host,
    profile: input.profile,
    timeRange: input.timeRange,
    summary: {
      totalChecks: checks.total,
      passedChecks: checks.passed,
      failedChecks: checks.failed,
      inconclusiveChecks: checks.inconclusive,
      notApplicableChecks: checks.notApplicable,
      overallStatus: checks.overall,
      highestSeverity: checks.highestSeverity,
      anomaliesDetected: input.anomalyCount,
      alertsFiring: input.alerts.filter((alert) => alert.state === 'firing').length,
    },
    securityChecks: checks.results,
    anomalies: input.anomalies,
    alerts: input.alerts,
    baseline: input.baseline,
    trends: input.trends,
    auditSummary: input.auditSummary,
    intake: input.intake,
  };
}

/** True when a failed check or an anomaly is `failOn` or worse. */
export function hasFindings(report: Report, failOn: Severity): boolean {
  return (
    checksFail(report.securityChecks, failOn) || report.anomalies.some(({ severity }) => isAtLeast(severity, failOn))
  );
}

/** True when a failed check is `failOn` or worse. */
export function checksFail(results: readonly CheckResult[], failOn: Severity): boolean {
  return results.some(({ status, severity }) => status === 'failed' && isAtLeast(severity, failOn));
}
