import type { CheckResult } from '../../src/model/check.ts';
import type { Report } from '../../src/model/report.ts';
import { generateReport, type ReportInput } from '../../src/report/generate.ts';

/** A check result with what a test cares about. */
export function checkResult(over: Partial<CheckResult> = {}): CheckResult {
  return {
    id: 'check-map-limits',
    name: 'Map Entry Limits',
    severity: 'error',
    status: 'passed',
    violations: [],
    undecided: [],
    reason: null,
    rationale: 'It matters.',
    remedy: 'Give it a limit.',
    references: ['bpf(2)'],
    durationMs: 0.1,
    ...over,
  };
}

/** A violation of a map with this name and message. */
export function violation(objectName: string, message = `map ${objectName}`): CheckResult['violations'][number] {
  return { objectKind: 'map', objectId: 7, objectName, message, fields: {} };
}

/** A report over these check results. */
export function reportWith(results: readonly CheckResult[], over: Partial<ReportInput> = {}): Report {
  const count = (status: CheckResult['status']) => results.filter((result) => result.status === status).length;
  return generateReport({
    reportId: '00000000-0000-4000-8000-000000000000',
    generatedAt: 1_700_000_000_000,
    host: 'host',
    profile: { name: 'default', file: null },
    timeRange: null,
    checks: {
      time: 0,
      results,
      total: results.length,
      passed: count('passed'),
      failed: count('failed'),
      inconclusive: count('inconclusive'),
      notApplicable: count('not-applicable'),
      overall: count('failed') > 0 ? 'fail' : count('inconclusive') > 0 ? 'inconclusive' : 'pass',
      highestSeverity: null,
    },
    anomalies: [],
    anomalyCount: 0,
    alerts: [],
    baseline: null,
    trends: { intervalMs: 1000, events: [], checkRuns: [] },
    auditSummary: {
      totalEvents: 0,
      eventTypes: {},
      severities: { debug: 0, info: 0, warning: 0, error: 0, critical: 0 },
    },
    intake: {
      inputs: [],
      shedEvents: 0,
      ownRecords: 0,
      unmappedRecords: {},
      unreadableCount: 0,
      unreadable: [],
      problems: [],
    },
    ...over,
  });
}
