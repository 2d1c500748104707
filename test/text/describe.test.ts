import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import { describeAnomaly } from '../../src/text/describe-anomaly.ts';
import { describeEvent } from '../../src/text/describe-event.ts';
import { describeViolation } from '../../src/text/describe-violation.ts';

describe('one line about', () => {
  it('a violation names the object, its kind and its id where it has them', () => {
    const base = { objectKind: 'map', objectId: 7, objectName: 'app_config', message: 'is not frozen', fields: {} };
    expect(describeViolation(base)).toBe('app_config (map 7) is not frozen');
    expect(describeViolation({ ...base, objectName: '' })).toBe('map 7 is not frozen');
    expect(describeViolation({ ...base, objectId: null })).toBe('app_config is not frozen');
    expect(describeViolation({ ...base, objectId: null, objectName: '' })).toBe('map is not frozen');
  });

  it('an event is its summary, or its details', () => {
    const event: AuditEvent = {
      id: 'x',
      time: 0,
      type: 'map-access',
      severity: 'debug',
      source: 'lab',
      host: 'h',
      details: { key: 'stats', n: 2 },
      evidence: [],
    };
    expect(describeEvent(event)).toBe('key=stats n=2');
    expect(describeEvent({ ...event, details: { summary: 'it was read' } })).toBe('it was read');
  });

  it('an anomaly says what was normal and what was not', () => {
    const base = { time: 0, windowMs: 10_000, severity: 'warning' as const, eventIds: [] };
    const rate = { expected: 1.234, actual: 9, threshold: 3.702 };
    expect([
      describeAnomaly({ ...base, type: 'high-event-rate', details: rate }),
      describeAnomaly({ ...base, type: 'new-event-types', details: { newTypes: ['map-create', 'access-denied'] } }),
      describeAnomaly({ ...base, type: 'severity-escalation', details: { highSeverityCount: 2 } }),
      describeAnomaly({ ...base, type: 'rapid-config-changes', windowMs: 60_000, details: { changeCount: 10 } }),
    ]).toEqual([
      '9 events in 10s; 1.23 is normal, more than 3.7 is not',
      'never seen while learning: map-create, access-denied',
      '2 events of error or worse in 10s',
      '10 configuration changes in 1m00s',
    ]);
  });
});
