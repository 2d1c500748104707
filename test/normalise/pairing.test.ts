import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/model/event.ts';
import type { Gap, Observation } from '../../src/model/observation.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { programLives } from '../../src/trends/program-lives.ts';
import { bpftoolProgram } from '../helpers/observations.ts';
import { groupOf } from './audit/groups.ts';

const T = 1_700_000_000_000;

function at(time: number, serial: number | null, ...bodies: string[]): Observation {
  return { kind: 'audit', time, group: groupOf(bodies, { time, serial }) };
}

const load = (id: number) => `BPF prog-id=${id} op=LOAD`;
const unload = (id: number) => `BPF prog-id=${id} op=UNLOAD`;
const by = (comm: string) =>
  `SYSCALL arch=c000003e syscall=321 success=yes exit=4 a0=5 ppid=1 pid=9 uid=0 comm="${comm}" exe="/opt/${comm}"`;

function gap(kind: Gap['kind'], time: number, host: string | null = null): Observation {
  return {
    kind: 'gap',
    time,
    host,
    gap: { kind, at: { file: 'a.log', line: 3, offset: 70 }, time, count: 12, message: `${kind}!` },
  };
}

function look(time: number, ids: readonly number[], boot: string): Observation {
  const snapshot = {
    time,
    host: 'h',
    boot,
    kernel: null,
    bpftoolVersion: null,
    problems: [],
    prog: ids.map((id) => bpftoolProgram(id)),
  };
  return { kind: 'snapshot', time, snapshot };
}

function run(...observations: readonly Observation[]): AuditEvent[] {
  const normaliser = new Normaliser();
  return observations.flatMap((each) => [...normaliser.push(each).events]);
}

const pairs = (events: readonly AuditEvent[]) => events.filter(({ details }) => details.load !== undefined);

describe('an unload', () => {
  it('is paired with its load, and says how long the program was there and who had loaded it', () => {
    const [first, second] = run(at(T, 1, load(60), by('ld')), at(T + 1500, 2, unload(60)));
    expect(second?.details).toMatchObject({
      load: { eventId: first?.id, time: T, severity: 'warning', actor: { pid: 9, comm: 'ld' } },
      lifeMs: 1500,
    });
    expect(second?.details).not.toHaveProperty('boot');
  });

  it('is paired once, and by id on its host', () => {
    const elsewhere: Observation = {
      kind: 'audit',
      time: T + 1,
      group: groupOf([unload(60)], { time: T + 1, node: 'b' }),
    };
    expect(pairs(run(at(T, 1, load(60)), elsewhere, at(T + 2, 2, unload(61))))).toEqual([]);
    expect(pairs(run(at(T, 1, load(60)), at(T + 1, 2, unload(60)), at(T + 2, 3, unload(60))))).toHaveLength(1);
  });

  it('without an id is paired with nothing, as 5.14 to 5.16 write it (rhel9_tail)', () => {
    const log = [
      load(60),
      unload(0),
      load(61),
      unload(0),
      load(62),
      unload(0),
      load(63),
      unload(0),
      unload(0),
      unload(0),
    ];
    const events = run(...log.map((body, i) => at(T + i, i + 1, body)));
    expect(events.map(({ type }) => type).filter((type) => type === 'program-load')).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'program-unload')).toHaveLength(6);
    expect(pairs(events)).toEqual([]);
    expect(programLives(events).map(({ programId, end }) => [programId, end])).toEqual([
      ...Array.from({ length: 6 }, () => [null, 'unloaded']),
      ...[60, 61, 62, 63].map((id) => [id, 'still loaded at the end']),
    ]);
  });

  it('is paired across a jump of the clock within a boot (openbmc_console)', () => {
    const jump = 120 * 86_400_000;
    const loads = [11, 12, 13, 14, 15, 16, 17];
    const events = run(
      ...loads.map((id, i) => at(T + i, i + 1, load(id))),
      gap('clock', T + jump),
      ...loads.map((id, i) => at(T + jump + i, i + 20, unload(id))),
    );
    expect(pairs(events)).toHaveLength(7);
    expect(pairs(events)[0]?.details.lifeMs).toBe(jump);
  });

  it('has no length of life where the clock was set back', () => {
    const [, second] = run(at(T, 1, load(60)), at(T - 5000, 2, unload(60)));
    expect(second?.details).toMatchObject({ load: { time: T } });
    expect(second?.details).not.toHaveProperty('lifeMs');
  });

  it.each([
    ['that lost their serials', [gap('boot', T + 10)]],
    ['of the kernel that begins to audit', [at(T + 10, 1, '2000 state=initialized audit_enabled=0 res=1')]],
    ['that user space tells of', [at(T + 10, 3, "SYSTEM_BOOT pid=9 uid=0 msg=' res=success'")]],
    ['of another boot id', [look(T + 10, [], 'b')]],
  ])('is not paired across records %s', (_what, boot) => {
    const events = run(look(T - 1, [], 'a'), at(T, 900, load(60)), ...boot, at(T + 20, 8, unload(60)));
    expect(pairs(events)).toEqual([]);
    expect(events.at(-1)?.details).toMatchObject({ boot: 1 });
    expect(programLives(events)).toMatchObject([
      { programId: 60, loaded: null, end: 'unloaded' },
      { programId: 60, unloaded: null, end: 'boot' },
    ]);
  });

  it('is paired within the boot that a snapshot shows late', () => {
    const boot = [gap('boot', T + 5), at(T + 6, 3, load(60)), look(T + 1000, [60], 'b'), at(T + 1001, 4, unload(60))];
    expect(pairs(run(look(T, [], 'a'), ...boot))).toHaveLength(1);
    const twice = run(
      look(T, [], 'a'),
      look(T + 5, [], 'b'),
      at(T + 6, 3, load(60)),
      look(T + 9, [], 'c'),
      at(T + 10, 4, unload(60)),
    );
    expect(pairs(twice)).toEqual([]);
  });

  it('is paired within a boot that was told of before: systemd loads programs before auditd runs', () => {
    const start = [gap('boot', T), at(T, 1, '2000 state=initialized audit_enabled=0 res=1'), at(T + 1, 3, load(60))];
    const events = run(
      ...start,
      at(T + 9000, 120, "SYSTEM_BOOT pid=9 msg=' res=success'"),
      at(T + 9001, 121, unload(60)),
    );
    expect(pairs(events)).toHaveLength(1);
    const late = run(
      at(T, 3, load(60)),
      at(T + 9000, 120, "SYSTEM_BOOT pid=9 msg=' res=success'"),
      at(T + 9001, 121, unload(60)),
    );
    expect(pairs(late)).toHaveLength(1);
  });

  it('does not take what auditd numbers by itself for a serial of the kernel', () => {
    const events = run(
      at(T, 900, load(60)),
      at(T + 1, 5, 'DAEMON_START op=start pid=9 res=success'),
      at(T + 2, 6, "SYSTEM_BOOT pid=9 msg=' res=success'"),
      at(T + 3, 7, unload(60)),
    );
    expect(pairs(events)).toEqual([]);
  });

  it('is paired across sources', () => {
    const known = run(look(T, [], 'a'), look(T + 2000, [60], 'a'), at(T + 70_000, 5, unload(60)));
    expect(pairs(known)).toMatchObject([{ source: 'audit', details: { load: { eventId: known[0]?.id } } }]);
    const gone = run(look(T - 5, [], 'a'), at(T, 1, load(60), by('ld')), look(T + 90_000, [], 'a'));
    expect(pairs(gone)).toEqual([]);
  });

  it('names the caller that a second source told of', () => {
    const events = run(
      look(T, [], 'a'),
      look(T + 2000, [60], 'a'),
      at(T + 1500, 1, load(60), by('ld')),
      at(T + 5000, 2, unload(60)),
    );
    expect(pairs(events)).toMatchObject([{ details: { load: { actor: { pid: 9, comm: 'ld' } } } }]);
  });

  it("of a security agent's program is a warning", () => {
    expect(run(at(T, 1, load(60), by('tetragon')), at(T + 5, 2, unload(60)))[1]?.severity).toBe('warning');
  });
});

describe('a load of an id that is loaded', () => {
  it('tells of the load whose end nobody saw', () => {
    const [first, second] = run(at(T, 1, load(60)), at(T + 5, 2, load(60)));
    expect(second?.details.unseenUnload).toEqual({ eventId: first?.id, time: T });
  });

  it('that failed is none', () => {
    const failed = by('ld').replace('success=yes exit=4', 'success=no exit=-22');
    expect(pairs(run(at(T, 1, load(60)), at(T + 1, 2, failed), at(T + 5, 3, unload(60))))).toHaveLength(1);
  });
});

describe('gaps', () => {
  it.each(['suppressed', 'lost', 'serials'] as const)('of kind %s are a warning', (kind) => {
    expect(run(gap(kind, T, 'web1'))).toMatchObject([
      {
        type: 'security-alert',
        severity: 'warning',
        host: 'web1',
        time: T,
        details: { summary: `audit records were lost: ${kind}!`, gap: { kind, count: 12 } },
        evidence: [{ origin: 'a.log', line: 3, offset: 70, text: `${kind}!` }],
      },
    ]);
  });

  it.each(['clock', 'boot'] as const)('of kind %s are no events', (kind) => expect(run(gap(kind, T))).toEqual([]));

  it('that are told of twice are one', () => expect(run(gap('lost', T), gap('lost', T))).toHaveLength(1));
});
