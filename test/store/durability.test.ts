import { appendFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/error.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { crashed, filesIn, idsIn, reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { makeEvent, makeEvents } from './fixture-event.ts';

describe('a state directory', () => {
  it('gives everything back, after a crash and after closing', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    const events = makeEvents(30);
    store.append(events);
    store.amend([{ eventId: events[3]?.id ?? '', details: { more: 1 }, evidence: [{ origin: 'x' }] }]);
    store.clear();
    store.append(events.slice(10));
    store.amend([{ eventId: events[20]?.id ?? '', details: { more: 1 }, evidence: [{ origin: 'x' }] }]);
    store.recordCheckRun({
      time: 5,
      passed: 3,
      failed: 2,
      inconclusive: 1,
      notApplicable: 0,
      results: [],
      total: 6,
      overall: 'fail',
      highestSeverity: 'error',
    });
    const alert = {
      fingerprint: 'a',
      kind: 'check',
      severity: 'error',
      title: '',
      summary: '',
      firstSeen: 1,
      lastSeen: 2,
      count: 3,
      state: 'firing',
      details: {},
      eventIds: [],
    } as const;
    store.saveAlerts([alert, { ...alert, fingerprint: 'b' }]);
    store.saveAlerts([{ ...alert, count: 4 }]);
    store.saveBaseline({
      avgEventsPerInterval: 1,
      maxEventsPerInterval: 2,
      eventTypes: {},
      severities: {},
      intervalMs: 1000,
      sampleCount: 9,
      collectedAt: 7,
    });
    store.flush();
    const content = (each: Store) => ({
      events: each.query({}),
      types: each.countByType(),
      severities: each.countBySeverity(),
      trend: each.rollup(1000, 1_763_900_000_000, 1_763_900_010_000),
      runs: each.checkRuns(10),
      alerts: each.alerts(),
      baseline: each.baseline(),
    });
    const before = content(store);
    expect(before.events).toHaveLength(20);
    const copy = crashed(directory);
    expect(await reopened(copy, content)).toEqual(before);
    store.close();
    expect(await reopened(directory, content)).toEqual(before);
    expect(await reopened(directory, (each) => [each.seen, each.shed, each.unreadableCount()])).toEqual([0, 0, 0]);
  });

  it('does not give back what was never flushed', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    store.append([makeEvent(1)]);
    store.flush();
    store.append([makeEvent(2)]);
    expect(await reopened(crashed(directory), idsIn)).toEqual([makeEvent(1).id]);
    store.close();
  });

  it('keeps the bound over a restart, and a smaller one lets events go', async () => {
    const directory = temporaryDirectory();
    await reopened(directory, (store) => store.append(makeEvents(30)), 20);
    expect(await reopened(directory, (store) => [store.count(), store.shed], 20)).toEqual([20, 0]);
    expect(await reopened(directory, (store) => [store.count(), store.shed], 5)).toEqual([5, 15]);
  });

  it('is for its owner only', async () => {
    const directory = join(temporaryDirectory(), 'deep', 'state');
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    store.append(makeEvents(3));
    store.flush();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    store.close();
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('begins a new journal when one is long and removes what is no longer needed', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ maxEvents: 50, stateDir: directory, journalBytes: 20_000 });
    for (let number = 0; number < 2000; number += 1) {
      store.append([makeEvent(number)]);
      store.flush();
      if (number % 400 === 0) {
        const ids = makeEvents(Math.min(50, number + 1), Math.max(0, number - 49)).map((event) => event.id);
        expect(await reopened(crashed(directory), idsIn, 50)).toEqual(ids);
      }
    }
    expect(store.removalFailure).toBeNull();
    expect(filesIn(directory).length).toBeLessThanOrEqual(4);
    expect(filesIn(directory)[0]).not.toBe('journal-000000000000001.jsonl');
    const ids = makeEvents(50, 1950).map((event) => event.id);
    expect(await reopened(crashed(directory), idsIn, 50)).toEqual(ids);
    store.close();
  });

  it('writes nothing when nothing changed', async () => {
    const directory = temporaryDirectory();
    await reopened(directory, (store) => store.append(makeEvents(3)));
    const before = filesIn(directory);
    await reopened(directory, (store) => store.flush());
    expect(filesIn(directory)).toEqual(before);
  });
});

describe('a place that cannot be used', () => {
  it('is named with the reason', async () => {
    const directory = temporaryDirectory();
    appendFileSync(join(directory, 'file'), '');
    for (const stateDir of [join(directory, 'file'), join(directory, 'file', 'below')]) {
      const failure = await openStore({ ...UNBOUNDED, stateDir }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ path: stateDir });
    }
    mkdirSync(join(directory, 'journal-000000000000001.jsonl'));
    await expect(openStore({ ...UNBOUNDED, stateDir: directory })).rejects.toThrow(StoreError);
  });
});
