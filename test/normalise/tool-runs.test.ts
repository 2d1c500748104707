import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/model/observation.ts';
import { Normaliser } from '../../src/normalise/normaliser.ts';
import { groupOf, told } from './audit/groups.ts';

const T = 1_700_000_000_000;

interface Process {
  readonly pid?: number;
  readonly uid?: number;
  readonly comm?: string;
  readonly exe?: string;
}

/** A log of one host: each line is 10 ms after the one before. */
class Log {
  #observations: Observation[] = [];
  #time = T;

  /** A call of bpf(2) by bpftool, or by `who`, with the BPF record `bpf` if any. */
  call(
    a0: string,
    { pid = 50, uid = 0, comm = 'bpftool', exe = '/usr/sbin/bpftool' }: Process = {},
    bpf = '',
    result = 'success=yes exit=4',
  ): this {
    const who = `ppid=1 pid=${pid} auid=0 uid=${uid} comm="${comm}" exe="${exe}" key="bpf"`;
    return this.add(...(bpf === '' ? [] : [bpf]), `SYSCALL arch=c000003e syscall=321 ${result} a0=${a0} ${who}`);
  }

  load(id: number, who: Process = {}): this {
    return this.call('5', who, `BPF prog-id=${id} op=LOAD`);
  }

  /** The kernel frees a program in nobody's name. */
  gone(id: number): this {
    return this.add(`BPF prog-id=${id} op=UNLOAD`);
  }

  closed(id: number, pid = 50): this {
    const who = `ppid=1 pid=${pid} uid=0 comm="bpftool" exe="/usr/sbin/bpftool"`;
    return this.add(`BPF prog-id=${id} op=UNLOAD`, `SYSCALL arch=c000003e syscall=3 success=yes exit=0 a0=4 ${who}`);
  }

  wait(ms: number): this {
    this.#time += ms;
    this.#observations.push({ kind: 'skipped', time: this.#time, records: { LOGIN: 1 } });
    return this;
  }

  add(...bodies: string[]): this {
    this.#time += 10;
    const serial = this.#observations.length + 1;
    this.#observations.push({ kind: 'audit', time: this.#time, group: groupOf(bodies, { time: this.#time, serial }) });
    return this;
  }

  /** What a normaliser makes of it all. */
  read() {
    const normaliser = new Normaliser();
    const results = [...this.#observations.map((each) => normaliser.push(each)), normaliser.finish()];
    const events = results.flatMap((each) => [...each.events]);
    return { events, told: told(events), own: results.reduce((sum, { own }) => sum + own, 0) };
  }
}

/** `bpftool prog show` with the pid iterator, as a rule for bpf(2) tells of it. */
function listing(log: Log): Log {
  log
    .load(90)
    .closed(90)
    .call('12')
    .call('0')
    .call('2')
    .call('16')
    .load(91)
    .call('1c')
    .call('21')
    .call('b')
    .call('d')
    .call('f');
  return log.closed(91).call('b', {}, '', 'success=no exit=-2');
}

describe("a tool's reading", () => {
  it('of lists and objects makes no events, whoever calls himself so', () => {
    const log = new Log()
      .call('b')
      .call('d')
      .call('f')
      .call('1')
      .call('4', { comm: 'bpftool', exe: '/tmp/x', uid: 1000 });
    expect(log.read()).toMatchObject({ events: [], own: 5 });
    expect(new Log().call('c', { comm: 'worker', exe: '/root/bpfwitness' }).read()).toMatchObject({
      events: [],
      own: 1,
    });
  });

  it('through an iterator makes no events', () => {
    expect(listing(new Log()).read()).toMatchObject({ events: [], own: 18 });
  });

  it('through an iterator whose program the kernel frees late makes none', () => {
    const log = new Log().load(91).call('1c').call('21').wait(500).gone(91);
    expect(log.read()).toMatchObject({ events: [], own: 5 });
  });

  it('does not hide what others do meanwhile', () => {
    const other = { pid: 60, comm: 'ld', exe: '/usr/bin/ld' };
    const log = new Log().load(91).load(92, other).call('1c').call('21').closed(91);
    expect(log.read().told).toEqual(['program-load warning: program 92 was loaded by ld (pid 60, uid 0)']);
  });

  it('that was refused is an event', () => {
    const { events } = new Log().call('b', {}, '', 'success=no exit=-1').read();
    expect(events).toMatchObject([{ type: 'access-denied', severity: 'warning', details: { tool: 'bpftool' } }]);
  });

  it('of descriptors is none even where it is refused, when it is root with the real bpftool', () => {
    const refused = 'success=no exit=-1';
    expect(new Log().call('14', {}, '', refused).read().told).toEqual([]);
    expect(new Log().call('14', { exe: '/tmp/bpftool' }, '', refused).read().told).toHaveLength(1);
    expect(new Log().call('14', { uid: 1000 }, '', refused).read().told).toHaveLength(1);
  });
});

describe('what is done with bpftool by hand', () => {
  it.each([
    ['a pin', (log: Log) => log.load(91).call('6'), ['program-load', 'map-access'], 'warning'],
    ['an attachment', (log: Log) => log.call('8'), ['program-attach'], 'warning'],
    [
      'a link that stays',
      (log: Log) => log.load(91).call('1c').wait(9000),
      ['program-load', 'program-attach'],
      'warning',
    ],
    ['a program that stays', (log: Log) => log.load(91).wait(9000), ['program-load'], 'warning'],
    [
      'a program that stays beside an iterator',
      (log: Log) => log.load(91).call('1c').call('21').wait(9000),
      ['program-load', 'program-attach', 'map-access'],
      'warning',
    ],
    ['a program at the end of the log', (log: Log) => log.load(91), ['program-load'], 'warning'],
    ['a map', (log: Log) => log.call('0').call('6'), ['map-create', 'map-access'], 'info'],
    [
      'a refused load',
      (log: Log) => log.load(91).call('5', {}, '', 'success=no exit=-1'),
      ['program-load', 'access-denied'],
      'warning',
    ],
  ])('is events, labelled: %s', (_what, write, types, severity) => {
    const { events, own } = write(new Log()).read();
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events[0]?.severity).toBe(severity);
    expect(events.every(({ details }) => details.tool === 'bpftool')).toBe(true);
    expect(own).toBe(0);
  });

  it('to the map of another is a warning', () => {
    const { events, own } = new Log().call('e').call('2').read();
    expect(events).toMatchObject([
      { type: 'map-access', severity: 'warning', details: { openedById: true, tool: 'bpftool' } },
    ]);
    expect(own).toBe(1);
  });

  it('comes in the order in which it was done, loads before what is done with them', () => {
    const { events } = new Log().load(91).load(92).call('6').call('6').wait(1).read();
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted());
  });

  it('does not wait for longer than an iterator takes', () => {
    const normaliser = new Normaliser();
    const group = groupOf(
      [
        'BPF prog-id=5 op=LOAD',
        'SYSCALL arch=c000003e syscall=321 success=yes exit=4 a0=5 pid=5 uid=0 comm="bpftool" exe="/usr/sbin/bpftool"',
      ],
      { time: T },
    );
    const seen = (observation: Observation) => normaliser.push(observation).events.length;
    expect(seen({ kind: 'audit', time: T, group })).toBe(0);
    expect(seen({ kind: 'skipped', time: T + 5000, records: {} })).toBe(0);
    expect(seen({ kind: 'skipped', time: T + 5001, records: {} })).toBe(1);
    expect(normaliser.finish().events).toEqual([]);
  });
});

describe('loads that are gone at once', () => {
  it('are debug where no rule for bpf(2) would tell of an iterator', () => {
    const { events, own } = new Log().load(91).closed(91).wait(9000).read();
    expect(events.map(({ type, severity, details }) => [type, severity, details.tool])).toEqual([
      ['program-load', 'debug', 'bpftool'],
      ['program-unload', 'debug', 'bpftool'],
    ]);
    expect(events[1]?.details.load).toMatchObject({ eventId: events[0]?.id });
    expect(own).toBe(0);
  });

  it('are debug before a load by hand: libbpf tries the kernel first', () => {
    const { told: said } = new Log().load(90).closed(90).load(91).call('6').read();
    expect(said).toEqual([
      'program-load debug: program 90 was loaded by bpftool (pid 50, uid 0)',
      'program-unload debug: program 90 was unloaded: bpftool (pid 50, uid 0) let go of it',
      'program-load warning: program 91 was loaded by bpftool (pid 50, uid 0)',
      'map-access info: bpftool (pid 50, uid 0) pinned an object',
    ]);
  });

  it('stand as they are when something was attached', () => {
    expect(new Log().load(91).call('1c').closed(91).wait(9000).read().told[0]).toMatch(/^program-load warning/);
  });

  it('stand as they are when another process let go of them', () => {
    const other = 'SYSCALL arch=c000003e syscall=3 success=yes exit=0 a0=4 pid=60 uid=0 comm="sh" exe="/bin/sh"';
    const { told: said } = new Log().load(91).call('1c').call('21').add('BPF prog-id=91 op=UNLOAD', other).read();
    expect(said[0]).toMatch(/^program-load warning/);
    expect(said).toHaveLength(4);
  });

  it.each([
    ['a process that only calls itself bpftool', { comm: 'bpftool', exe: '/usr/bin/python3' }],
    ['one from where anybody can write', { comm: 'bpftool', exe: '/tmp/bpftool' }],
    ['one that is not root', { comm: 'bpftool', exe: '/usr/sbin/bpftool', uid: 1000 }],
    ['our own, which loads nothing', { comm: 'bpfwitness', exe: '/usr/bin/bpfwitness' }],
  ])('stand as they are when loaded by %s', (_who, who) => {
    const { events, own } = new Log().load(91, who).call('1c', who).call('21', who).gone(91).read();
    expect(events.map(({ type }) => type)).toEqual(['program-load', 'program-attach', 'map-access', 'program-unload']);
    expect(['warning', 'error']).toContain(events[0]?.severity);
    expect(own).toBe(0);
  });
});

it('holds no more than so much back', () => {
  const log = new Log();
  for (let i = 1; i <= 200; i += 1) log.load(i, { pid: i });
  const { events } = log.read();
  expect(events).toHaveLength(200);
  const one = new Log();
  for (let i = 1; i <= 700; i += 1) one.load(i);
  expect(one.read().events).toHaveLength(700);
});

it('tells a map that a process made from one that it opened', () => {
  const who = { pid: 70, comm: 'agent', exe: '/usr/bin/agent' };
  const severities = (log: Log) => log.read().events.map(({ severity }) => severity);
  expect(severities(new Log().call('0', who).call('2', who))).toEqual(['info', 'info']);
  expect(severities(new Log().call('e', who).call('2', who).call('3', who))).toEqual(['info', 'warning', 'warning']);
  expect(severities(new Log().call('e', who).call('0', who).call('2', who))).toEqual(['info', 'info', 'info']);
  expect(severities(new Log().call('e', who).call('2', { ...who, pid: 71 }))).toEqual(['info', 'info']);
  const runtime = { pid: 72, comm: 'runc', exe: '/usr/bin/runc' };
  expect(severities(new Log().call('e', runtime).call('2', runtime))).toEqual(['info', 'info']);
});
