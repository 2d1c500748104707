import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditRecordGroup, Observation } from '../../src/model/observation.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';

const T = 1_700_000_000_000;

function look(time: number, over: Partial<Snapshot> = {}): Observation {
  const snapshot: Snapshot = {
    time,
    host: 'host.example',
    boot: 'boot-1',
    kernel: '6.18',
    bpftoolVersion: '7.1.0',
    problems: [],
    ...over,
  };
  return { kind: 'snapshot', time, snapshot };
}

let serials = 100;

function audit(time: number, lines: readonly string[], over: Partial<AuditRecordGroup> = {}): Observation {
  serials += 1;
  const serial = over.serial === undefined ? serials : over.serial;
  const records = lines.map((body, i) => {
    const type = body.slice(0, body.indexOf(' '));
    return {
      type,
      text: `type=${type} msg=audit(5.0:${serial}): ${body.slice(type.length + 1)}`,
      line: i + 1,
      offset: i,
    };
  });
  return { kind: 'audit', time, group: { time, serial, node: null, origin: 'audit.log', records, ...over } };
}

const LOAD = (id: number) => `BPF prog-id=${id} op=LOAD`;
const UNLOAD = (id: number) => `BPF prog-id=${id} op=UNLOAD`;
const SYSCALL = (pid: number, ppid = 1) =>
  `SYSCALL arch=c000003e syscall=321 success=yes exit=3 a0=5 items=0 ppid=${ppid} pid=${pid} auid=4294967295 uid=0 comm="ld" exe="/usr/bin/ld"`;

/** All that a normaliser makes of observations, one after the other. */
function run(observations: readonly Observation[]) {
  const normaliser = new Normaliser();
  const results = observations.map((each) => normaliser.push(each));
  return {
    results,
    events: results.flatMap(({ events }) => events),
    amendments: results.flatMap(({ amendments }) => amendments),
    own: results.reduce((sum, { own }) => sum + own, 0),
  };
}

const BEFORE = look(T, { prog: [], map: [] });
const AFTER = look(T + 2000, { prog: [bpftoolProgram(60)], map: [] });

describe('programs that came and went between two looks', () => {
  const AUDIT = { enabled: 1, lost: 0, backlog: 0 };
  const at = (seconds: number, highest: number, lost = 0) =>
    look(T + seconds * 1000, {
      prog: [bpftoolProgram(highest)],
      map: [],
      audit: { ...AUDIT, lost },
      extra: { programIds: { highest, exact: true } },
    });
  const notes = (...observations: Parameters<typeof run>[0]) =>
    run(observations).events.filter(({ details }) => details.shortLived !== undefined);

  it('are noted by the ids that are missing', () => {
    expect(notes(at(0, 10), at(2, 40))).toMatchObject([
      { severity: 'warning', details: { shortLived: 29, summary: expect.stringContaining('since program 10') } },
    ]);
  });

  it('are not noted again where the audit log tells of every load', () => {
    expect(notes(at(0, 10), audit(T + 500, [LOAD(11)]), at(2, 40))).toEqual([]);
  });

  it('are noted when the audit log lost records', () => {
    expect(notes(at(0, 10), audit(T + 500, [LOAD(11)]), at(2, 40, 3))).toHaveLength(1);
  });
});

describe('one load that two sources saw', () => {
  it('is one event when bpftool is first, and the audit log adds who did it', () => {
    const { events, amendments } = run([BEFORE, AFTER, audit(T + 1500, [LOAD(60), SYSCALL(41)])]);
    expect(events).toMatchObject([{ type: 'program-load', source: 'bpftool' }]);
    expect(amendments).toMatchObject([
      {
        eventId: events[0]?.id,
        details: { command: { name: 'BPF_PROG_LOAD' }, audit: { record: 'BPF' }, actor: { pid: 41, comm: 'ld' } },
        evidence: [{ origin: 'audit.log', line: 1 }, { line: 2 }],
      },
    ]);
    expect(amendments[0]?.details).not.toHaveProperty('summary');
  });

  it('is one event when the audit log is first, and bpftool adds what was loaded', () => {
    const { events, amendments } = run([BEFORE, audit(T + 1500, [LOAD(60), SYSCALL(41)]), AFTER]);
    expect(events).toMatchObject([{ type: 'program-load', source: 'audit', host: 'host.example' }]);
    expect(amendments).toMatchObject([
      {
        eventId: events[0]?.id,
        details: { object: { kind: 'program', id: 60, name: 'prog_60', type: 'xdp' }, uid: 1000 },
        evidence: [{ origin: 'bpftool prog show' }],
      },
    ]);
  });

  it('is as severe as the worse of both, and says who did what', () => {
    const signaller = look(T + 2000, { prog: [bpftoolProgram(60)], map: [], helpers: { 60: ['bpf_send_signal'] } });
    const load = audit(T + 1500, [LOAD(60), SYSCALL(41)]);
    const told = /^program 60 prog_60 \(xdp\) was loaded by ld \(.*; it calls send_signal$/;
    const [after] = run([{ ...BEFORE }, load, signaller]).amendments;
    expect(after).toMatchObject({ severity: 'error', summary: expect.stringMatching(told) });
    const [before] = run([BEFORE, signaller, load]).amendments;
    expect(before?.severity).toBeUndefined();
    expect(before?.summary).toBe(after?.summary);
  });

  it('does not mix the process that holds it with the one that loaded it', () => {
    const held = bpftoolProgram(60, { pids: [{ pid: 99, comm: 'daemon' }] });
    const seen = look(T + 2000, { prog: [held], map: [] });
    const load = audit(T + 1500, [LOAD(60), SYSCALL(41)]);
    expect(run([BEFORE, seen, load]).amendments[0]?.details).toMatchObject({ caller: { pid: 41, comm: 'ld' } });
    expect(run([BEFORE, load, seen]).amendments[0]?.details).toMatchObject({ holder: { pid: 99, comm: 'daemon' } });
  });

  it('is two events more than a minute apart, or after another boot', () => {
    const late = look(T + 90_000, { prog: [bpftoolProgram(60)], map: [] });
    expect(run([BEFORE, audit(T + 1000, [LOAD(60)]), late]).amendments).toEqual([]);
    const reboot = look(T + 2000, { prog: [], map: [], boot: 'boot-2' });
    const again = look(T + 4000, { prog: [bpftoolProgram(60)], map: [], boot: 'boot-2' });
    expect(run([BEFORE, audit(T + 1000, [LOAD(60)]), reboot, again]).amendments).toEqual([]);
  });

  it('is one event for an unload too, but never by an id that the kernel had cleared', () => {
    const gone = look(T + 4000, { prog: [], map: [] });
    const unload = run([AFTER, audit(T + 3000, [UNLOAD(60)]), gone]);
    expect(unload.events.map(({ type }) => type)).toEqual(['program-unload']);
    expect(unload.amendments).toHaveLength(1);
    expect(run([AFTER, audit(T + 3000, [UNLOAD(0)]), gone]).amendments).toEqual([]);
  });

  it('is not paired with a load that failed', () => {
    const failed = `SYSCALL arch=c000003e syscall=321 success=no exit=-22 a0=5 ppid=1 pid=41 uid=0 comm="ld"`;
    expect(run([BEFORE, audit(T + 1500, [failed]), AFTER]).amendments).toEqual([]);
  });
});

describe('what is seen again', () => {
  it('is no second event: what the kernel printed and what journald took, which has no serial', () => {
    const printed = audit(T, [LOAD(60)]);
    const taken = audit(T + 400, [LOAD(60), SYSCALL(41)], { serial: null });
    for (const [first, second] of [[printed, taken] as const, [taken, printed] as const]) {
      const { events, amendments } = run([first, second]);
      expect(events).toHaveLength(1);
      expect(amendments).toMatchObject([{ eventId: events[0]?.id }]);
      const serial = { ...events[0]?.details, ...amendments[0]?.details }.audit;
      expect(serial).toMatchObject({ serial: expect.any(Number) });
    }
    expect(run([printed, audit(T + 400, [LOAD(60)])]).events).toHaveLength(2);
  });

  it('is no second event: a log that was given twice', () => {
    const group = audit(T, [LOAD(60)]);
    const copy: Observation = { ...group, via: { file: 'c.jsonl', line: 3, offset: 40 } } as Observation;
    const { events, amendments } = run([group, copy]);
    expect(events).toHaveLength(1);
    expect(amendments).toMatchObject([{ eventId: events[0]?.id, evidence: [{ via: { file: 'c.jsonl', line: 3 } }] }]);
  });

  it('gives the same ids live and replayed', () => {
    const live = [BEFORE, AFTER, audit(T + 1500, [LOAD(61)])];
    const replayed = live.map((each, i) => ({ ...each, via: { file: 'c', line: i + 2, offset: 0 } }) as Observation);
    expect(run(replayed).events.map(({ id }) => id)).toEqual(run(live).events.map(({ id }) => id));
    expect(run(replayed).events[0]?.evidence[0]?.via).toEqual({ file: 'c', line: 3, offset: 0 });
  });
});

describe('our own doing', () => {
  const observer = look(T, { prog: [], map: [], observer: { pid: 500 } });

  it('makes no events, and is counted', () => {
    const { events, own } = run([
      observer,
      audit(T + 1, [SYSCALL(500)]),
      audit(T + 2, [LOAD(70), SYSCALL(777, 500)]),
      // The unload of what our tool loaded comes without a system call.
      audit(T + 3, [UNLOAD(70)]),
      audit(T + 4, [LOAD(71), SYSCALL(778, 501)]),
    ]);
    expect(own).toBe(4);
    expect(events).toMatchObject([{ details: { object: { id: 71 } } }]);
  });

  it('is known by what the snapshot names', () => {
    const named = look(T, { prog: [], map: [], own: { programs: [80], maps: [], links: [] } });
    expect(run([named, audit(T + 1, [UNLOAD(80)]), audit(T + 2, [UNLOAD(81)])])).toMatchObject({
      own: 1,
      events: [{ details: { object: { id: 81 } } }],
    });
  });

  it("is not what another host's process with our pid does", () => {
    const other = audit(T + 1, [SYSCALL(500)], { node: 'elsewhere' });
    const ours = audit(T + 2, [SYSCALL(500)], { node: 'host' });
    expect(run([observer, other, ours])).toMatchObject({ own: 1, events: [{ host: 'elsewhere' }] });
  });
});

describe('a record that does not say its host', () => {
  it('is of the one host that was looked at, and of nobody where there are two', () => {
    const first = look(T, { host: 'a' });
    const second = look(T + 20, { host: 'b' });
    const hosts = (observations: Parameters<typeof run>[0]) => run(observations).events.map(({ host }) => host);
    expect(hosts([first, audit(T + 10, [UNLOAD(80)])])).toEqual(['a']);
    expect(hosts([first, second, audit(T + 30, [UNLOAD(80)])])).toEqual(['unknown']);
    expect(hosts([audit(T, [UNLOAD(80)])])).toEqual(['unknown']);
  });
});

describe('snapshots', () => {
  it('gives the inventory and the problems of each', () => {
    const problems = [{ section: 'perf' as const, message: 'no' }];
    const { results } = run([look(T, { prog: [bpftoolProgram(1)], problems })]);
    expect(results[0]).toMatchObject({ events: [], inventory: { covers: ['programs'] }, problems });
  });

  it('keeps what a later one does not speak of', () => {
    const { results, events } = run([
      look(T, { prog: [bpftoolProgram(1)], map: [bpftoolMap(5)], settings: { a: '1' }, helpers: { 1: ['x'] } }),
      look(T + 1000, { map: [bpftoolMap(5), bpftoolMap(6)] }),
      look(T + 2000, { prog: [bpftoolProgram(1), bpftoolProgram(2)] }),
    ]);
    const last = results[2]?.inventory;
    expect(last?.covers).toEqual(['programs', 'maps', 'helpers', 'settings']);
    expect(last?.programs.map(({ id, helpers }) => [id, helpers])).toEqual([
      [1, ['x']],
      [2, null],
    ]);
    expect(last?.maps.map(({ id }) => id)).toEqual([5, 6]);
    expect(last?.settings).toEqual({ a: '1' });
    expect(events.map(({ type, details }) => [type, (details.object as { id: number }).id])).toEqual([
      ['map-create', 6],
      ['program-load', 2],
    ]);
  });

  it('keeps attachments by section', () => {
    const perf = [{ pid: 8, fd: 3, prog_id: 1, fd_type: 'tracepoint', tracepoint: 'sched_switch' }];
    const link = [{ id: 4, type: 'cgroup', prog_id: 1, cgroup_id: 9, attach_type: 'cgroup_device' }];
    const { results } = run([look(T, { perf, link }), look(T + 1, { link: [] })]);
    expect(results[1]?.inventory?.attachments.map(({ section }) => section)).toEqual(['perf']);
  });

  it('does not compare hosts with each other, nor boots', () => {
    const other = look(T + 1, { host: 'other', prog: [bpftoolProgram(9)], map: [] });
    expect(run([BEFORE, other, look(T + 2, { prog: [], map: [] })]).events).toEqual([]);
    const reboot = run([AFTER, look(T + 5000, { boot: 'boot-2', map: [] })]);
    expect(reboot.results[1]?.inventory?.covers).toEqual(['maps']);
  });

  it('lists what could not be decoded, at the line that carried it', () => {
    const via = { file: 'c.jsonl', line: 7, offset: 70 };
    const odd = { ...look(T, { prog: [{ type: 'xdp' }] }), via } as Observation;
    const { results } = run([odd]);
    expect(results[0]?.unreadable).toMatchObject([{ at: via, reason: expect.stringContaining('no id') }]);
    const saved = look(T, { prog: [{ type: 'xdp' }], origins: { programs: 'prog.json' } });
    expect(run([saved]).results[0]?.unreadable).toMatchObject([{ at: { file: 'prog.json' } }]);
  });
});

describe('other observations', () => {
  it('passes events and what is unreadable as they are', () => {
    const event = {
      id: 'x',
      time: 1,
      type: 'map-access' as const,
      severity: 'info' as const,
      source: 's',
      host: 'h',
      details: {},
      evidence: [],
    };
    const unreadable = { at: { file: 'f' }, reason: 'r', text: 't' };
    const { results } = run([
      { kind: 'event', time: 1, event, via: { file: 'c' } },
      { kind: 'unreadable', time: null, unreadable },
    ]);
    expect(results[0]?.events).toEqual([event]);
    expect(results[1]?.unreadable).toEqual([unreadable]);
  });

  it('names records without a rule', () => {
    expect(run([audit(T, ['LOGIN pid=1', 'EOE '])]).results[0]?.unmapped).toEqual({ LOGIN: 1, EOE: 1 });
  });

  it('counts what was let go as it was read', () => {
    const { results } = run([{ kind: 'skipped', time: T, records: { CRED_ACQ: 12, LOGIN: 1 } }]);
    expect(results[0]).toMatchObject({ events: [], unmapped: { CRED_ACQ: 12, LOGIN: 1 }, own: 0 });
  });

  it('counts a type called anything', () => {
    const { results } = run([audit(T, ['__proto__ a=1', '__proto__ a=1', 'constructor a=1'])]);
    expect(Object.entries(results[0]?.unmapped ?? {})).toEqual([
      ['__proto__', 2],
      ['constructor', 1],
    ]);
  });

  it("makes events of an agent's record, on the host that it names", () => {
    const value = {
      process_kprobe: {
        process: { pid: 9, uid: 0, binary: '/usr/bin/ld' },
        function_name: 'security_bpf_prog_load',
        args: [{ bpf_attr_arg: { ProgType: 'BPF_PROG_TYPE_XDP', InsnCnt: 7, ProgName: 'watch' } }],
      },
      node_name: 'host',
      time: '2023-11-14T22:13:20Z',
    };
    const record = {
      agent: 'tetragon',
      name: 'process_kprobe security_bpf_prog_load',
      value,
      at: { file: 't.json' },
      text: '',
    };
    const other = { ...record, name: 'process_exec', value: { process_exec: {}, time: '2023-11-14T22:13:20Z' } };
    const { results } = run([BEFORE, { kind: 'agent', time: T, record }, { kind: 'agent', time: T, record: other }]);
    expect(results[1]).toMatchObject({ events: [{ type: 'program-load', host: 'host.example' }], unmapped: {} });
    expect(results[2]).toMatchObject({ events: [], unmapped: { 'tetragon process_exec': 1 } });
  });

  it('never throws on what a record may say', () => {
    const type = fc.constantFrom(
      'BPF',
      'SYSCALL',
      'AVC',
      'USER_AVC',
      'CONFIG_CHANGE',
      'DAEMON_END',
      'constructor',
      '9999',
    );
    const word = fc.constantFrom(
      'prog-id=',
      'op=',
      'LOAD',
      'UNLOAD',
      ' ',
      '"',
      "'",
      '9',
      'syscall=321',
      ' arch=c000003e',
      ' a0=5',
    );
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(fc.tuple(type, text), { maxLength: 4 }), (records) => {
        const lines = records.map(([name, body]) => `${name} ${body}`);
        for (const event of run([audit(T, lines)]).events) expect(event.details.summary).toEqual(expect.any(String));
      }),
    );
  });
});
