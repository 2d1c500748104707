import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import type { EventCriteria } from '../../src/model/query.ts';
import { isAtLeast, SEVERITIES } from '../../src/model/severity.ts';
import { matches, parseFilter } from '../../src/text/match.ts';
import { memoryStore } from './fixture.ts';
import { makeEvent, makeEvents, START } from './fixture-event.ts';

/** What the criteria mean, said without SQL: the lab's `query-events`, newest first. */
function expected(events: readonly AuditEvent[], criteria: EventCriteria): AuditEvent[] {
  const { types, minSeverity, since, until, source, search, limit } = criteria;
  const found = events
    .map((event, order) => ({ event, order }))
    .filter(
      ({ event }) =>
        (types === undefined || types.includes(event.type)) &&
        (minSeverity === undefined || isAtLeast(event.severity, minSeverity)) &&
        (since === undefined || event.time > since) &&
        (until === undefined || event.time < until) &&
        (source === undefined || event.source === source) &&
        matches(parseFilter(search ?? ''), texts(event)),
    )
    .sort((a, b) => b.event.time - a.event.time || b.order - a.order)
    .map(({ event }) => event);
  return limit === undefined ? found : found.slice(0, limit);
}

function texts(event: AuditEvent): string[] {
  return [event.type, event.severity, event.source, event.host, event.id, JSON.stringify(event.details)];
}

/** Few values of each, so that criteria meet events; some types are rare, so that each way to walk is taken. */
const anyEvent = fc.record({
  time: fc.integer({ min: START, max: START + 50 }),
  type: fc.oneof(
    { weight: 9, arbitrary: fc.constant(EVENT_TYPES[0]) },
    { weight: 1, arbitrary: fc.constantFrom(...EVENT_TYPES) },
  ),
  severity: fc.constantFrom(...SEVERITIES),
  source: fc.constantFrom('bpftool', 'bpftool', 'bpftool', 'audit', 'ADMIN'),
  host: fc.constantFrom('web-1', 'db_1'),
  details: fc.record({ name: fc.constantFrom('config', 'CONFIG%', 'a_b', 'axb', 'Ärger', 'say "hi"', 'x\\y', '') }),
});

const anyCriteria: fc.Arbitrary<EventCriteria> = fc.record(
  {
    types: fc.subarray([...EVENT_TYPES]),
    minSeverity: fc.constantFrom(...SEVERITIES),
    since: fc.integer({ min: START - 5, max: START + 55 }),
    until: fc.integer({ min: START - 5, max: START + 55 }),
    source: fc.constantFrom('bpftool', 'audit', 'ADMIN', 'admin'),
    search: fc.constantFrom(
      '',
      '!',
      'conf',
      'CONFIG',
      'config%',
      '%',
      'a_b',
      '!a_b',
      '_1',
      'ÄRGER',
      'x\\\\y',
      'admin',
      'warn',
      '!program',
      '7000',
    ),
    limit: fc.nat(12),
  },
  { requiredKeys: [] },
);

describe('query', () => {
  it('finds what the criteria say, newest first', async () => {
    const store = await memoryStore();
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 60 }),
        fc.array(anyCriteria, { minLength: 1, maxLength: 8 }),
        (drafts, all) => {
          store.clear();
          const events = drafts.map((draft, number) => makeEvent(number, draft));
          store.append(events);
          for (const criteria of all) expect(store.query(criteria)).toEqual(expected(events, criteria));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('finds text among more events than are looked at together, in whichever order they came', async () => {
    // Six segments; one in a hundred events is of the second type, so those are looked up and the others read through.
    const store = await memoryStore({ maxEvents: 8000 });
    const place = (number: number) => (number * 2999) % 6000;
    const events = Array.from({ length: 6000 }, (_, number) => {
      const type = EVENT_TYPES[number % 100 === 0 ? 1 : 0];
      const details = { name: `object ${(number * 7) % 1000}` };
      return makeEvent(number, { time: START + place(number), type, severity: 'info', details });
    });
    for (let first = 0; first < events.length; first += 500) store.append(events.slice(first, first + 500));
    const all: EventCriteria[] = [
      { search: 'object 77"' },
      { search: 'object 770', limit: 3 },
      { search: 'object 7', types: [EVENT_TYPES[1]] },
      { search: '!object 7', types: [EVENT_TYPES[1]], limit: 40 },
      { search: 'nowhere' },
      { search: 'object 1', since: START + 2000, until: START + 2600, source: 'audit' },
    ];
    for (const criteria of all) expect(store.query(criteria)).toEqual(expected(events, criteria));
  });

  it('finds text as typed that JSON has to escape', async () => {
    const store = await memoryStore();
    const event = makeEvent(1, { details: { command: 'echo "hi" \\ \t' } });
    store.append([event, makeEvent(2)]);
    expect(store.query({ search: 'ECHO "hi" \\' })).toEqual([event]);
    expect(store.query({ search: `!${'echo "hi"'}` })).toEqual([makeEvent(2)]);
  });

  it('takes a text longer than a pattern of LIKE may be', async () => {
    const store = await memoryStore();
    const long = 'x'.repeat(60_000);
    store.append([makeEvent(1, { details: { long } }), makeEvent(2)]);
    expect(store.query({ search: long.toUpperCase() }).map((event) => event.id)).toEqual([makeEvent(1).id]);
  });

  it('treats text as text, not as SQL', async () => {
    const store = await memoryStore();
    store.append(makeEvents(3));
    for (const text of ["' OR 1=1 --", "'; DROP TABLE event; --", '?1', ':a']) {
      expect(store.query({ search: text })).toEqual([]);
      expect(store.query({ source: text })).toEqual([]);
    }
    expect(store.count()).toBe(3);
  });

  it('refuses a type that there is not', async () => {
    const store = await memoryStore();
    store.append(makeEvents(1));
    expect(() => store.query({ types: ['reboot' as (typeof EVENT_TYPES)[number]] })).toThrow(
      'no such event type: "reboot"',
    );
  });
});
