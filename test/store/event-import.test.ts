import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import type { EventImport } from '../../src/store/event-import.ts';
import type { ImportLine, ImportResult } from '../../src/store/imported.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { crashed, idsIn, memoryStore, reopened, temporaryDirectory, UNBOUNDED } from './fixture.ts';
import { eventId, makeEvent, makeEvents, START } from './fixture-event.ts';

/** What threads are started from. */
const THREADS = new URL('../../src/thread.ts', import.meta.url);

const bytesOf = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The event of a line that is one, as a caller would decode it. */
function decode({ text }: ImportLine): AuditEvent | null {
  if (!text.startsWith('{')) return null;
  const value = JSON.parse(text) as AuditEvent | { readonly event: AuditEvent };
  return 'event' in value ? value.event : value;
}

/** Pushes lines in pieces of so many, and gives what came of all of it. */
function pushAll(into: EventImport, lines: readonly string[], size: number): ImportResult {
  const results: ImportResult[] = [];
  let offset = 0;
  for (let start = 0; start < lines.length; start += size) {
    const bytes = bytesOf(lines.slice(start, start + size));
    results.push(into.push(bytes, offset));
    offset += bytes.length;
  }
  results.push(into.finish());
  return {
    lines: results.reduce((sum, result) => sum + result.lines, 0),
    batches: results.flatMap(({ batches }) => batches),
    others: results.flatMap(({ others }) => others),
  };
}

/** All that can be asked about the events of a store. */
function content(store: Store): unknown {
  const window = { filter: '', offset: 0, limit: 500, ceiling: null, folded: false };
  const range = store.timeRange();
  return {
    all: store.query({}),
    folded: store.query({ folded: true, minSeverity: 'info' }),
    found: store.query({ search: 'é', source: 'bpftool', limit: 7 }),
    kinds: store.query({ types: ['map-create'], minSeverity: 'error' }),
    windows: [window, { ...window, folded: true }, { ...window, filter: 'a' }].map((request) => store.window(request)),
    digests: store.digests(START - 1, START + 60, null).map((digest) => ({ ...digest })),
    between: store.countBetween(START + 3, START + 30),
    trend: range === null ? null : store.rollup(1000, START - 5000, START + 5000),
    fine: range === null ? null : store.rollup(7, START, START + 50),
    types: store.countByType(),
    severities: store.countBySeverity(),
    range,
    counts: [store.count(), store.seen, store.shed],
    integrity: store.integrity(),
  };
}

const anyEvent = fc.record({
  time: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: START, max: START + 60 }) },
    fc.constantFrom(START + 0.5, -3, 0),
  ),
  type: fc.constantFrom(...EVENT_TYPES),
  severity: fc.constantFrom(...SEVERITIES),
  source: fc.constantFrom('bpftool', 'bpftool', 'audit', 'über', 'a"b'),
  host: fc.constantFrom('web-1', 'db-1'),
  text: fc.constantFrom('a', 'é', 'x'.repeat(5000), '\ud800', '\0'),
  number: fc.nat(40),
  head: fc.option(fc.nat(40)),
});

const anyLines = fc.array(anyEvent, { maxLength: 80 }).map((drafts) =>
  drafts.map(({ text, number, head, ...draft }) => {
    const id = number === 3 ? 'not a uuid "3"' : eventId(number);
    const event = { id, ...draft, details: { text, [text === 'a' ? '7' : 'n']: number }, evidence: [{ origin: 'x' }] };
    return head === null ? event : { ...event, foldedInto: eventId(head) };
  }),
);

describe('an import', () => {
  it('is the same as appending the events one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLines,
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom(0, 15),
        fc.nat(10),
        async (events, size, maxEvents, before) => {
          const [imported, appended] = [await memoryStore({ maxEvents }), await memoryStore({ maxEvents })];
          for (const store of [imported, appended]) store.append(makeEvents(before, 100));
          const lines = events.map((event, index) => JSON.stringify(index % 4 === 1 ? { event } : event));
          const { others, batches } = pushAll(imported.importEvents(decode), lines, size);
          const added = appended.append(events);
          expect(content(imported)).toEqual(content(appended));
          expect(batches.flatMap(({ times }) => [...times])).toEqual(added.map(({ time }) => time));
          const rest = events.filter((event) => !added.includes(event));
          const first = new Map(added.map((event) => [event.id, JSON.stringify(event)]));
          expect(others.map(({ text }) => text)).toEqual(
            rest.flatMap((event) =>
              first.get(event.id) === JSON.stringify(event) ? [] : lines[events.indexOf(event)],
            ),
          );
          imported.close();
          appended.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells the caller where lines stand that are not its own', async () => {
    const store = await memoryStore();
    const seen: ImportLine[] = [];
    const lines = ['{"format":"x"}', JSON.stringify(makeEvent(1)), '', 'nonsense \ufffd', JSON.stringify(makeEvent(2))];
    const into = store.importEvents((line) => {
      seen.push(line);
      return null;
    });
    const { batches } = pushAll(into, lines, 2);
    expect(seen).toEqual([
      { line: 1, offset: 0, text: lines[0] },
      { line: 3, offset: bytesOf(lines.slice(0, 2)).length, text: '' },
      { line: 4, offset: bytesOf(lines.slice(0, 3)).length, text: lines[3] },
    ]);
    expect(batches).toMatchObject([{ first: 1 }]);
    expect(idsIn(store)).toEqual([makeEvent(1).id, makeEvent(2).id]);
  });

  it('passes over what is recorded already, and gives back what differs from it', async () => {
    const store = await memoryStore();
    store.append(makeEvents(3));
    const lines = [0, 1, 2, 3, 3, 4].map((number) => JSON.stringify(makeEvent(number)));
    const differs = JSON.stringify(makeEvent(2, { severity: 'critical' }));
    const again = JSON.stringify(makeEvent(4, { host: 'other' }));
    const { others } = pushAll(store.importEvents(decode), [...lines, differs, again], 100);
    expect(others.map(({ line, text }) => [line, text])).toEqual([
      [7, differs],
      [8, again],
    ]);
    expect(idsIn(store)).toEqual(makeEvents(5).map(({ id }) => id));
    expect(store.get(makeEvent(2).id)).toEqual(makeEvent(2));
  });

  it('is finished by whatever else is asked of the store', async () => {
    const store = await memoryStore();
    const into = store.importEvents(decode);
    into.push(bytesOf(makeEvents(5).map((event) => JSON.stringify(event))));
    store.append([makeEvent(10), makeEvent(2)]);
    into.push(bytesOf(makeEvents(3, 20).map((event) => JSON.stringify(event))));
    expect(store.count()).toBe(9);
    expect(into.finish().batches.map(({ first, times }) => [first, times.length])).toEqual([[7, 3]]);
    expect(idsIn(store)).toEqual([...makeEvents(5), makeEvent(10), ...makeEvents(3, 20)].map(({ id }) => id));
  });

  it('fills segment after segment under a bound', async () => {
    const store = await memoryStore({ maxEvents: 5000 });
    const events = makeEvents(20_000);
    const { batches } = pushAll(
      store.importEvents(decode),
      events.map((event) => JSON.stringify(event)),
      700,
    );
    expect(batches.length).toBeGreaterThan(10);
    expect(batches.reduce((sum, { times }) => sum + times.length, 0)).toBe(20_000);
    expect([store.count(), store.shed, store.seen]).toEqual([5000, 15_000, 20_000]);
    expect(store.query({ limit: 2 })).toEqual([events[19_999], events[19_998]]);
    expect(store.digests(0, Number.MAX_SAFE_INTEGER)[0]?.id).toBe(events[15_000]?.id);
    expect(store.integrity()).toEqual([]);
  });

  it('goes on where lines that are none follow a segment that is full', async () => {
    const directory = temporaryDirectory();
    const bounds = { maxEvents: 8192, stateDir: directory };
    const store = await openStore(bounds);
    const events = makeEvents(1100);
    const lines = events.map((event) => JSON.stringify(event));
    const into = store.importEvents(decode);
    const batches = [lines.slice(0, 1024), ['', 'none'], ['none'], lines.slice(1024)].flatMap(
      (part) => into.push(bytesOf(part)).batches,
    );
    expect(batches.map(({ times }) => times.length)).toEqual([1024]);
    expect(store.query({}).toReversed()).toEqual(events);
    expect([store.count(), store.shed, store.integrity()]).toEqual([1100, 0, []]);
    store.close();
    expect(await reopened(directory, idsIn, 8192)).toEqual(events.map(({ id }) => id));
  });

  it('loses nothing that was taken when decoding fails, and gives the directory back', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory });
    const into = store.importEvents((line) => {
      if (line.text === 'fails') throw new Error('it failed');
      return decode(line);
    });
    const events = makeEvents(50);
    into.push(bytesOf(events.slice(0, 20).map((event) => JSON.stringify(event))));
    expect(() => into.push(bytesOf([JSON.stringify(events[20]), 'fails']))).toThrow('it failed');
    expect(store.count()).toBe(21);
    into.push(bytesOf(events.slice(21).map((event) => JSON.stringify(event))));
    store.close();
    expect(await reopened(directory, idsIn)).toEqual(events.map(({ id }) => id));
  });

  it('is over for a store that is cleared, and does not let the decoder ask that', async () => {
    const store = await memoryStore();
    const into = store.importEvents(() => {
      store.count();
      return null;
    });
    into.push(bytesOf([JSON.stringify(makeEvent(1))]));
    expect(() => into.push(bytesOf(['none']))).toThrow('the store was asked while a line was being decoded');
    store.clear();
    expect(store.count()).toBe(0);
  });

  it('forgets names with the events that had them', async () => {
    const store = await memoryStore({ maxEvents: 1500 });
    const events = makeEvents(9000).map((event, number) => ({ ...event, source: `source ${number % 5000}` }));
    pushAll(
      store.importEvents(decode),
      events.map((event) => JSON.stringify(event)),
      500,
    );
    expect(store.query({}).toReversed()).toEqual(events.slice(-1500));
    expect(store.query({ source: 'source 3' })).toEqual([]);
    expect(store.query({ source: 'source 3999' })).toHaveLength(1);
  });

  it('does not take a line without its end', async () => {
    const store = await memoryStore();
    expect(() => store.importEvents(decode).push(Buffer.from('{}'))).toThrow(RangeError);
  });

  it('is recorded like any other event', async () => {
    const directory = temporaryDirectory();
    const store = await openStore({ ...UNBOUNDED, stateDir: directory, journalBytes: 100_000 });
    store.append(makeEvents(10));
    const events = [...makeEvents(2000, 10), makeEvent(2010, { time: START + 0.5 }), makeEvent(2011, { host: 'ü' })];
    const into = store.importEvents(decode);
    pushAll(
      into,
      events.map((event) => JSON.stringify(event)),
      300,
    );
    store.amend([{ eventId: makeEvent(500).id, details: { more: 1 }, evidence: [] }]);
    store.append(makeEvents(10, 3000));
    store.flush();
    const before = content(store);
    const copy = crashed(directory);
    store.close();
    const same = (each: Store) => ({ ...(content(each) as object), counts: [store.count(), store.seen, store.shed] });
    expect(await reopened(copy, same)).toEqual(before);
    expect(await reopened(directory, (each) => each.unreadableCount())).toBe(0);
  });

  it('is the same with a second thread, and what waits for that is there when anything is asked', async () => {
    const directory = temporaryDirectory();
    const fill = 'x'.repeat(2000);
    const events = makeEvents(14_000).map((event, number) => ({ ...event, details: { summary: `${number} ${fill}` } }));
    const lines = events.map((event, number) => (number % 5000 === 9 ? `x${number}` : JSON.stringify(event)));
    const seen: { readonly line: number; readonly offset: number }[] = [];
    const decoding = (line: ImportLine) => {
      seen.push({ line: line.line, offset: line.offset });
      return decode(line);
    };
    const taken = events.filter((_, number) => number % 5000 !== 9);
    const store = await openStore({ ...UNBOUNDED, stateDir: directory, entry: THREADS });
    const into = store.importEvents(decoding);
    let offset = 0;
    const push = (from: number, to: number) => {
      for (let start = from; start < to; start += 500) {
        const bytes = bytesOf(lines.slice(start, Math.min(to, start + 500)));
        into.push(bytes, offset);
        offset += bytes.length;
      }
    };
    push(0, 12_000);
    store.flush();
    const copy = crashed(directory);
    expect(await reopened(copy, idsIn)).toEqual(taken.slice(0, 11_997).map(({ id }) => id));
    push(12_000, 13_000);
    expect(store.count()).toBe(12_997);
    push(13_000, 14_000);
    into.finish();
    expect(store.query({}).toReversed()).toEqual(taken);
    expect(seen).toEqual(
      [9, 5009, 10_009].map((before) => ({ line: before + 1, offset: bytesOf(lines.slice(0, before)).length })),
    );
    store.close();
    const again = await openStore({ ...UNBOUNDED, stateDir: directory, entry: THREADS });
    expect(again.query({}).toReversed()).toEqual(taken);
    expect(again.integrity()).toEqual([]);
    again.close();
  });
});
