import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Store } from '../../src/store/store.ts';
import { memoryStore, reopened, temporaryDirectory } from './fixture.ts';
import { eventId, makeEvent, START } from './fixture-event.ts';

/** One that the page writer takes as it is, one that it does not, one that another stands for. */
function eventOf(number: number): AuditEvent {
  if (number % 5 === 3) return makeEvent(number, { id: `odd "${number}" \u{1f600}`, host: `h\u00e9te ${number % 3}` });
  if (number % 5 === 4) return makeEvent(number, { foldedInto: eventId(number - 4, START + (number - 4) * 10) });
  return makeEvent(number);
}

type Step =
  | { readonly do: 'append'; readonly first: number; readonly count: number }
  | { readonly do: 'amend' | 'get'; readonly number: number }
  | { readonly do: 'ask' };

const number = fc.nat(200);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), first: number, count: fc.nat(40) }) },
  fc.record({ do: fc.constantFrom('amend' as const, 'get' as const), number }),
  fc.record({ do: fc.constant('ask' as const) }),
);

function take(store: Store, next: Step): unknown {
  if (next.do === 'append') {
    return store.append(Array.from({ length: next.count }, (_, index) => eventOf(next.first + index)));
  }
  if (next.do === 'get') return store.get(eventOf(next.number).id);
  if (next.do === 'ask') return whole(store);
  const { id } = eventOf(next.number);
  store.amend([{ eventId: id, details: { late: next.number }, evidence: [{ origin: 'late' }] }]);
  return null;
}

function whole(store: Store): unknown {
  return {
    events: store.query({}),
    some: store.query({ types: ['program-load', 'map-access'], minSeverity: 'warning', limit: 7 }),
    found: store.query({ search: 'handle_1' }).length,
    shown: store.window({ filter: '', offset: 2, limit: 9, ceiling: null, folded: true }),
    types: store.countByType(),
    severities: store.countBySeverity(),
    range: store.timeRange(),
    digests: store.digests(START, START + 900).map(({ id, time }) => ({ id, time })),
    integrity: store.integrity(),
    shed: store.shed,
  };
}

describe('events that wait for their table, and tables that are compressed', () => {
  it('answer every question as tables that are filled at once and stay open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.constantFrom(0, 50), async (steps, maxEvents) => {
        const options = [
          { heldBytes: 1 },
          { heldBytes: 3000 },
          { heldBytes: Number.POSITIVE_INFINITY },
          // A segment has a quarter of these bytes: some events.
          { heldBytes: 1, openBytes: 16_384 },
          { heldBytes: Number.POSITIVE_INFINITY, openBytes: 16_384 },
        ];
        const stores = await Promise.all(options.map((each) => memoryStore({ maxEvents, ...each })));
        for (const next of [...steps, { do: 'ask' as const }]) {
          const [at, ...others] = stores.map((store) => take(store, next));
          for (const other of others) expect(other).toEqual(at);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('count as bytes of the store, and go with those that came first', async () => {
    const held = await memoryStore({ maxEvents: 20, heldBytes: Number.POSITIVE_INFINITY });
    held.append(Array.from({ length: 10 }, (_, index) => eventOf(index)));
    const bytes = held.bytes();
    expect(bytes).toBeGreaterThan(1000);
    held.append(Array.from({ length: 30 }, (_, index) => eventOf(10 + index)));
    expect(held.count()).toBe(20);
    expect(held.shed).toBe(20);
    expect(held.query({}).map(({ time }) => time)).toEqual(
      Array.from({ length: 20 }, (_, index) => eventOf(39 - index).time),
    );
  });

  it('are durable before they are in a table', async () => {
    const stateDir = temporaryDirectory();
    const events = Array.from({ length: 9 }, (_, index) => eventOf(index));
    await reopened(stateDir, (store) => {
      store.append(events);
      store.flush();
    });
    expect(await reopened(stateDir, (store) => store.query({}).toReversed())).toEqual(events);
  });
});
