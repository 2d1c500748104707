import { describe, expect, it } from 'vitest';
import { type AlertBook, followChecks, raiseAnomalies, settle, sortAlerts } from '../../src/alerts/lifecycle.ts';
import type { Anomaly } from '../../src/model/anomaly.ts';
import type { CheckResult, CheckStatus } from '../../src/model/check.ts';

const EMPTY: AlertBook = new Map();
const MINUTE = 60_000;

function anomaly(time: number, over: Partial<Anomaly> = {}): Anomaly {
  return {
    time,
    windowMs: 10_000,
    type: 'high-event-rate',
    severity: 'warning',
    details: { expected: 1, actual: 9, threshold: 3 },
    eventIds: ['e1'],
    ...over,
  };
}

function result(status: CheckStatus, messages: readonly string[] = []): CheckResult {
  return {
    id: 'check-frozen-config',
    name: 'Frozen Configuration',
    severity: 'warning',
    status,
    violations: messages.map((message, i) => ({
      objectKind: 'map',
      objectId: i,
      objectName: message,
      message,
      fields: {},
    })),
    undecided: [],
    reason: null,
    rationale: '',
    references: [],
    remedy: '',
    durationMs: 1,
  };
}

describe('alerts of anomalies', () => {
  it('raises once and counts what comes again', () => {
    const first = raiseAnomalies(EMPTY, [anomaly(1000)]);
    expect(first.transitions.map(({ kind }) => kind)).toEqual(['raised']);
    const second = raiseAnomalies(first.book, [anomaly(2000), anomaly(3000)]);
    expect(second.transitions.map(({ kind }) => kind)).toEqual(['repeated', 'repeated']);
    expect([...second.book.values()]).toMatchObject([
      { fingerprint: 'anomaly/high-event-rate', count: 3, firstSeen: 1000, lastSeen: 3000, state: 'firing' },
    ]);
  });

  it('raises one for each event type that is new, whichever came with it', () => {
    const types = (...newTypes: string[]) => anomaly(1, { type: 'new-event-types', details: { newTypes } });
    const { book } = raiseAnomalies(EMPTY, [types('access-denied', 'map-create'), types('map-create')]);
    expect([...book.values()].map(({ fingerprint, count }) => [fingerprint, count])).toEqual([
      ['anomaly/new-event-types/access-denied', 1],
      ['anomaly/new-event-types/map-create', 2],
    ]);
    expect(book.get('anomaly/new-event-types/map-create')?.summary).toBe('never seen while learning: map-create');
  });

  it('resolves after five quiet minutes, and raises again with the old count', () => {
    const { book } = raiseAnomalies(EMPTY, [anomaly(0)]);
    expect(settle(book, 5 * MINUTE).transitions).toEqual([]);
    const quiet = settle(book, 5 * MINUTE + 1);
    expect(quiet.transitions).toMatchObject([{ kind: 'resolved', alert: { state: 'resolved' } }]);
    const again = raiseAnomalies(quiet.book, [anomaly(10 * MINUTE)]);
    expect(again.transitions).toMatchObject([{ kind: 'raised', alert: { count: 2, firstSeen: 0, state: 'firing' } }]);
  });

  it('changes nothing when there is nothing', () => {
    const { book } = raiseAnomalies(EMPTY, [anomaly(0)]);
    expect(raiseAnomalies(book, []).book).toBe(book);
    expect(settle(book, 1).book).toBe(book);
  });
});

describe('alerts of checks', () => {
  it('raises on failure, repeats only when the violations change, resolves on a pass', () => {
    const failed = followChecks(EMPTY, [result('failed', ['a'])], 1);
    expect(failed.transitions.map(({ kind }) => kind)).toEqual(['raised']);
    expect(followChecks(failed.book, [result('failed', ['a'])], 2).transitions).toEqual([]);
    const other = followChecks(failed.book, [result('failed', ['a', 'b'])], 3);
    expect(other.transitions).toMatchObject([{ kind: 'repeated', alert: { count: 2, lastSeen: 3 } }]);
    expect(followChecks(other.book, [result('passed')], 4).transitions.map(({ kind }) => kind)).toEqual(['resolved']);
  });

  it('takes a check that could not look for no news', () => {
    const { book } = followChecks(EMPTY, [result('failed', ['a'])], 1);
    expect(followChecks(book, [result('inconclusive')], 2).book).toBe(book);
    expect(followChecks(EMPTY, [result('inconclusive'), result('passed')], 2).transitions).toEqual([]);
  });
});

describe('sortAlerts', () => {
  it('puts firing first, then worse, then newer', () => {
    let book = raiseAnomalies(EMPTY, [anomaly(0)]).book;
    book = settle(book, 10 * MINUTE).book;
    book = raiseAnomalies(book, [
      anomaly(1, { type: 'rapid-config-changes', details: {} }),
      anomaly(2, { type: 'severity-escalation', severity: 'error', details: {} }),
    ]).book;
    book = followChecks(book, [result('failed', ['a'])], 3).book;
    expect(sortAlerts(book.values()).map(({ fingerprint }) => fingerprint)).toEqual([
      'anomaly/severity-escalation',
      'check/check-frozen-config',
      'anomaly/rapid-config-changes',
      'anomaly/high-event-rate',
    ]);
  });
});
