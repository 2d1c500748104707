import { readFileSync } from 'node:fs';
import { LAB_CHECKS } from '../../src/checks/builtin.ts';
import { parseLabContext } from '../../src/checks/context.ts';
import { runChecks } from '../../src/checks/run.ts';
import type { CheckRun } from '../../src/model/check.ts';
import type { AuditEvent, EventType } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Report } from '../../src/model/report.ts';
import type { Severity } from '../../src/model/severity.ts';
import { identify } from '../../src/normalise/identify.ts';
import { generateReport } from '../../src/report/generate.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';

/** The lab's `create-audit-store`. */
export function createAuditStore(maxEvents: number): Promise<Store> {
  return openStore({ maxEvents, stateDir: null });
}

let ordinal = 0;

/** The lab's `create-audit-event`; time is when it is made, as there. */
export function createAuditEvent(type: EventType, severity: Severity, source: string, details: JsonObject): AuditEvent {
  ordinal += 1;
  return identify({ time: Date.now(), type, severity, source, host: 'lab', details, evidence: [] }, ordinal);
}

/** One of the lab's contexts, kept beside this file as JSON. */
export function labContext(name: string): ReturnType<typeof parseLabContext> {
  return parseLabContext(JSON.parse(readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')));
}

/** The lab's `run-all-checks`. */
export function runAllChecks(store: Store, context: ReturnType<typeof parseLabContext>): CheckRun {
  store.setInventory(context.inventory);
  const now = () => performance.now();
  return runChecks(LAB_CHECKS, (sql) => store.rows(sql), context.inventory.covers, Date.now(), now);
}

/** The lab's `generate-compliance-report`, with the lab's anomaly result of nothing. */
export function labReport(store: Store, checks: CheckRun): Report {
  return generateReport({
    reportId: crypto.randomUUID(),
    generatedAt: Date.now(),
    host: 'lab',
    profile: { name: 'lab', file: null },
    timeRange: store.timeRange(),
    checks,
    anomalies: [],
    anomalyCount: 0,
    alerts: [],
    baseline: null,
    trends: { intervalMs: 1000, events: [], checkRuns: [] },
    auditSummary: {
      totalEvents: store.count(),
      eventTypes: store.countByType(),
      severities: store.countBySeverity(),
    },
    intake: {
      inputs: [],
      shedEvents: store.shed,
      ownRecords: 0,
      unmappedRecords: {},
      unreadableCount: 0,
      unreadable: [],
      problems: [],
    },
  });
}
