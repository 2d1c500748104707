import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import type { TrendPoint } from '../../src/model/view.ts';
import { memoryStore } from './fixture.ts';
import { makeEvent } from './fixture-event.ts';

function expected(events: readonly AuditEvent[], intervalMs: number, since: number, until: number): TrendPoint[] {
  const points: TrendPoint[] = [];
  for (let time = Math.floor(since / intervalMs) * intervalMs; time <= until; time += intervalMs) {
    const inside = events.filter((event) => event.time >= time && event.time < time + intervalMs);
    const counts = Object.fromEntries(
      SEVERITIES.map((severity) => [severity, inside.filter((event) => event.severity === severity).length]),
    ) as TrendPoint['counts'];
    points.push({ time, counts });
  }
  return points;
}

describe('rollup', () => {
  it('counts each interval by severity, also after events were let go', async () => {
    const store = await memoryStore({ maxEvents: 40 });
    const draft = fc.record({
      time: fc.integer({ min: -20_000, max: 40_000 }),
      severity: fc.constantFrom(...SEVERITIES),
    });
    const range = fc.tuple(
      fc.constantFrom(250, 1000, 2000, 7000),
      fc.integer({ min: -30_000, max: 30_000 }),
      fc.integer({ min: -1, max: 60_000 }),
    );
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 60 }), fc.array(range, { maxLength: 5 }), (drafts, ranges) => {
        store.clear();
        const events = drafts.map((each, number) => makeEvent(number, { ...each, id: `id ${number}` }));
        store.append(events);
        for (const [interval, since, length] of ranges) {
          const until = since + length;
          expect(store.rollup(interval, since, until)).toEqual(expected(events.slice(-40), interval, since, until));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses more intervals than anyone can look at, and a length that is none', async () => {
    const store = await memoryStore();
    expect(() => store.rollup(1000, 0, 1_763_900_000_000)).toThrow(RangeError);
    expect(() => store.rollup(0, 0, 1000)).toThrow(RangeError);
    expect(() => store.rollup(Number.NaN, 0, 1000)).toThrow(RangeError);
    expect(store.rollup(1000, 5000, 4000)).toEqual([]);
  });
});
