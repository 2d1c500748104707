import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { programLives } from '../../src/trends/program-lives.ts';

let ids = 0;

function event(
  type: AuditEvent['type'],
  time: number,
  id: number | null,
  details: JsonObject = {},
  host = 'h',
): AuditEvent {
  ids += 1;
  const object = { kind: 'program', ...(id === null ? {} : { id }) };
  return {
    id: `e${ids}`,
    time,
    type,
    severity: 'info',
    source: 'audit',
    host,
    details: { object, ...details },
    evidence: [],
  };
}

const load = (time: number, id: number, details: JsonObject = {}, host = 'h') =>
  event('program-load', time, id, details, host);
const unload = (time: number, id: number | null, details: JsonObject = {}, host = 'h') =>
  event('program-unload', time, id, details, host);

describe('programLives', () => {
  it('tells who loaded a program, when, and how long it was there', () => {
    const object = { kind: 'program', id: 5, name: 'watch', type: 'xdp', tag: 'ab' };
    const start = load(100, 5, { object, actor: { comm: 'ld' } });
    const end = unload(350, 5, { actor: { comm: 'sh' } });
    expect(programLives([start, end])).toEqual([
      {
        host: 'h',
        programId: 5,
        name: 'watch',
        type: 'xdp',
        tag: 'ab',
        loaded: { time: 100, eventId: start.id, actor: { comm: 'ld' }, severity: 'info' },
        unloaded: { time: 350, eventId: end.id, actor: { comm: 'sh' } },
        lifeMs: 250,
        end: 'unloaded',
      },
    ]);
  });

  it('tells what was there before and what is there still', () => {
    const lives = programLives([unload(50, 1), load(60, 2), unload(70, 3)]);
    expect(lives.map(({ programId, loaded, end, lifeMs }) => [programId, loaded?.time ?? null, end, lifeMs])).toEqual([
      [1, null, 'unloaded', null],
      [3, null, 'unloaded', null],
      [2, 60, 'still loaded at the end', null],
    ]);
  });

  it('takes a load that is not among the events from what the unload says of it', () => {
    const told = { load: { eventId: 'x', time: 20, severity: 'error', actor: { comm: 'ld' } } };
    expect(programLives([unload(50, 1, told)])).toMatchObject([
      { loaded: { eventId: 'x', time: 20, severity: 'error', actor: { comm: 'ld' } }, lifeMs: 30 },
    ]);
    for (const odd of [{}, { time: 'x' }, { ...told.load, severity: 'bad' }] as Json[]) {
      expect(programLives([unload(50, 1, { load: odd })])).toMatchObject([{ loaded: null }]);
    }
  });

  it('keeps hosts apart', () => {
    const lives = programLives([load(1, 5, {}, 'a'), load(2, 5, {}, 'b'), unload(9, 5, {}, 'b')]);
    expect(lives.map(({ host, end }) => [host, end])).toEqual([
      ['a', 'still loaded at the end'],
      ['b', 'unloaded'],
    ]);
  });

  it('ends all lives of a host with its boot', () => {
    const host = event('config-change', 30, null, { object: { kind: 'host', name: 'h' }, boot: 1 });
    const events = [load(1, 5), load(2, 6, {}, 'other'), host, load(40, 5, { boot: 1 }), event('map-create', 41, 1)];
    expect(programLives(events).map(({ programId, end }) => [programId, end])).toEqual([
      [5, 'boot'],
      [6, 'still loaded at the end'],
      [5, 'still loaded at the end'],
    ]);
    expect(programLives([load(1, 5), unload(9, 5, { boot: 1 })]).map(({ end }) => end)).toEqual(['unloaded', 'boot']);
  });

  it('takes a count of boots that begins anew for another run, not for a boot', () => {
    expect(programLives([load(1, 5, { boot: 2 }), unload(9, 5)])).toMatchObject([{ end: 'unloaded', lifeMs: 8 }]);
  });

  it('ends a life whose unload nobody saw when its id is loaded again', () => {
    expect(programLives([load(1, 5), load(9, 5), unload(12, 5)])).toMatchObject([
      { loaded: { time: 1 }, unloaded: null, lifeMs: null, end: 'unloaded' },
      { loaded: { time: 9 }, unloaded: { time: 12 }, lifeMs: 3 },
    ]);
  });

  it('leaves out loads that failed, and notes on programs that have no id', () => {
    expect(programLives([load(1, 5, { result: { success: false } }), event('program-load', 2, null)])).toEqual([]);
  });

  it('has no length where the clock was set back', () => {
    expect(programLives([load(100, 5), unload(50, 5)])).toMatchObject([{ end: 'unloaded', lifeMs: null }]);
  });

  it('has one life for each load, and one for each unload without a load', () => {
    const step = fc.record({ loads: fc.boolean(), id: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const events = steps.map(({ loads, id }, time) => (loads ? load(time, id) : unload(time, id)));
        const lives = programLives(events);
        const loaded = lives.filter((life) => life.loaded !== null);
        expect(loaded.map((life) => life.loaded?.eventId).sort()).toEqual(
          events
            .filter(({ type }) => type === 'program-load')
            .map(({ id }) => id)
            .sort(),
        );
        const ended = lives.flatMap((life) => life.unloaded?.eventId ?? []);
        expect(new Set(ended).size).toBe(events.filter(({ type }) => type === 'program-unload').length);
        expect(loaded.map((life) => life.loaded?.time ?? 0)).toEqual(
          loaded.map((life) => life.loaded?.time ?? 0).sort((a, b) => a - b),
        );
      }),
    );
  });
});
