import { describe, expect, it } from 'vitest';
import { inspectSource } from '../../src/engine/inspect.ts';
import type { AuditRecordGroup, InputFacts, Observation } from '../../src/model/observation.ts';
import { inputFacts, inputSource } from '../helpers/input-facts.ts';
import { makeEvent } from '../store/fixture-event.ts';

const LOG = '/evidence/audit.log';
const TIME = 1_707_546_943_213;

/** An audit event of these records, each a type and what follows its header. */
function audit(serial: number, ...records: readonly (readonly [type: string, rest: string])[]): Observation {
  const group: AuditRecordGroup = {
    time: TIME + serial,
    serial,
    node: null,
    origin: LOG,
    records: records.map(([type, rest], index) => ({
      type,
      text: `type=${type} msg=audit(1707546943.213:${serial}): ${rest}`,
      line: serial * 10 + index,
      offset: 0,
    })),
  };
  return { kind: 'audit', time: group.time, group };
}

function unread(file: string, line: number | undefined, reason: string): Observation {
  const at = line === undefined ? { file } : { file, line };
  return { kind: 'unreadable', time: null, unreadable: { at, reason, text: '' } };
}

/** What a source says of a file that it found and did not read. */
function nothingIn(name: string, format: string): InputFacts {
  return inputFacts({ name, format, bytes: 0, lines: 0 });
}

const CALL =
  'arch=c000003e syscall=321 success=yes exit=5 a0=5 a1=7ffd a2=90 a3=0 items=0 ppid=1 pid=42 auid=1000 uid=0 gid=0 euid=0 comm="loader" exe="/usr/bin/loader"';

async function inspect(observations: readonly Observation[], facts: readonly InputFacts[]) {
  return inspectSource(inputSource(observations, facts), new AbortController().signal);
}

describe('an inspection', () => {
  it('knows the record that told again, however a log spells it', async () => {
    const unload = 'prog-id=60 op=UNLOAD';
    const printed: AuditRecordGroup = {
      time: TIME + 2,
      serial: 2,
      node: null,
      origin: '/evidence/dmesg',
      records: [
        {
          type: '1334',
          text: `type=1334 msg=audit(1707546943.213:2): ${unload}`,
          raw: `[   12.345678] audit: type=1334 audit(1707546943.213:2): ${unload}`,
          line: 4,
          offset: 90,
        },
      ],
    };
    const inspection = await inspect(
      [audit(2, ['BPF', unload]), { kind: 'audit', time: printed.time, group: printed }],
      [inputFacts({ name: LOG, records: { BPF: 1 } }), inputFacts({ name: '/evidence/dmesg', records: { BPF: 1 } })],
    );
    expect(inspection.inputs.map(({ records }) => records)).toEqual([
      [{ type: 'BPF', count: 1, events: { 'program-unload': 1 }, again: 0 }],
      [{ type: 'BPF', count: 1, events: {}, again: 1 }],
    ]);
  });

  it('says what the records of each type became', async () => {
    const records = { SYSCALL: 2, BPF: 2, PATH: 7 };
    const inspection = await inspect(
      [
        audit(1, ['SYSCALL', CALL], ['BPF', 'prog-id=60 op=LOAD']),
        audit(2, ['BPF', 'prog-id=60 op=UNLOAD']),
        { kind: 'skipped', time: TIME, records: { PATH: 7, SYSCALL: 1 } },
      ],
      [inputFacts({ name: LOG, records })],
    );
    expect(inspection.inputs[0]?.records).toEqual([
      { type: 'BPF', count: 2, events: { 'program-load': 1, 'program-unload': 1 }, again: 0 },
      { type: 'PATH', count: 7, events: {}, again: 0 },
      { type: 'SYSCALL', count: 2, events: {}, again: 0 },
    ]);
    expect(inspection.totals).toEqual({
      bytes: 2048,
      lines: 3,
      events: { 'program-load': 1, 'program-unload': 1 },
      unmapped: { PATH: 7, SYSCALL: 1 },
      ownRecords: 0,
    });
  });

  it('tells inputs apart', async () => {
    const snapshot = (time: number, ids: readonly number[]): Observation => ({
      kind: 'snapshot',
      time,
      snapshot: {
        time,
        host: 'unknown',
        boot: null,
        kernel: null,
        bpftoolVersion: null,
        prog: ids.map((id) => ({ id, type: 'xdp', name: 'x', tag: 'a04f5eef06a7f555', loaded_at: 1, uid: 0 })),
        problems: [{ section: null, message: 'put right: a trailing comma' }],
        origins: { programs: '/evidence/bpftool/prog.json' },
      },
    });
    const event = makeEvent(1);
    const inspection = await inspect(
      [
        snapshot(TIME, [1]),
        snapshot(TIME + 1000, [1, 2]),
        { kind: 'event', time: event.time, event, via: { file: 'host.capture', line: 2 } },
        unread('host.capture', 3, 'is not JSON, or is cut off'),
      ],
      [
        inputFacts({ name: 'host.capture', records: { event: 1 } }),
        inputFacts({ name: '/evidence/bpftool/prog.json', records: { prog: 3 } }),
      ],
    );
    const [capture, listings] = inspection.inputs;
    expect(capture).toMatchObject({
      unreadable: 1,
      records: [{ type: 'event', count: 1, events: { [event.type]: 1 } }],
    });
    expect(listings?.unreadable).toBe(0);
    expect(listings?.records).toEqual([
      { type: 'snapshot', count: 0, events: { 'program-load': 1 }, again: 0 },
      { type: 'prog', count: 3, events: {}, again: 0 },
    ]);
    expect(inspection.problems).toEqual(['put right: a trailing comma']);
  });

  it('lists what could not be read, apart from what was passed over', async () => {
    const inspection = await inspect(
      [
        ...[1, 2, 3, 4].map((line) => unread(LOG, line, 'no audit record')),
        unread('/evidence/secret', undefined, 'permission denied'),
      ],
      [
        inputFacts({ name: LOG }),
        nothingIn('/evidence/secret', 'not read: permission denied'),
        nothingIn('/evidence/README', 'not recognised'),
      ],
    );
    expect(inspection.unreadable.count).toBe(5);
    expect(inspection.unreadable.listed.map(({ at }) => at.line)).toEqual([1, 2, 3, 4, undefined]);
    expect(inspection.passedOver).toEqual({
      count: 1,
      listed: [{ name: '/evidence/README', reason: 'not recognised' }],
    });
    expect(inspection.inputs.map(({ name }) => name)).toEqual([LOG]);
    expect(inspection.inputs[0]?.unreadable).toBe(4);
  });

  it('keeps a bounded number of names, however many an input makes up', async () => {
    const records = (from: number) =>
      Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`TYPE_${from + index}`, 1]));
    const inspection = await inspect(
      [
        { kind: 'skipped', time: TIME, records: records(0) },
        { kind: 'skipped', time: TIME, records: records(6000) },
      ],
      [inputFacts({ name: LOG })],
    );
    const counts = Object.values(inspection.totals.unmapped);
    expect(counts.length).toBeLessThanOrEqual(10_001);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12_000);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const source = inputSource(
      [audit(1, ['BPF', 'prog-id=60 op=LOAD']), audit(2, ['BPF', 'prog-id=60 op=UNLOAD'])],
      [inputFacts({ name: LOG })],
    );
    const inspection = await inspectSource(source, abort.signal, () => abort.abort());
    expect(inspection.totals.events).toEqual({ 'program-load': 1 });
  });
});
