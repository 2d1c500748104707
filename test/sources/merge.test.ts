import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Observation, type Source, SourceError } from '../../src/model/observation.ts';
import { mergeByTime } from '../../src/sources/merge.ts';
import { mergeLive } from '../../src/sources/merge-live.ts';
import { snapshotAt } from '../helpers/observations.ts';
import { collect, fakeSource, seen, textOf } from './helpers.ts';

const texts = async (source: Source) => (await collect(source)).map(textOf);

describe('mergeByTime', () => {
  it('goes by time, the earlier source first where times are equal', async () => {
    const merged = mergeByTime('m', [
      fakeSource('a', [[seen(1, 'a1'), seen(5, 'a5')], [], [seen(7, 'a7')]]),
      fakeSource('b', [[seen(1, 'b1')], [seen(2, 'b2'), seen(5, 'b5'), seen(9, 'b9')]]),
      fakeSource('c', []),
    ]);
    expect(await texts(merged)).toEqual(['a1', 'b1', 'b2', 'a5', 'b5', 'a7', 'b9']);
  });

  it('takes audit events of one millisecond by serial', async () => {
    const at = (serial: number): Observation => {
      return { kind: 'audit', time: 5, group: { time: 5, serial, node: null, origin: String(serial), records: [] } };
    };
    const merged = mergeByTime('m', [fakeSource('new', [[at(3), at(4)]]), fakeSource('old', [[at(1), at(2), at(5)]])]);
    expect(await texts(merged)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('keeps the order within a source where its time runs back, and gives at once what has no time', async () => {
    const merged = mergeByTime('m', [
      fakeSource('a', [[seen(5, 'a5'), seen(null, 'a?'), seen(1, 'a1')]]),
      fakeSource('b', [[seen(null, 'b?'), seen(6, 'b6')]]),
    ]);
    expect(await texts(merged)).toEqual(['b?', 'a5', 'a?', 'a1', 'b6']);
  });

  it('takes at equal times audit events before others, and those without a serial in the order of the sources', async () => {
    const at = (serial: number | null, origin: string): Observation => {
      return { kind: 'audit', time: 5, group: { time: 5, serial, node: null, origin, records: [] } };
    };
    const merged = mergeByTime('m', [
      fakeSource('a', [[snapshotAt(5)]]),
      fakeSource('b', [[at(null, 'b')]]),
      fakeSource('c', [[at(null, 'c'), at(2, 'c2')]]),
      fakeSource('d', [[at(1, 'd1')]]),
    ]);
    expect(await texts(merged)).toEqual(['d1', 'snapshot', 'b', 'c', 'c2']);
  });

  it('does not begin a source before its time has come', async () => {
    const begun: string[] = [];
    const lazy = (name: string, times: readonly number[]): Source => ({
      ...fakeSource(name, []),
      observations: async function* () {
        begun.push(`${name} after ${given.length}`);
        for (const time of times) yield [seen(time, `${name}${time}`)];
      },
    });
    const given: string[] = [];
    const sources = [lazy('c', [20, 21]), lazy('a', [1, 2]), lazy('b', [10, 25])];
    const starts = new Map(sources.map((source, index) => [source, [20, 1, 10][index] ?? 0]));
    const merged = mergeByTime('m', sources, { startOf: (source) => starts.get(source) ?? null });
    for await (const batch of merged.observations(new AbortController().signal)) given.push(...batch.map(textOf));
    expect(given).toEqual(['a1', 'a2', 'b10', 'c20', 'c21', 'b25']);
    expect(begun.map((each) => each.slice(0, 1))).toEqual(['a', 'b', 'c']);
  });

  it('is quick with thousands of sources', async () => {
    const sources = Array.from({ length: 3000 }, (_, s) =>
      fakeSource(String(s), [[seen(s, 'x'), seen(3000 + s, 'y')]]),
    );
    const found = await collect(mergeByTime('m', sources));
    expect(found.map(({ time }) => time)).toEqual(Array.from({ length: 6000 }, (_, time) => time));
  });

  it('goes on without a source that fails, and says so', async () => {
    const failing: Source = {
      ...fakeSource('f', []),
      observations: async function* () {
        yield [seen(1, 'f1')];
        throw new SourceError('input', 'too many open files');
      },
    };
    const merged = mergeByTime('m', [failing, fakeSource('b', [[seen(2, 'b2')]])]);
    expect(await collect(merged)).toMatchObject([
      seen(1, 'f1'),
      { kind: 'unreadable', unreadable: { at: { file: 'f' }, reason: 'too many open files' } },
      seen(2, 'b2'),
    ]);
  });

  it('loses nothing and repeats nothing', async () => {
    const times = fc.array(fc.array(fc.option(fc.nat(20), { nil: null }), { maxLength: 6 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 4 }), async (all) => {
        const given = all.map((batches, s) => {
          return batches.map((batch, b) => batch.map((time, i) => seen(time, `${s}.${b}.${i}`)));
        });
        const found = await texts(
          mergeByTime(
            'm',
            given.map((batches, s) => fakeSource(String(s), batches)),
          ),
        );
        given.forEach((batches, s) => {
          expect(found.filter((text) => text.startsWith(`${s}.`))).toEqual(batches.flat().map(textOf));
        });
        expect(found).toHaveLength(given.flat(2).length);
      }),
    );
  });

  it('is in order of time when each source is', async () => {
    const sorted = fc.array(fc.nat(50)).map((times) => times.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(sorted, { minLength: 1, maxLength: 4 }), async (all) => {
        const sources = all.map((times, s) => fakeSource(String(s), [times.map((time) => seen(time, ''))]));
        const found = (await collect(mergeByTime('m', sources))).map(({ time }) => time);
        expect(found).toEqual(all.flat().sort((a, b) => a - b));
      }),
    );
  });

  it('adds up progress, stops when it is told to, and closes its sources', async () => {
    let closed = 0;
    const endless: Source = {
      ...fakeSource('e', []),
      observations: async function* () {
        try {
          for (let time = 0; ; time += 1) yield [seen(time, 'e')];
        } finally {
          closed += 1;
        }
      },
    };
    const merged = mergeByTime('m', [endless, endless]);
    expect(merged.progress()).toEqual({ name: 'm', bytes: 20, totalBytes: 40, lines: 0, records: { fake: 2 } });
    const abort = new AbortController();
    for await (const _ of merged.observations(abort.signal)) abort.abort();
    expect(closed).toBe(2);
  });
});

/** A source that gives what is pushed to it. */
function pushed(name: string) {
  const queue: (readonly Observation[] | Error | null)[] = [];
  let wake = (): void => undefined;
  const put = (what: readonly Observation[] | Error | null): void => {
    queue.push(what);
    wake();
  };
  const source: Source = {
    ...fakeSource(name, []),
    observations: async function* () {
      for (;;) {
        const next = queue.shift();
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (next === null) {
          return;
        } else if (next instanceof Error) {
          throw next;
        } else {
          yield next;
        }
      }
    },
  };
  return { source, put };
}

describe('mergeLive', () => {
  it('lets the others wait for the first snapshot, and then goes by arrival', async () => {
    const kernel = pushed('kernel');
    const log = pushed('log');
    const iterator = mergeLive('live', [kernel.source, log.source])
      .observations(new AbortController().signal)
      [Symbol.asyncIterator]();
    const next = async () => (await iterator.next()).value?.map(textOf);
    log.put([seen(1, 'early')]);
    const first = next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    kernel.put([seen(null, 'no snapshot yet')]);
    expect(await first).toEqual(['no snapshot yet']);
    const second = next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    kernel.put([snapshotAt(9)]);
    expect(await second).toEqual(['snapshot']);
    expect(await next()).toEqual(['early']);
    log.put([seen(5, 'late')]);
    expect(await next()).toEqual(['late']);
    kernel.put(null);
    log.put([seen(6, 'later')]);
    expect(await next()).toEqual(['later']);
    log.put(null);
    expect(await next()).toBeUndefined();
  });

  it('goes on when one fails, saying so, and fails when all are gone', async () => {
    const kernel = pushed('kernel');
    const log = pushed('log');
    kernel.put(new SourceError('tool', 'no bpftool'));
    log.put([seen(1, 'a')]);
    log.put(null);
    const found: string[] = [];
    const read = async () => {
      for await (const batch of mergeLive('live', [kernel.source, log.source]).observations(
        new AbortController().signal,
      )) {
        found.push(...batch.map((each) => (each.kind === 'unreadable' ? each.unreadable.reason : textOf(each))));
      }
    };
    await expect(read()).rejects.toThrow(new SourceError('tool', 'no bpftool'));
    expect(found).toEqual(['no bpftool', 'a']);
  });
});
