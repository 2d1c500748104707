import type { Anomaly } from '../model/anomaly.ts';
import type { CheckResult } from '../model/check.ts';
import type { Report } from '../model/report.ts';
import { describeAnomaly } from '../text/describe-anomaly.ts';
import { exceptionLines } from '../text/describe-exception.ts';
import { describeProfile } from '../text/describe-profile.ts';
import { describeViolation } from '../text/describe-violation.ts';
import { printable } from '../text/sanitise.ts';
import { formatTime } from '../text/time.ts';
import { formatCount, plural } from '../text/units.ts';
import { byCount } from './counts.ts';
import { intakeLines } from './intake-text.ts';
import { outcomeText, STATUS_WORDS } from './verdict.ts';

const RULE = '='.repeat(60);

/** A failed check lists this many of its violations here; the JSON report has them all. */
const SHOWN_VIOLATIONS = 10;

/** The report as the lab prints it: the same sections in the same order, then what was read to make it. */
export function reportText(report: Report): string {
  const { summary, auditSummary } = report;
  const lines = [
    '',
    ` ${RULE}`,
    '',
    '         SECURITY COMPLIANCE REPORT',
    '',
    ` ${RULE}`,
    '',
    `Report ID: ${report.reportId}`,
    `Generated: ${formatTime(report.generatedAt)}`,
    `Host: ${printable(report.host)}`,
    `Profile: ${printable(describeProfile(report.profile))}`,
    ...(report.timeRange === null
      ? []
      : [`Events from ${formatTime(report.timeRange.first)} to ${formatTime(report.timeRange.last)}`]),
    '',
    '--- Summary ---',
    '',
    `Overall Status: ${summary.overallStatus.toUpperCase()}`,
    `Checks: ${summary.passedChecks} passed, ${summary.failedChecks} failed${summary.inconclusiveChecks > 0 ? `, ${summary.inconclusiveChecks} inconclusive` : ''}${summary.notApplicableChecks > 0 ? `, ${summary.notApplicableChecks} not applicable` : ''}`,
    `Anomalies Detected: ${summary.anomaliesDetected}`,
    // Before the verdicts, because they hold only as far as these allow.
    ...report.intake.problems.map(({ message }) => `Note: ${printable(message)}`),
    '',
    '--- Security Checks ---',
    '',
    ...report.securityChecks.flatMap(checkLines),
    ...(report.anomalies.length === 0 ? [] : ['', '--- Anomalies ---', '', ...report.anomalies.flatMap(anomalyLines)]),
    '',
    '--- Audit Event Summary ---',
    '',
    `  Total events: ${auditSummary.totalEvents}`,
    '  By type:',
    ...(auditSummary.totalEvents === 0 ? ['    none'] : []),
    ...byCount(auditSummary.eventTypes).map(([type, count]) => `    ${type}: ${count}`),
    ...intakeLines(report.intake),
    '',
    ` ${RULE}`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** One check as two lines or more: `[FAIL] Name (severity)` and what it found. */
export function checkLines(result: CheckResult): string[] {
  const head = `  [${STATUS_WORDS[result.status]}] ${printable(result.name)} (${result.severity})`;
  const exceptions = exceptionLines(result).map((line) => `      ${printable(line)}`);
  if (result.status !== 'failed') return [head, `      ${printable(outcomeText(result))}`, ...exceptions];
  const shown = result.violations.slice(0, SHOWN_VIOLATIONS);
  const hidden = result.violations.length - shown.length;
  return [
    head,
    `      Issues: ${plural(result.violations.length, 'violation')}`,
    ...shown.map((violation) => `        ${printable(describeViolation(violation))}`),
    ...(hidden > 0 ? [`        … and ${formatCount(hidden)} more`] : []),
    ...exceptions,
    `      Remedy: ${printable(result.remedy)}`,
    ...(result.undecided.length > 0
      ? [`        (${plural(result.undecided.length, 'object')} could not be judged)`]
      : []),
  ];
}

function anomalyLines(anomaly: Anomaly): string[] {
  return [
    `  [${anomaly.severity.toUpperCase()}] ${anomaly.type}`,
    `      Details: ${printable(describeAnomaly(anomaly))} (${formatTime(anomaly.time)})`,
  ];
}
