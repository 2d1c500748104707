import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import { isAtLeast } from '../../src/model/severity.ts';
import { Columns } from '../../src/store/columns.ts';
import { PlaceList, sliceOf } from '../../src/store/place-list.ts';
import { memoryStore } from './fixture.ts';
import { eventId, makeEvent, START } from './fixture-event.ts';

/** A bound of bytes makes segments of an eighth of it: some 300 events. */
const SMALL_SEGMENTS = { maxBytes: 8 * 128 * 1024 };

/** Events whose times go back and forth over all of them. */
function shuffled(count: number, seed: number): AuditEvent[] {
  let state = seed;
  return Array.from({ length: count }, (_, number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return makeEvent(number, { id: eventId(number), time: START + (number >> 2) + (state % 700) });
  });
}

describe('events in many segments', () => {
  it.each([
    ['all open', SMALL_SEGMENTS],
    ['most of them compressed', { openBytes: 4 * 64 * 1024 }],
  ])('are read as those of one table, %s', async (_, options) => {
    const store = await memoryStore(options);
    const events = shuffled(1500, 7);
    for (let start = 0; start < events.length; start += 100) store.append(events.slice(start, start + 100));
    expect([store.count(), store.shed, store.integrity()]).toEqual([1500, 0, []]);
    const inOrder = events
      .map((event, index) => ({ event, seq: index + 1 }))
      .sort((a, b) => a.event.time - b.event.time || a.seq - b.seq);
    const newestFirst = inOrder.map(({ event }) => event).toReversed();
    expect(store.query({})).toEqual(newestFirst);
    for (const limit of [1, 10, 400]) {
      expect(store.query({ limit })).toEqual(newestFirst.slice(0, limit));
      const severe = newestFirst.filter(({ severity }) => isAtLeast(severity, 'error'));
      expect(store.query({ limit, minSeverity: 'error' })).toEqual(severe.slice(0, limit));
      const [since, until] = [START + 200, START + 500];
      const within = newestFirst.filter(({ time }) => time > since && time < until);
      expect(store.query({ limit, since, until })).toEqual(within.slice(0, limit));
    }
    for (const [offset, ceiling] of [
      [0, null],
      [700, null],
      [1490, null],
      [333, 900],
      [0, 150],
    ] as const) {
      const all = inOrder.filter(({ seq }) => ceiling === null || seq <= ceiling);
      const window = store.window({ filter: '', offset, limit: 10, ceiling, folded: false });
      expect(window.rows.map(({ seq }) => seq)).toEqual(all.slice(offset, offset + 10).map(({ seq }) => seq));
      expect(window.matching).toBe(all.length);
    }
    const [since, until] = [START + 100, START + 300];
    const within = inOrder.filter(({ event: { time } }) => time > since && time <= until);
    expect(store.digests(since, until).map(({ id }) => id)).toEqual(within.map(({ event }) => event.id));
    expect(store.countBetween(since, until)).toBe(within.length);
    expect(store.sources()).toEqual(['audit', 'bpftool']);
    expect(store.timeRange()).toEqual({ first: inOrder[0]?.event.time, last: newestFirst[0]?.time });
    const sums = store.rollup(250, START, START + 2000).map(({ counts }) => counts.info);
    expect(sums.reduce((sum, count) => sum + count)).toBe(300);
    expect(store.append(events.slice(0, 500))).toEqual([]);
    store.amend([{ eventId: events[3]?.id ?? '', details: { note: 'seen again' }, evidence: [] }]);
    expect(store.get(events[3]?.id ?? '')?.details.note).toBe('seen again');
    expect(store.query({ search: 'seen again' }).map(({ id }) => id)).toEqual([events[3]?.id]);
  });

  it('take a fraction of their bytes when they are compressed', async () => {
    const events = shuffled(8000, 5);
    const [open, compressed] = await Promise.all([{}, { openBytes: 2 ** 18 }].map((options) => memoryStore(options)));
    for (const store of [open, compressed]) {
      for (let start = 0; start < events.length; start += 50) store?.append(events.slice(start, start + 50));
    }
    const bytes = open?.bytes() ?? 0;
    expect(bytes).toBeGreaterThan(2 ** 20);
    expect(compressed?.bytes()).toBeLessThan(bytes / 3);
    expect(compressed?.query({})).toEqual(open?.query({}));
    expect(compressed?.query({ search: 'nowhere' })).toEqual([]);
    expect(compressed?.bytes()).toBeLessThan(bytes / 3);
  });

  it('go as segments when they take too much memory', async () => {
    const store = await memoryStore(SMALL_SEGMENTS);
    const events = shuffled(8000, 3);
    for (let start = 0; start < events.length; start += 50) store.append(events.slice(start, start + 50));
    const kept = events.slice(store.shed);
    expect(store.shed).toBeGreaterThan(1000);
    expect(store.bytes()).toBeLessThan(SMALL_SEGMENTS.maxBytes * 1.1);
    expect(store.bytes()).toBeGreaterThan(SMALL_SEGMENTS.maxBytes * 0.6);
    expect(new Set(store.query({}).map(({ id }) => id))).toEqual(new Set(kept.map(({ id }) => id)));
    expect(Object.values(store.countBySeverity()).reduce((sum, count) => sum + count)).toBe(kept.length);
    expect(store.integrity()).toEqual([]);
    // An id that went may come again.
    expect(store.append(events.slice(0, 3))).toHaveLength(3);
  });
});

describe('a page of lists', () => {
  it('is what sorting all of them would give', () => {
    const times = fc.array(fc.array(fc.nat(12), { maxLength: 25 }), { maxLength: 6 });
    fc.assert(
      fc.property(times, fc.nat(80), fc.nat(20), (all, offset, limit) => {
        let first = 1;
        const lists = all.map((each) => {
          const columns = new Columns();
          const list = new PlaceList(columns, first);
          for (const time of each) {
            columns.add(time, 0, 0, 0, 0, 0);
            list.add(columns.length - 1);
          }
          first += each.length;
          return list;
        });
        const sorted = all
          .flat()
          .map((time, index) => ({ time, seq: index + 1 }))
          .sort((a, b) => a.time - b.time || a.seq - b.seq);
        const start = Math.min(offset, sorted.length);
        expect(sliceOf(lists, start, limit)).toEqual(sorted.slice(start, start + limit).map(({ seq }) => seq));
      }),
    );
  });
});
