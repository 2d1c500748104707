import type { Report } from '../../model/report.ts';
import { formatTime } from '../../text/time.ts';
import { OVERALL_STATUS } from '../verdict.ts';
import { code, type Facts, mark, prose, type ReportDocument } from './blocks.ts';
import { checksSection } from './checks.ts';
import { alertsSection, anomaliesSection, eventsSection } from './findings.ts';
import { intakeSection } from './intake.ts';

/** The report as a document: the verdict and what limits it first, what it rests on after it. */
export function documentOf(report: Report): ReportDocument {
  const { host, profile, summary, timeRange, intake } = report;
  const { overallStatus, highestSeverity } = summary;
  const facts: Facts = [
    ['Verdict', mark(overallStatus.toUpperCase(), OVERALL_STATUS[overallStatus])],
    ['Worst of the failed', highestSeverity === null ? prose('none failed') : mark(highestSeverity, highestSeverity)],
    ['Host', code(host)],
    ['Profile', [...code(profile.name), ...code(profile.file ?? '')]],
    [
      'Events',
      prose(timeRange === null ? 'none' : `from ${formatTime(timeRange.first)} to ${formatTime(timeRange.last)}`),
    ],
    [
      'Checks',
      prose(
        `${summary.passedChecks} passed, ${summary.failedChecks} failed, ${summary.inconclusiveChecks} inconclusive, ${summary.notApplicableChecks} not applicable`,
      ),
    ],
    ['Anomalies', prose(String(summary.anomaliesDetected))],
    ['Alerts firing', prose(String(summary.alertsFiring))],
    ['Generated', prose(formatTime(report.generatedAt))],
    ['Report id', code(report.reportId)],
  ];
  const notes = intake.problems.map(({ message }) => prose(message));
  return {
    title: 'BPF security compliance report',
    blocks: [
      { kind: 'facts', facts },
      // Beside the verdict, because it holds only as far as these allow.
      ...(notes.length === 0 ? [] : [{ kind: 'list', label: 'What limits the verdict', items: notes } as const]),
    ],
    sections: [
      checksSection(report.securityChecks),
      anomaliesSection(report),
      alertsSection(report),
      eventsSection(report),
      intakeSection(report),
    ],
  };
}
