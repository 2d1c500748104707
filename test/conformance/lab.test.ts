import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { reportCsv } from '../../src/report/csv.ts';
import { reportText } from '../../src/report/text.ts';
import { createAuditEvent, createAuditStore, labContext, labReport, runAllChecks } from './lab.ts';

describe('lab 17.3, its own tests', () => {
  it('has the twelve event types and five severities', () => {
    expect([...EVENT_TYPES].sort()).toEqual(
      [
        'program-load',
        'program-unload',
        'program-attach',
        'program-detach',
        'map-create',
        'map-delete',
        'map-access',
        'capability-change',
        'policy-violation',
        'security-alert',
        'config-change',
        'access-denied',
      ].sort(),
    );
    expect(SEVERITIES).toEqual(['debug', 'info', 'warning', 'error', 'critical']);
  });

  it('test-audit-store: stores two, finds one by type, clears to none', async () => {
    const store = await createAuditStore(100);
    store.append([createAuditEvent('program-load', 'info', 'test', {})]);
    store.append([createAuditEvent('map-access', 'debug', 'test', {})]);
    expect(store.count()).toBe(2);
    expect(store.query({ types: ['program-load'] })).toHaveLength(1);
    store.clear();
    expect(store.count()).toBe(0);
    await store.close();
  });

  it('lets the oldest event go when max-events is reached', async () => {
    const store = await createAuditStore(3);
    for (const source of ['a', 'b', 'c', 'd']) store.append([createAuditEvent('map-access', 'debug', source, {})]);
    expect(store.query({}).map(({ source }) => source)).toEqual(['d', 'c', 'b']);
    expect(store.shed).toBe(1);
    await store.close();
  });

  it('test-security-checks: the root-owned check fails and names prog2', async () => {
    const store = await createAuditStore(100);
    const run = runAllChecks(store, labContext('context-security-checks.json'));
    expect(run.total).toBe(6);
    expect(run.passed).toBe(5);
    const root = run.results.find(({ id }) => id === 'check-root-programs');
    expect(root).toMatchObject({ name: 'Root-Owned Programs', status: 'failed', severity: 'warning' });
    expect(root?.violations.map(({ objectName }) => objectName)).toEqual(['prog2']);
    await store.close();
  });

  it('test-reporting: a report has an id and a summary', async () => {
    const store = await createAuditStore(100);
    const report = labReport(store, runAllChecks(store, labContext('context-reporting.json')));
    expect(report.reportId).toMatch(/^[0-9a-f-]{36}$/);
    expect(report.summary).toMatchObject({ totalChecks: 6, passedChecks: 6, failedChecks: 0, overallStatus: 'pass' });
    await store.close();
  });
});

describe('lab 17.3, its demo', () => {
  async function demo() {
    const store = await createAuditStore(1000);
    for (let i = 0; i < 10; i += 1) {
      store.append([createAuditEvent('map-access', 'debug', 'monitor', { key: 'stats' })]);
    }
    store.append([createAuditEvent('program-load', 'info', 'loader', { name: 'monitor' })]);
    store.append([createAuditEvent('config-change', 'warning', 'admin', { key: 'rate-limit' })]);
    const report = labReport(store, runAllChecks(store, labContext('context-demo.json')));
    await store.close();
    return report;
  }

  it('has the numbers of the lab', async () => {
    const report = await demo();
    expect(report.summary).toMatchObject({
      totalChecks: 6,
      passedChecks: 5,
      failedChecks: 1,
      inconclusiveChecks: 0,
      overallStatus: 'fail',
      highestSeverity: 'warning',
      anomaliesDetected: 0,
    });
    expect(report.auditSummary.totalEvents).toBe(12);
    expect(report.auditSummary.eventTypes).toEqual({ 'map-access': 10, 'program-load': 1, 'config-change': 1 });
    const failed = report.securityChecks.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id }) => id)).toEqual(['check-frozen-config']);
    expect(failed[0]?.violations.map(({ objectName }) => objectName)).toEqual(['config']);
  });

  it('prints the sections of the lab in its order', async () => {
    const lines = reportText(await demo())
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const wanted = [
      '='.repeat(60),
      'SECURITY COMPLIANCE REPORT',
      '='.repeat(60),
      '--- Summary ---',
      'Overall Status: FAIL',
      'Checks: 5 passed, 1 failed',
      'Anomalies Detected: 0',
      '--- Security Checks ---',
      '[PASS] Root-Owned Programs (warning)',
      'OK',
      '[PASS] Map Entry Limits (error)',
      'OK',
      '[PASS] Minimal Capabilities (warning)',
      'OK',
      '[PASS] Audit Logging (critical)',
      'OK',
      '[FAIL] Frozen Configuration (warning)',
      '[PASS] Helper Whitelist (error)',
      'OK',
      '--- Audit Event Summary ---',
      'Total events: 12',
      'By type:',
      'map-access: 10',
      'config-change: 1',
      'program-load: 1',
      '='.repeat(60),
    ];
    let at = -1;
    for (const line of wanted) {
      const found = lines.indexOf(line, at + 1);
      expect(found, `"${line}" after line ${at}`).toBeGreaterThan(at);
      at = found;
    }
    expect(lines).not.toContain('--- Anomalies ---');
  });

  it('exports the checks with the columns of the lab', async () => {
    const rows = reportCsv(await demo()).split('\r\n');
    expect(rows[0]).toBe('check_id,name,severity,passed,details');
    expect(rows[1]).toBe('check-root-programs,Root-Owned Programs,warning,true,OK');
    expect(rows[5]).toMatch(/^check-frozen-config,Frozen Configuration,warning,false,/);
    expect(rows).toHaveLength(8);
  });
});
