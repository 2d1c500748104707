import { describe, expect, it } from 'vitest';
import { baselineFrom, labBaseline, sampleOf } from '../../src/anomaly/baseline.ts';
import { detectAnomalies } from '../../src/anomaly/detect.ts';
import { type Baseline, DEFAULT_THRESHOLDS } from '../../src/model/anomaly.ts';
import type { EventType } from '../../src/model/event.ts';
import type { EventDigest } from '../../src/model/query.ts';
import type { Severity } from '../../src/model/severity.ts';

const NOW = 1_000_000;

function events(count: number, type: EventType, severity: Severity = 'info', time = NOW - 1): EventDigest[] {
  return Array.from({ length: count }, (_, i) => ({ id: `${type}-${severity}-${i}`, time, type, severity }));
}

function detect(all: readonly EventDigest[], baseline: Baseline | null = labBaseline(10_000, 0)) {
  const between = (since: number, until: number, only?: EventType) =>
    all.filter(({ time, type }) => time > since && time <= until && (only === undefined || type === only));
  return detectAnomalies(between, { time: NOW, intervalMs: 10_000, baseline, thresholds: DEFAULT_THRESHOLDS });
}

describe('the four detectors with the lab thresholds', () => {
  it('is silent at three times the average rate and speaks above it', () => {
    expect(detect(events(30, 'map-access'))).toEqual([]);
    const [found] = detect(events(31, 'map-access'));
    expect(found).toMatchObject({
      type: 'high-event-rate',
      severity: 'warning',
      time: NOW,
      details: { expected: 10, actual: 31, threshold: 30 },
    });
    expect(found?.eventIds).toHaveLength(31);
  });

  it('names event types that the baseline does not know', () => {
    const found = detect([...events(1, 'map-access'), ...events(1, 'access-denied'), ...events(1, 'map-create')]);
    expect(found).toMatchObject([
      { type: 'new-event-types', severity: 'warning', details: { newTypes: ['access-denied', 'map-create'] } },
    ]);
    expect(found[0]?.eventIds).toEqual(['access-denied-info-0', 'map-create-info-0']);
  });

  it('speaks at two events of error or worse', () => {
    expect(detect(events(1, 'map-access', 'error'))).toEqual([]);
    const found = detect([...events(1, 'map-access', 'error'), ...events(1, 'program-load', 'critical')]);
    expect(found).toMatchObject([
      { type: 'severity-escalation', severity: 'error', details: { highSeverityCount: 2 } },
    ]);
  });

  it('counts config changes over sixty seconds, not over the interval', () => {
    const older = events(9, 'config-change', 'warning', NOW - 50_000);
    expect(detect(older)).toEqual([]);
    expect(detect([...older, ...events(1, 'config-change')])).toMatchObject([
      { type: 'rapid-config-changes', severity: 'warning', windowMs: 60_000, details: { changeCount: 10 } },
    ]);
    expect(detect([...events(9, 'config-change', 'warning', NOW - 60_000), ...events(1, 'config-change')])).toEqual([]);
  });

  it('does not repeat config changes that were there an interval ago', () => {
    expect(detect(events(12, 'config-change', 'warning', NOW - 20_000))).toEqual([]);
  });

  it('leaves out what needs a baseline while there is none', () => {
    expect(detect(events(500, 'access-denied'), null)).toEqual([]);
    expect(detect(events(2, 'access-denied', 'error'), null)).toMatchObject([{ type: 'severity-escalation' }]);
  });

  it('ignores what lies outside the interval, ends included as the lab has them', () => {
    expect(detect(events(40, 'map-access', 'info', NOW - 10_000))).toEqual([]);
    expect(detect(events(40, 'map-access', 'info', NOW - 9_999))).toHaveLength(1);
  });
});

describe('the baseline', () => {
  it('averages samples and adds up what was in them', () => {
    const samples = [sampleOf(events(4, 'map-access', 'debug')), sampleOf([]), sampleOf(events(2, 'program-load'))];
    expect(baselineFrom(samples, 5_000, NOW)).toEqual({
      avgEventsPerInterval: 2,
      maxEventsPerInterval: 4,
      eventTypes: { 'map-access': 4, 'program-load': 2 },
      severities: { debug: 4, info: 2 },
      intervalMs: 5_000,
      sampleCount: 3,
      collectedAt: NOW,
    });
  });

  it('is all zeros of no samples', () => {
    expect(baselineFrom([], 5_000, NOW)).toMatchObject({ avgEventsPerInterval: 0, sampleCount: 0 });
  });
});
