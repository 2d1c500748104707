import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { EventWindowRequest } from '../../src/model/view.ts';
import { matches, parseFilter } from '../../src/text/match.ts';
import { memoryStore } from './fixture.ts';
import { makeEvent, makeEvents, START } from './fixture-event.ts';

const ALL: EventWindowRequest = { filter: '', offset: null, limit: 5, ceiling: null, folded: false };

/** The rows of a request over events in order of arrival, the first of which has `seq` `first`. */
function expected(events: readonly AuditEvent[], first: number, request: EventWindowRequest) {
  const { filter, offset, limit, ceiling } = request;
  const rows = events
    .map((event, index) => ({ seq: first + index, event }))
    .filter(({ seq, event }) => {
      const texts = [event.type, event.severity, event.source, event.host, event.id, JSON.stringify(event.details)];
      return (ceiling === null || seq <= ceiling) && matches(parseFilter(filter), texts);
    })
    .sort((a, b) => a.event.time - b.event.time || a.seq - b.seq);
  const last = Math.max(0, rows.length - limit);
  const start = offset === null ? last : Math.min(offset, last);
  return { matching: rows.length, offset: start, rows: rows.slice(start, start + limit) };
}

const anyRequest: fc.Arbitrary<EventWindowRequest> = fc.record({
  filter: fc.constantFrom('', '', 'bpftool', '!bpftool', 'handle_1', 'nothing'),
  offset: fc.option(fc.nat(40)),
  limit: fc.nat(15),
  ceiling: fc.option(fc.nat(60)),
  folded: fc.boolean(),
});

describe('window', () => {
  it('gives the rows of a page in event order while events come and go', async () => {
    const steps = fc.array(fc.tuple(fc.array(fc.nat(20), { maxLength: 12 }), anyRequest), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const store = await memoryStore({ maxEvents: 25 });
        const events: AuditEvent[] = [];
        for (const [times, request] of all) {
          const added = times.map((time, index) => makeEvent(events.length + index, { time: START + time }));
          events.push(...store.append(added));
          const shed = Math.max(0, events.length - 25);
          const window = store.window(request);
          expect(window).toMatchObject(expected(events.slice(shed), shed + 1, request));
          expect(window).toMatchObject({ request, total: events.length - shed, newest: events.length });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('asks for the last rows without an offset', async () => {
    const store = await memoryStore();
    expect(store.window(ALL)).toEqual({
      request: ALL,
      matching: 0,
      folded: 0,
      total: 0,
      offset: 0,
      rows: [],
      newest: 0,
    });
    store.append(makeEvents(12));
    const window = store.window(ALL);
    expect(window.offset).toBe(7);
    expect(window.rows.map((row) => row.seq)).toEqual([8, 9, 10, 11, 12]);
  });

  it.each(['', 'handle'])('holds still under a ceiling while events arrive (filter "%s")', async (filter) => {
    const store = await memoryStore();
    store.append(makeEvents(10));
    const request = { ...ALL, filter, ceiling: 10, offset: 3 };
    const before = store.window(request);
    store.append(makeEvents(30, 100));
    store.append([makeEvent(500, { time: START })]);
    const after = store.window(request);
    expect({ matching: after.matching, rows: after.rows }).toEqual({ matching: before.matching, rows: before.rows });
    expect(after.total).toBe(41);
    store.clear();
    store.append(makeEvents(10));
    expect(store.window(request).matching).toBe(0);
    expect(store.window({ ...request, ceiling: null }).matching).toBe(10);
  });

  it('sees in a filter what an amendment changed', async () => {
    const store = await memoryStore();
    const events = makeEvents(6);
    store.append(events);
    const request = { ...ALL, filter: 'added later', limit: 10 };
    const inverted = { ...request, filter: '!added later' };
    expect(store.window(request).matching).toBe(0);
    store.amend([{ eventId: events[2]?.id ?? '', details: { note: 'Added Later' }, evidence: [] }]);
    expect(store.window(request).rows.map((row) => row.seq)).toEqual([3]);
    expect(store.window(inverted).rows.map((row) => row.seq)).toEqual([1, 2, 4, 5, 6]);
    store.amend([{ eventId: events[4]?.id ?? '', details: { note: 'added later' }, evidence: [] }]);
    expect(store.window(inverted).rows.map((row) => row.seq)).toEqual([1, 2, 4, 6]);
  });
});
