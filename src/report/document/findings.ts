import type { Report } from '../../model/report.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { describeAnomaly } from '../../text/describe-anomaly.ts';
import { formatDuration, formatTime } from '../../text/time.ts';
import { formatCount, plural } from '../../text/units.ts';
import { byCount } from '../counts.ts';
import { code, type Facts, mark, prose, type Section, tableOf } from './blocks.ts';

export function anomaliesSection({ anomalies, summary, baseline }: Report): Section {
  const rows = anomalies.map((anomaly) => [
    prose(anomaly.type),
    mark(anomaly.severity, anomaly.severity),
    prose(describeAnomaly(anomaly)),
    prose(formatTime(anomaly.time)),
    prose(formatDuration(anomaly.windowMs)),
  ]);
  const evidence = anomalies.map(({ type, time, eventIds }) => [
    prose(type),
    prose(formatTime(time)),
    eventIds.flatMap(code),
  ]);
  const facts: Facts = [
    ['Found', prose(countOf(summary.anomaliesDetected, anomalies.length))],
    [
      'Baseline',
      prose(
        baseline === null
          ? 'none was learned: rates and types of events were not compared'
          : `${plural(baseline.sampleCount, 'sample')} of ${formatDuration(baseline.intervalMs)}, up to ${formatTime(baseline.collectedAt)}`,
      ),
    ],
  ];
  return {
    heading: prose('Anomalies'),
    blocks: [
      { kind: 'facts', facts },
      ...tableOf('Anomalies', ['Type', 'Severity', 'What was seen', 'Until', 'Within'], rows),
      ...tableOf('Events that they rest on', ['Type', 'Until', 'Event ids'], evidence, true),
    ],
    parts: [],
  };
}

/** The number of all, and of those that are listed where that is not the same. */
function countOf(all: number, listed: number): string {
  return all === listed ? formatCount(all) : `${formatCount(all)}, ${formatCount(listed)} of them listed`;
}

export function alertsSection({ alerts, summary }: Report): Section {
  const rows = alerts.map((alert) => [
    code(alert.fingerprint),
    prose(alert.state),
    mark(alert.severity, alert.severity),
    prose(`${alert.title}: ${alert.summary}`),
    prose(formatTime(alert.firstSeen)),
    prose(formatTime(alert.lastSeen)),
    prose(formatCount(alert.count)),
  ]);
  return {
    heading: prose('Alerts'),
    blocks: [
      { kind: 'facts', facts: [['Firing', prose(formatCount(summary.alertsFiring))]] },
      ...tableOf(
        'Alerts',
        ['Alert', 'State', 'Severity', 'What it is about', 'First seen', 'Last seen', 'Count'],
        rows,
      ),
    ],
    parts: [],
  };
}

export function eventsSection({ auditSummary }: Report): Section {
  const types = byCount(auditSummary.eventTypes).map(([type, count]) => [prose(type), prose(formatCount(count))]);
  const severities = SEVERITIES.toReversed().map((severity) => [
    mark(severity, severity),
    prose(formatCount(auditSummary.severities[severity])),
  ]);
  return {
    heading: prose('Events'),
    blocks: [
      { kind: 'facts', facts: [['In all', prose(formatCount(auditSummary.totalEvents))]] },
      ...tableOf('Events by type', ['Type', 'Events'], types),
      ...tableOf('Events by severity', ['Severity', 'Events'], severities),
    ],
    parts: [],
  };
}
