import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, EVENT_TYPES } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { SEVERITIES } from '../../src/model/severity.ts';
import { Folder, isRoutine } from '../../src/normalise/fold.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { groupOf } from './audit/groups.ts';

const T = 1_700_000_000_000;
const RUNC = { pid: 7, uid: 0, comm: 'runc', exe: '/usr/bin/runc' };

let ids = 0;

function event(over: Partial<AuditEvent> = {}, details: JsonObject = {}): AuditEvent {
  ids += 1;
  return {
    id: `e${ids}`,
    time: T,
    type: 'program-load',
    severity: 'info',
    source: 'audit',
    host: 'h',
    evidence: [],
    ...over,
    details: { summary: 's', actor: RUNC, ...details },
  };
}

function fold(...events: readonly AuditEvent[]): (string | undefined)[] {
  const folder = new Folder();
  return events.map((each) => folder.fold(each).foldedInto);
}

describe('Folder', () => {
  it('lets the first of a kind stand for those that follow', () => {
    const first = event();
    const second = event({ time: T + 1000 });
    expect(fold(first, second, event({ time: T + 61_000 }))).toEqual([undefined, first.id, first.id]);
  });

  it('begins anew after a minute without one', () => {
    const [first, late] = [event(), event({ time: T + 60_001 })];
    expect(fold(first, event({ time: T + 60_000 }))).toEqual([undefined, first.id]);
    expect(fold(first, late, event({ time: T + 60_002 }))).toEqual([undefined, undefined, late.id]);
  });

  it.each([
    ['host', event({ host: 'other' })],
    ['executable', event({}, { actor: { ...RUNC, exe: '/usr/bin/crun' } })],
    ['kind of doing', event({ type: 'program-attach' })],
  ])('keeps apart by %s', (_what, other) => expect(fold(event(), other)).toEqual([undefined, undefined]));

  it.each(['kprobe', 'tracepoint', 'xdp', 'tracing', 'CGROUP_DEVICE ', 'lsm_'])(
    'never folds a program of type %j',
    (type) => {
      expect(isRoutine(event({}, { object: { kind: 'program', type } }))).toBe(false);
      expect(isRoutine(event({}, { object: { kind: 'map', type } }))).toBe(true);
    },
  );

  it.each(['cgroup_device', 'cgroup_skb', 'lsm', ''])('folds a program of type %j', (type) => {
    expect(isRoutine(event({}, { object: { kind: 'program', type } }))).toBe(true);
  });

  it.each(['container', 'pod'])('takes nobody in a %s for a runtime', (where) => {
    expect(isRoutine(event({}, { actor: { ...RUNC, [where]: 'abc' } }))).toBe(false);
    expect(isRoutine(event({}, { actor: { ...RUNC, container: 'host' } }))).toBe(true);
  });

  it('keeps reading a map apart from writing it', () => {
    const [read, write] = ['BPF_MAP_LOOKUP_ELEM', 'BPF_MAP_UPDATE_ELEM'].map((name) => ({ command: { name } }));
    expect(fold(event({ type: 'map-access' }, read), event({ type: 'map-access' }, write))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('gives an event that is not folded as it is, and believes no fold that was read', () => {
    const alone = event({ severity: 'error' });
    expect(new Folder().fold(alone)).toBe(alone);
    expect(fold({ ...alone, foldedInto: 'x' })).toEqual([undefined]);
    expect(new Folder().fold({ ...alone, foldedInto: 'x' })).not.toHaveProperty('foldedInto');
  });
});

describe('isRoutine', () => {
  it.each([
    ['a load by runc', event(), true],
    ['a debug event', event({ severity: 'debug' }), true],
    [
      'a load by systemd that bpftool saw',
      event({ source: 'bpftool' }, { actor: { uid: 0, exe: '/usr/lib/systemd/systemd' } }),
      true,
    ],
    ['a warning', event({ severity: 'warning' }), false],
    ['what failed', event({}, { result: { success: false } }), false],
    ['a dangerous helper', event({}, { dangerousHelpers: ['override_return'] }), false],
    ['a load whose id was loaded', event({}, { unseenUnload: { eventId: 'x', time: 1 } }), false],
    ['a denial', event({ type: 'access-denied' }), false],
    ['a change of the configuration', event({ type: 'config-change' }), false],
    ['another uid', event({}, { actor: { ...RUNC, uid: 5 } }), false],
    ['another executable', event({}, { actor: { ...RUNC, exe: '/tmp/runc' } }), false],
    ['an actor with only a name', event({}, { actor: { uid: 0, comm: 'runc' } }), false],
    ['nobody', event({}, { actor: null }), false],
    ['an unload of what runc loaded', event({ type: 'program-unload' }, { actor: null, load: { actor: RUNC } }), true],
    [
      'an unload by runc of what another loaded',
      event({ type: 'program-unload' }, { load: { actor: { uid: 0, exe: '/tmp/x' } } }),
      false,
    ],
    ['an unload by runc of what nobody knows', event({ type: 'program-unload' }, { load: {} }), false],
  ])('%s: %s', (_what, each, is) => expect(isRoutine(each)).toBe(is));
});

const actor = fc.constantFrom<JsonObject[]>(
  RUNC,
  { uid: 0, exe: '/usr/lib/systemd/systemd' },
  { uid: 0, exe: '/tmp/x' },
  { uid: 9 },
  {},
);
const extra = fc.constantFrom<JsonObject[]>(
  {},
  {},
  {},
  { result: { success: false } },
  { dangerousHelpers: ['x'] },
  { load: {} },
);
const anyEvent = fc.record({
  step: fc.integer({ min: -5000, max: 70_000 }),
  type: fc.constantFrom(...EVENT_TYPES),
  severity: fc.constantFrom(...SEVERITIES),
  host: fc.constantFrom('a', 'b'),
  actor,
  extra,
  foldedInto: fc.option(fc.constantFrom('e1', 'x'), { nil: undefined }),
});

it('never folds an odd one, and every fold has a head of the same kind that is not folded', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (drawn) => {
      let time = T;
      const folder = new Folder();
      const folded = drawn.map(({ step, type, severity, host, actor: who, extra: more, foldedInto }) => {
        time += step;
        const over = { time, type, severity, host, ...(foldedInto === undefined ? {} : { foldedInto }) };
        return folder.fold(event(over, { actor: who, ...more }));
      });
      const byId = new Map(folded.map((each) => [each.id, each]));
      for (const each of folded) {
        if (each.foldedInto === undefined) continue;
        expect(isRoutine(each)).toBe(true);
        const head = byId.get(each.foldedInto);
        expect(head).toMatchObject({ type: each.type, host: each.host });
        expect(head?.foldedInto).toBeUndefined();
        expect(head && isRoutine(head)).toBe(true);
      }
    }),
  );
});

it('is the last thing that is done to every event', () => {
  const normaliser = new Normaliser();
  const load = (id: number, exe: string) => {
    const records = [
      `BPF prog-id=${id} op=LOAD`,
      `SYSCALL arch=c000003e syscall=321 success=yes exit=4 a0=5 ppid=1 pid=${id} auid=4294967295 uid=0 comm="runc" exe="${exe}"`,
    ];
    return normaliser.push({ kind: 'audit', time: T + id, group: groupOf(records, { time: T + id, serial: id }) })
      .events[0];
  };
  const [first, odd, second] = [load(1, '/usr/bin/runc'), load(2, '/tmp/runc'), load(3, '/usr/bin/runc')];
  expect([first?.foldedInto, odd?.foldedInto, second?.foldedInto]).toEqual([undefined, undefined, first?.id]);
  const unload = (id: number) =>
    normaliser.push({
      kind: 'audit',
      time: T + 90 + id,
      group: groupOf([`BPF prog-id=${id} op=UNLOAD`], { time: T + 90 + id, serial: 90 + id }),
    }).events[0];
  const [runcs, oddOnes, again] = [unload(1), unload(2), unload(3)];
  expect([runcs?.foldedInto, oddOnes?.foldedInto, again?.foldedInto]).toEqual([undefined, undefined, runcs?.id]);
});
