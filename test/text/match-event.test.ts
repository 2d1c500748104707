import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../src/model/event.ts';
import type { EventCriteria } from '../../src/model/query.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { eventTest } from '../../src/text/match-event.ts';
import { memoryStore } from '../store/fixture.ts';
import { makeEvent, makeEvents, START } from '../store/fixture-event.ts';

const anyEvent = fc.record({
  time: fc.integer({ min: START, max: START + 20 }),
  type: fc.constantFrom(...EVENT_TYPES.slice(0, 4)),
  severity: fc.constantFrom(...SEVERITIES),
  source: fc.constantFrom('bpftool', 'audit', 'ADMIN'),
  host: fc.constantFrom('web-1', 'db_1'),
  details: fc.record({ name: fc.constantFrom('config', 'a_b', 'Ärger', 'say "hi"', 'x\\y', '') }),
});

const anyCriteria: fc.Arbitrary<EventCriteria> = fc.record(
  {
    types: fc.subarray(EVENT_TYPES.slice(0, 5)),
    minSeverity: fc.constantFrom(...SEVERITIES),
    since: fc.integer({ min: START - 5, max: START + 25 }),
    until: fc.integer({ min: START - 5, max: START + 25 }),
    source: fc.constantFrom('bpftool', 'audit', 'admin'),
    search: fc.constantFrom('', '!', 'CONF', '%', 'a_b', '!a_b', 'ärg', '"hi"', '!say "', 'x\\y', 'admin', 'web'),
  },
  { requiredKeys: [] },
);

describe('the test of an event', () => {
  it('finds what a query of the store finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 12 }), anyCriteria, async (records, criteria) => {
        const events = records.map((record, index) => makeEvent(index, record));
        const store = await memoryStore();
        store.append(events);
        const found = store.query(criteria).map(({ id }) => id);
        store.close();
        expect(
          events
            .filter(eventTest(criteria))
            .map(({ id }) => id)
            .sort(),
        ).toEqual([...found].sort());
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out what another stands for, when it folds', () => {
    const [head, like] = makeEvents(2);
    if (head === undefined || like === undefined) throw new Error('two were made');
    const events = [head, { ...like, foldedInto: head.id }];
    expect(events.filter(eventTest({ folded: true }))).toEqual([head]);
    expect(events.filter(eventTest({}))).toHaveLength(2);
  });
});
