import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import type { Baseline } from '../../src/model/anomaly.ts';
import type { CheckRun } from '../../src/model/check.ts';
import type { AuditEvent } from '../../src/model/event.ts';
import type { EventDigest } from '../../src/model/query.ts';
import { markOf } from '../../src/store/id-table.ts';
import { idsIn, memoryStore } from './fixture.ts';
import { makeEvent, makeEvents, START } from './fixture-event.ts';

describe('append', () => {
  it('keeps events as they were given', async () => {
    const store = await memoryStore();
    const events = makeEvents(5);
    expect(store.append(events)).toEqual(events);
    expect(store.count()).toBe(5);
    expect(store.seen).toBe(5);
    for (const event of events) expect(store.get(event.id)).toEqual(event);
    expect(store.get('no such id')).toBeNull();
  });

  it('passes over ids that are there already, in one batch and in the next', async () => {
    const store = await memoryStore();
    const [a, b] = [makeEvent(1), makeEvent(2)];
    expect(store.append([a, a, b])).toEqual([a, b]);
    expect(store.append([b, { ...a, severity: 'critical' }])).toEqual([]);
    expect(store.count()).toBe(2);
    expect(store.seen).toBe(2);
    expect(store.get(a.id)).toEqual(a);
  });

  it('tells ids apart whose hashes are the same, and finds neither when it is gone', async () => {
    const store = await memoryStore({ maxEvents: 8 });
    const [a, b] = [makeEvent(1, { id: 'event 150603' }), makeEvent(2, { id: 'event 180000' })];
    expect(markOf(a.id)).toEqual(markOf(b.id));
    expect(store.append([a])).toEqual([a]);
    expect(store.get(b.id)).toBeNull();
    expect(store.append([b])).toEqual([b]);
    expect([a, b].map(({ id }) => store.get(id))).toEqual([a, b]);
    store.append(makeEvents(7, 3));
    expect([a, b].map(({ id }) => store.get(id))).toEqual([null, b]);
    expect(store.append([a])).toEqual([a]);
  });

  it('gives back hostile strings unchanged', async () => {
    const store = await memoryStore();
    const hostile = 'a\0b\u001b[31m\ud800"\\\u202e\n%_é\u{1f600}';
    const event = makeEvent(1, {
      id: hostile,
      source: hostile,
      host: `${hostile}2`,
      details: JSON.parse(`{"__proto__": {"x": 1}, "text": ${JSON.stringify(hostile)}}`),
      evidence: [{ origin: hostile, text: hostile }],
    });
    store.append([event]);
    expect(store.get(hostile)).toEqual(event);
    expect(store.query({ source: hostile })).toEqual([event]);
    expect(Object.keys(store.get(hostile)?.details ?? {})).toEqual(['__proto__', 'text']);
  });

  it('keeps times of any size and a fraction of a millisecond', async () => {
    const store = await memoryStore();
    const events = [-5, 0, 0.25, 8.64e15, 1e300].map((time, number) => makeEvent(number, { time, id: `id-${number}` }));
    store.append(events.toReversed());
    expect(store.query({}).map((event) => event.time)).toEqual([1e300, 8.64e15, 0.25, 0, -5]);
    expect(store.timeRange()).toEqual({ first: -5, last: 1e300 });
  });

  it('refuses an event that is none, and then keeps nothing of that batch', async () => {
    const store = await memoryStore();
    store.append([makeEvent(1)]);
    const broken = [
      makeEvent(3, { time: Number.NaN }),
      makeEvent(3, { type: 'reboot' as AuditEvent['type'] }),
      makeEvent(3, { severity: 'fatal' as AuditEvent['severity'] }),
    ];
    for (const event of broken) {
      expect(() => store.append([makeEvent(2), event])).toThrow(RangeError);
      expect(idsIn(store)).toEqual([makeEvent(1).id]);
      expect(store.countByType()).toEqual({ 'program-unload': 1 });
    }
    expect(store.append([makeEvent(2)])).toHaveLength(1);
  });
});

describe('the bound', () => {
  it('lets go of those that came first and counts them', async () => {
    const store = await memoryStore({ maxEvents: 10 });
    store.append(makeEvents(7));
    expect(store.shed).toBe(0);
    store.append(makeEvents(6, 7));
    expect(store.count()).toBe(10);
    expect(store.shed).toBe(3);
    expect(store.seen).toBe(13);
    expect(idsIn(store)).toEqual(makeEvents(10, 3).map((event) => event.id));
    expect(store.append(makeEvents(3000, 100))).toHaveLength(3000);
    expect(idsIn(store)).toEqual(makeEvents(10, 3090).map((event) => event.id));
    expect(Object.values(store.countBySeverity()).reduce((sum, count) => sum + count)).toBe(10);
  });

  it('forgets the names that only events let go had', async () => {
    const store = await memoryStore({ maxEvents: 2 });
    for (let number = 0; number < 50; number += 1) store.append([makeEvent(number, { source: `source ${number}` })]);
    expect(store.query({ source: 'source 3' })).toEqual([]);
    expect(store.query({ source: 'source 49' })).toHaveLength(1);
    store.append([makeEvent(99, { source: 'source 3' })]);
    expect(store.query({ source: 'source 3' })).toHaveLength(1);
  });
});

describe('clear', () => {
  it('lets the first go when what is in the events takes too much memory, and counts them', async () => {
    const maxBytes = 8 * 2 ** 20;
    const store = await memoryStore({ maxBytes });
    for (let first = 0; first < 3000; first += 1000) {
      store.append(makeEvents(1000, first).map((event) => ({ ...event, details: { text: 'x'.repeat(20_000) } })));
    }
    expect(store.shed).toBeGreaterThan(0);
    expect(store.count() + store.shed).toBe(3000);
    expect(store.count()).toBeGreaterThan(100);
    expect(store.count() * 20_000).toBeLessThan(maxBytes + 2 ** 21);
    expect(store.query({ limit: 1 })).toMatchObject([{ id: makeEvent(2999).id }]);
    expect(Object.values(store.countByType()).reduce((sum, count) => sum + count, 0)).toBe(store.count());
  });

  it('removes the events only', async () => {
    const store = await memoryStore();
    store.append(makeEvents(20));
    store.saveBaseline(BASELINE);
    store.clear();
    expect(store.count()).toBe(0);
    expect(store.query({})).toEqual([]);
    expect(store.timeRange()).toBeNull();
    expect(store.sources()).toEqual([]);
    expect(store.countByType()).toEqual({});
    expect(store.baseline()).toEqual(BASELINE);
    expect(store.append(makeEvents(2))).toHaveLength(2);
    expect(store.count()).toBe(2);
  });
});

describe('amend', () => {
  it('fills in what was not known and adds evidence once', async () => {
    const store = await memoryStore();
    const details = { summary: 's', actor: { pid: 7, uid: null }, list: [1] };
    const event = makeEvent(1, { details });
    store.append([event]);
    const amendment = {
      eventId: event.id,
      details: { summary: 'other', actor: { pid: 8, uid: 1000, comm: 'bpftool' }, list: [2], more: true },
      evidence: [{ origin: 'audit.log', line: 3 }],
    };
    store.amend([amendment, amendment, { ...amendment, eventId: 'unknown' }]);
    expect(store.get(event.id)).toEqual({
      ...event,
      details: { summary: 's', actor: { pid: 7, uid: 1000, comm: 'bpftool' }, list: [1], more: true },
      evidence: [...event.evidence, { origin: 'audit.log', line: 3 }],
    });
  });

  it('raises the severity, never lowers it, and counts the event where it is now', async () => {
    const store = await memoryStore();
    const event = makeEvent(1, { severity: 'warning' });
    store.append([event]);
    const amendment = { eventId: event.id, details: {}, evidence: [] };
    store.amend([{ ...amendment, severity: 'error', summary: 'both looks' }]);
    store.amend([{ ...amendment, severity: 'info' }]);
    expect(store.get(event.id)).toMatchObject({ severity: 'error', details: { summary: 'both looks' } });
    expect(store.countBySeverity()).toMatchObject({ warning: 0, error: 1 });
    expect(store.query({ minSeverity: 'error' })).toHaveLength(1);
    expect(store.rollup(1000, event.time, event.time)[0]?.counts).toMatchObject({ warning: 0, error: 1 });
  });
});

describe('counts', () => {
  it('gives the digests of a window, both ends as the detectors need them', async () => {
    const store = await memoryStore();
    store.append([makeEvent(3), makeEvent(1), makeEvent(2)]);
    const short = ({ id, time, type, severity }: EventDigest) => ({ id, time, type, severity });
    expect(store.digests(START + 10, START + 30).map(short)).toEqual([makeEvent(2), makeEvent(3)].map(short));
  });

  it('counts by type and by severity', async () => {
    const store = await memoryStore();
    store.append(makeEvents(24));
    expect(store.countByType()['program-load']).toBe(2);
    expect(store.countBySeverity()).toEqual({ debug: 5, info: 5, warning: 5, error: 5, critical: 4 });
  });

  it('says how much memory the tables take', async () => {
    const store = await memoryStore();
    const before = store.bytes();
    store.append(makeEvents(1000));
    expect(store.bytes()).toBeGreaterThan(before + 100_000);
  });
});

describe('what is kept besides events', () => {
  it('keeps check runs, oldest first', async () => {
    const store = await memoryStore();
    for (let passed = 0; passed < 5; passed += 1) store.recordCheckRun(checkRun(passed));
    expect(store.checkRuns(2)).toEqual([
      { time: START + 3, passed: 3, failed: 1, inconclusive: 0 },
      { time: START + 4, passed: 4, failed: 1, inconclusive: 0 },
    ]);
    expect(store.checkRuns(100)).toHaveLength(5);
    expect(store.checkRuns(0)).toEqual([]);
  });

  it('keeps the set of alerts that was saved last', async () => {
    const store = await memoryStore();
    const [a, b, c] = ['a', 'b"\0', 'c'].map((fingerprint, index) => alert(fingerprint, START + index)) as [
      Alert,
      Alert,
      Alert,
    ];
    store.saveAlerts([b, a]);
    expect(store.alerts()).toEqual([a, b]);
    store.saveAlerts([{ ...b, count: 9 }, c]);
    expect(store.alerts()).toEqual([{ ...b, count: 9 }, c]);
    store.saveAlerts([]);
    expect(store.alerts()).toEqual([]);
  });

  it('has no baseline until one is saved', async () => {
    const store = await memoryStore();
    expect(store.baseline()).toBeNull();
    store.saveBaseline(BASELINE);
    store.saveBaseline({ ...BASELINE, sampleCount: 4 });
    expect(store.baseline()).toEqual({ ...BASELINE, sampleCount: 4 });
  });

  it('counts all that was not understood and lists the first', async () => {
    const store = await memoryStore();
    const entry = (line: number) => ({ at: { file: 'audit.log', line }, reason: 'no serial', text: 'x' });
    store.addUnreadable(Array.from({ length: 10_005 }, (_, index) => entry(index + 1)));
    store.addUnreadable([entry(0)]);
    expect(store.unreadableCount()).toBe(10_006);
    expect(store.unreadable(2)).toEqual([entry(1), entry(2)]);
    expect(store.unreadable(20_000)).toHaveLength(10_000);
  });
});

const BASELINE: Baseline = {
  avgEventsPerInterval: 2.5,
  maxEventsPerInterval: 4,
  eventTypes: { 'program-load': 3 },
  severities: { info: 3 },
  intervalMs: 1000,
  sampleCount: 3,
  collectedAt: START,
};

function checkRun(passed: number): CheckRun {
  return {
    time: START + passed,
    results: [],
    total: passed + 1,
    passed,
    failed: 1,
    inconclusive: 0,
    notApplicable: 0,
    overall: 'fail',
    highestSeverity: 'error',
  };
}

function alert(fingerprint: string, firstSeen: number): Alert {
  return {
    fingerprint,
    kind: 'anomaly',
    severity: 'warning',
    title: 'many events',
    summary: 'more than three times the normal rate',
    firstSeen,
    lastSeen: firstSeen,
    count: 1,
    state: 'firing',
    details: {},
    eventIds: [],
  };
}
