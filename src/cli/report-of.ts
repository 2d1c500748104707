import { randomUUID } from 'node:crypto';
import { buildTrends } from '../engine/view.ts';
import type { ProfileName } from '../model/check.ts';
import type { Report } from '../model/report.ts';
import { generateReport } from '../report/generate.ts';
import type { Run } from './headless.ts';

const SHOWN_UNREADABLE = 100;

/** The compliance report of a run that is over, as `profile` judged it; `now` is its time in ms. */
export function reportOf({ pipeline, inputs }: Run, profile: ProfileName, now: number): Report {
  const { store, monitor, checks } = pipeline;
  if (checks === null) throw new Error('the run is not over: its checks have not been run');
  return generateReport({
    reportId: randomUUID(),
    generatedAt: now,
    host: pipeline.host ?? 'unknown',
    profile,
    timeRange: store.timeRange(),
    checks,
    anomalies: monitor.anomalies,
    anomalyCount: monitor.anomalyCount,
    alerts: monitor.alerts(),
    baseline: monitor.baseline,
    trends: buildTrends(store),
    auditSummary: {
      totalEvents: store.count(),
      eventTypes: store.countByType(),
      severities: store.countBySeverity(),
    },
    intake: {
      inputs,
      shedEvents: store.shed,
      ownRecords: pipeline.own,
      unmappedRecords: Object.fromEntries(pipeline.unmapped),
      unreadableCount: store.unreadableCount(),
      unreadable: store.unreadable(SHOWN_UNREADABLE),
      problems: pipeline.problems,
    },
  });
}
