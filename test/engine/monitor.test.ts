import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/alerts/lifecycle.ts';
import { labBaseline } from '../../src/anomaly/baseline.ts';
import { Monitor } from '../../src/engine/monitor.ts';
import { type Baseline, DEFAULT_THRESHOLDS } from '../../src/model/anomaly.ts';
import type { CheckRun } from '../../src/model/check.ts';
import type { EventType } from '../../src/model/event.ts';
import type { EventDigest } from '../../src/model/query.ts';
import type { Severity } from '../../src/model/severity.ts';

const SECOND = 1000;

/** A monitor over a list of events, fed as the pipeline feeds it. */
function rig(options: { learnMs?: number; baseline?: Baseline | null } = {}) {
  const stored: EventDigest[] = [];
  const cost = { calls: 0, digests: 0 };
  const transitions: Transition[] = [];
  const learned: Baseline[] = [];
  const monitor = new Monitor({
    events: (since, until, only) => {
      const found = stored.filter(
        ({ time, type }) => time > since && time <= until && (only === undefined || type === only),
      );
      cost.calls += 1;
      cost.digests += found.length;
      return found;
    },
    intervalMs: 10 * SECOND,
    learnMs: options.learnMs ?? 60 * SECOND,
    baseline: options.baseline ?? null,
    thresholds: DEFAULT_THRESHOLDS,
    onBaseline: (baseline) => learned.push(baseline),
    onTransition: (transition) => transitions.push(transition),
  });
  const observe = (time: number, type?: EventType, severity: Severity = 'info', count = 1): void => {
    monitor.advance(time);
    for (let i = 0; type !== undefined && i < count; i += 1) {
      stored.push({ id: `${time}-${type}-${i}`, time, type, severity });
      monitor.noteEvent(time);
    }
  };
  return { monitor, observe, transitions, learned, cost };
}

describe('the monitor', () => {
  it('does nothing until it is started and after it is stopped', () => {
    const { monitor, observe, transitions } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    observe(1 * SECOND, 'access-denied', 'error', 5);
    observe(60 * SECOND);
    expect(transitions).toEqual([]);
    monitor.start();
    observe(61 * SECOND, 'access-denied', 'error', 5);
    observe(80 * SECOND);
    expect(monitor.alerts().length).toBeGreaterThan(0);
    const before = transitions.length;
    monitor.stop();
    observe(90 * SECOND, 'access-denied', 'error', 5);
    observe(200 * SECOND);
    expect(transitions).toHaveLength(before);
    monitor.clearAlerts();
    expect(monitor.alerts()).toEqual([]);
  });

  it('judges an interval a second after its end, and only once', () => {
    const { monitor, observe } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    monitor.start();
    observe(12 * SECOND, 'map-access', 'debug', 31);
    observe(20 * SECOND + 999);
    expect(monitor.anomalies).toEqual([]);
    observe(21 * SECOND);
    expect(monitor.anomalies).toMatchObject([{ type: 'high-event-rate', time: 20 * SECOND }]);
    observe(40 * SECOND);
    expect(monitor.anomalyCount).toBe(1);
  });

  it('counts an event that arrives within the second of grace', () => {
    const { monitor, observe } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    monitor.start();
    observe(12 * SECOND, 'map-access', 'debug', 30);
    observe(20 * SECOND + 500);
    observe(19 * SECOND, 'map-access', 'debug', 1);
    observe(30 * SECOND);
    expect(monitor.anomalies).toMatchObject([{ type: 'high-event-rate', details: { actual: 31 } }]);
  });

  it('learns for the given time and does not judge what it learns from', () => {
    const { monitor, observe, learned } = rig({ learnMs: 60 * SECOND });
    monitor.start();
    observe(5 * SECOND, 'program-load', 'info', 14);
    expect(monitor.learningUntil).toBe(70 * SECOND);
    observe(69 * SECOND);
    expect(learned).toEqual([]);
    observe(71 * SECOND);
    expect(monitor.learningUntil).toBeNull();
    expect(learned).toMatchObject([
      { sampleCount: 7, avgEventsPerInterval: 2, maxEventsPerInterval: 14, collectedAt: 70 * SECOND },
    ]);
    expect(monitor.anomalies).toEqual([]);
    observe(75 * SECOND, 'access-denied', 'info', 7);
    observe(90 * SECOND);
    expect(monitor.anomalies.map(({ type }) => type)).toEqual(['high-event-rate', 'new-event-types']);
  });

  it('finds what needs no baseline even while learning', () => {
    const { monitor, observe } = rig();
    monitor.start();
    observe(5 * SECOND, 'access-denied', 'error', 2);
    observe(15 * SECOND);
    expect(monitor.anomalies.map(({ type }) => type)).toEqual(['severity-escalation']);
  });

  it('counts a silence as silent intervals without walking through each', () => {
    const { monitor, observe, learned } = rig({ learnMs: 60 * SECOND });
    monitor.start();
    observe(5 * SECOND, 'program-load', 'info', 7);
    const year = 365 * 86_400 * SECOND;
    observe(year, 'program-load', 'info', 1);
    expect(learned).toMatchObject([{ sampleCount: 7, avgEventsPerInterval: 1 }]);
    observe(year + 60 * SECOND, 'program-load', 'info', 4);
    monitor.finish();
    expect(monitor.anomalies).toMatchObject([{ type: 'high-event-rate', details: { actual: 4 } }]);
  });

  it('goes on judging after a record with a time far ahead', () => {
    const { monitor, observe, learned } = rig();
    monitor.start();
    observe(8.64e15, 'program-load');
    for (let second = 0; second < 80; second += 1) observe(second * SECOND, 'program-load');
    expect(learned).toHaveLength(1);
    observe(85 * SECOND, 'access-denied', 'error', 40);
    observe(8.64e15, 'program-load');
    observe(101 * SECOND);
    expect(new Set(monitor.anomalies.map(({ type }) => type))).toEqual(
      new Set(['high-event-rate', 'severity-escalation', 'new-event-types']),
    );
  });

  it('costs what the events are, not the span between them', () => {
    const { monitor, observe, cost } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    monitor.start();
    observe(1392, 'config-change');
    // The next record of another host, 57 years later, is in the store before the clock is told of it.
    monitor.noteEvent(1_794_000_000_876);
    observe(1_794_000_000_876, 'program-load');
    monitor.finish();
    expect(cost.calls).toBeLessThan(20);
  });

  it('looks at each event a bounded number of times where two clocks that differ by decades take turns', () => {
    const { monitor, observe, cost } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    const events = 2000;
    monitor.start();
    // All of one clock lie in one interval, those of the other each in another.
    for (let i = 0; i < events; i += 1) {
      observe(i % 2 === 0 ? 1000 + i : 1_794_000_000_000 + i * 20 * SECOND, 'program-load', 'error');
    }
    monitor.finish();
    expect(cost.calls).toBeLessThan(10 * events);
    expect(cost.digests).toBeLessThan(20 * events);
    const ofTheFirst = monitor.anomalies.filter(({ time, type }) => time === 10_000 && type === 'severity-escalation');
    expect(ofTheFirst.at(-1)?.details).toEqual({ highSeverityCount: events / 2 });
    expect(ofTheFirst.length).toBeLessThan(20);
  });

  it('resolves an alert in the interval in which it has been quiet long enough, also when more is known to follow', () => {
    const { monitor, observe, transitions } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    monitor.start();
    observe(5 * SECOND, 'access-denied', 'error', 2);
    monitor.noteEvent(5000 * SECOND);
    observe(5000 * SECOND);
    expect(transitions.filter(({ kind }) => kind === 'resolved').map(({ time }) => time)).toContain(320 * SECOND);
  });

  it('judges a log that is older than the baseline by it', () => {
    const { monitor, observe } = rig({ baseline: { ...labBaseline(10 * SECOND, 0), collectedAt: 1000 * SECOND } });
    monitor.start();
    observe(12 * SECOND, 'map-access', 'debug', 31);
    monitor.finish();
    expect(monitor.anomalies).toMatchObject([{ type: 'high-event-rate' }]);
  });

  it('judges the last interval when the input is over, and not twice', () => {
    const { monitor, observe } = rig({ baseline: labBaseline(10 * SECOND, 0) });
    monitor.start();
    observe(12 * SECOND, 'map-access', 'debug', 31);
    monitor.finish();
    monitor.finish();
    expect(monitor.anomalyCount).toBe(1);
  });

  it('raises an alert for a failed check and resolves it when it passes', () => {
    const { monitor, transitions } = rig();
    monitor.start();
    monitor.followChecks(run('failed'));
    monitor.followChecks(run('failed'));
    monitor.followChecks(run('passed'));
    expect(transitions.map(({ kind }) => kind)).toEqual(['raised', 'resolved']);
    expect(monitor.alerts()).toMatchObject([{ fingerprint: 'check/c', state: 'resolved', count: 1 }]);
  });
});

function run(status: 'passed' | 'failed'): CheckRun {
  const violation = { objectKind: 'map', objectId: 1, objectName: 'config', message: 'not frozen', fields: {} };
  return {
    time: 1,
    results: [
      {
        id: 'c',
        name: 'C',
        severity: 'error',
        status,
        violations: status === 'failed' ? [violation] : [],
        undecided: [],
        reason: null,
        rationale: '',
        references: [],
        remedy: '',
        durationMs: 0,
      },
    ],
    total: 1,
    passed: status === 'passed' ? 1 : 0,
    failed: status === 'failed' ? 1 : 0,
    inconclusive: 0,
    notApplicable: 0,
    overall: status === 'failed' ? 'fail' : 'pass',
    highestSeverity: null,
  };
}
