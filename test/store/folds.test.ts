import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import { openStore } from '../../src/store/open.ts';
import { crashed, memoryStore, reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { eventId, makeEvent, START } from './fixture-event.ts';

const REQUEST = { filter: '', offset: 0, limit: 100, ceiling: null, folded: true };

/** What a folded list shows, said without SQL: who is hidden, and for how many each stands. */
function expected(kept: readonly AuditEvent[]): { shown: [string, number][]; hidden: number } {
  const byId = new Map(kept.map((event) => [event.id, event]));
  const headOf = ({ foldedInto = '' }: AuditEvent) => {
    const head = byId.get(foldedInto);
    return head === undefined || head.foldedInto !== undefined ? null : head.id;
  };
  const shown = kept.filter((event) => headOf(event) === null).toSorted((a, b) => a.time - b.time);
  return {
    shown: shown.map(({ id }) => [id, kept.filter((event) => headOf(event) === id).length]),
    hidden: kept.length - shown.length,
  };
}

const anyBatches = fc.array(
  fc.array(fc.record({ head: fc.option(fc.nat(30), { freq: 1 }), late: fc.nat(30) }), { maxLength: 12 }),
  { maxLength: 5 },
);

describe('folded events', () => {
  it('are left out while the event that stands for them is there, and show themselves when it is gone', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatches, fc.constantFrom(0, 8), async (batches, maxEvents) => {
        const store = await memoryStore({ maxEvents });
        const events: AuditEvent[] = [];
        for (const batch of batches) {
          const added = batch.map(({ head, late }, index): AuditEvent => {
            const number = events.length + index;
            const event = makeEvent(number, { id: eventId(number), time: START + late });
            return head === null ? event : { ...event, foldedInto: eventId(head) };
          });
          events.push(...store.append(added));
          const kept = maxEvents === 0 ? events : events.slice(-maxEvents);
          const { shown, hidden } = expected(kept);
          const window = store.window(REQUEST);
          expect(window.rows.map(({ event, stands }) => [event.id, stands])).toEqual(shown);
          expect([window.matching, window.folded, window.total]).toEqual([shown.length, hidden, kept.length]);
          const found = store.query({ folded: true }).map(({ id }) => id);
          expect(found).toEqual(shown.map(([id]) => id).toReversed());
          const filtered = store.window({ ...REQUEST, filter: 'program' });
          expect([filtered.matching, filtered.folded]).toEqual([shown.length, hidden]);
          expect(store.window({ ...REQUEST, folded: false })).toMatchObject({ matching: kept.length, folded: 0 });
        }
        expect(store.query({})).toEqual(expect.arrayContaining(maxEvents === 0 ? events : events.slice(-maxEvents)));
        store.close();
      }),
      { numRuns: 100 },
    );
  });

  it('count for a list that is held still', async () => {
    const store = await memoryStore();
    const head = makeEvent(1);
    store.append([head, makeEvent(2, { foldedInto: head.id }), makeEvent(3)]);
    const before = store.window({ ...REQUEST, ceiling: 3 });
    expect([before.matching, before.folded]).toEqual([2, 1]);
    store.append([makeEvent(4, { foldedInto: head.id }), makeEvent(5)]);
    const after = store.window({ ...REQUEST, ceiling: 3 });
    expect([after.matching, after.folded, after.rows.length]).toEqual([2, 1, 2]);
    expect(store.window(REQUEST).rows.map(({ stands }) => stands)).toEqual([2, 0, 0]);
  });

  it('hide nobody in a circle, and not themselves', async () => {
    const store = await memoryStore();
    const [a, b, c] = [makeEvent(1), makeEvent(2), makeEvent(3)];
    store.append([
      { ...a, foldedInto: b.id },
      { ...b, foldedInto: a.id },
      { ...c, foldedInto: c.id },
    ]);
    expect(store.window(REQUEST)).toMatchObject({ matching: 3, folded: 0 });
  });

  it('come back from a state directory', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    const head = makeEvent(1);
    const events = [makeEvent(2, { foldedInto: head.id }), head, makeEvent(3, { foldedInto: head.id })];
    store.append(events);
    store.flush();
    const before = store.window(REQUEST);
    expect(before.rows).toEqual([{ seq: 2, event: head, stands: 2 }]);
    expect(await reopened(crashed(directory), (each) => each.window(REQUEST))).toEqual(before);
    expect(await reopened(crashed(directory), (each) => each.get(makeEvent(3).id))).toEqual(events[2]);
    store.close();
  });
});
