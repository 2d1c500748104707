import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/model/event.ts';
import type { Observation } from '../../../src/model/observation.ts';
import { Normaliser } from '../../../src/normalise/normaliser.ts';
import { agentFormat, agentSource } from '../../../src/sources/agents/detect.ts';
import { memoryInput } from '../../../src/sources/bytes.ts';
import { collect } from '../helpers.ts';

/** Everything that a text gives when it is read as what it is found to be. */
async function read(text: string) {
  const format = agentFormat(text.slice(0, 64 * 1024));
  if (format === null) throw new Error('not recognised');
  const source = agentSource(memoryInput('log.json', Buffer.from(text)), format);
  const observations = await collect(source);
  const normaliser = new Normaliser();
  const events = [...observations.flatMap((each) => normaliser.push(each).events), ...normaliser.finish().events];
  return { format, observations, events, facts: source.facts()[0], records: source.progress().records };
}

function groups(observations: readonly Observation[]) {
  return observations.flatMap((each) => (each.kind === 'audit' ? [each.group] : []));
}

function summaries(events: readonly AuditEvent[]) {
  return events.map(({ type, host, details }) => `${host} ${type}: ${details.summary}`);
}

const lines = (...values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('an entry of several records', () => {
  const stamp = 'msg=audit(1707546943.213:164)';
  const call = `type=SYSCALL ${stamp}: arch=c000003e syscall=321 success=yes exit=5 a0=5 pid=42 uid=0 comm="x"`;

  it('gives all of them', async () => {
    const message = `${call}\ntype=BPF ${stamp}: prog-id=60 op=LOAD\n`;
    const { events, records } = await read(lines({ message, '@timestamp': '2024-02-10T06:35:43.2Z' }));
    expect(summaries(events)).toEqual(['unknown program-load: program 60 was loaded by x (pid 42, uid 0)']);
    expect(records).toEqual({ SYSCALL: 1, BPF: 1 });
  });

  it('says of one in it that is none', async () => {
    const { observations, records } = await read(
      lines({ ID: '1707546943.213:164', BPF: [{ 'prog-id': 60, op: 'LOAD' }, null, 5] }),
    );
    expect(records).toEqual({ BPF: 1 });
    expect(observations.filter(({ kind }) => kind === 'unreadable')).toHaveLength(1);
  });
});

describe('laurel', () => {
  const load = {
    ID: '1707546943.213:164',
    NODE: 'work',
    SYSCALL: {
      arch: '0xc000003e',
      syscall: 321,
      success: 'yes',
      exit: 8,
      items: 0,
      ppid: 10,
      pid: 11,
      auid: 1000,
      uid: 0,
      tty: '(none)',
      ses: 4294967295,
      comm: 'bpf "x"',
      exe: '/usr/bin/loader',
      key: 'bpf',
      ARCH: 'x86_64',
      SYSCALL: 'bpf',
      AUID: 'user',
      UID: 'root',
      ARGV: ['0x5', '0x7ffd7e0', '0x94', '0x0'],
    },
    PROCTITLE: { ARGV: ['bpftool', 'prog', 'load x'] },
    BPF: { 'prog-id': 75, op: 'LOAD' },
    PARENT_INFO: { ID: '1.1:1', comm: 'sh' },
  };

  it('counts what is no record', async () => {
    const text = lines(load, { ID: '1707546943.000:10', PATH: Array(400_000).fill(1), CWD: 'x', A: 1, B: 2 });
    const { events, observations } = await read(text);
    const reasons = observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable.reason] : []));
    expect(events).toHaveLength(1);
    expect(reasons).toEqual([
      'laurel: PATH is no record, 400000 times',
      'laurel: CWD is no record',
      'laurel: A is no record',
      'laurel: B is no record',
    ]);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`K${index}`, 1]));
    const others = (await read(lines(load, { ID: '1707546943.000:10', ...many }))).observations;
    const last = others.findLast((each) => each.kind === 'unreadable');
    expect(last?.unreadable.reason).toBe('laurel: 990 more are no records');
  });

  it('gives the event that the audit log would', async () => {
    const { format, events, facts, observations } = await read(lines(load));
    expect(format).toBe('laurel');
    expect(summaries(events)).toEqual(['work program-load: program 75 was loaded by bpf "x" (pid 11, uid 0)']);
    expect(events[0]).toMatchObject({
      time: 1_707_546_943_213,
      source: 'audit',
      details: {
        object: { kind: 'program', id: 75 },
        actor: { pid: 11, auid: 1000, exe: '/usr/bin/loader', keys: ['bpf'], proctitle: 'bpftool prog load x' },
        command: { number: 5, name: 'BPF_PROG_LOAD' },
        result: { success: true, exit: 8 },
      },
    });
    expect(facts).toMatchObject({
      format: 'laurel JSON',
      hosts: ['work'],
      records: { SYSCALL: 1, PROCTITLE: 1, BPF: 1 },
      timeRange: { first: 1_707_546_943_213, last: 1_707_546_943_213 },
      gaps: [],
    });
    const [group] = groups(observations);
    expect(group?.records.map(({ type, text }) => [type, text])).toContainEqual([
      'BPF',
      'type=BPF msg=audit(1707546943.213:164): prog-id=75 op=LOAD',
    ]);
    expect(group?.records[0]).toMatchObject({ line: 1, offset: 0, raw: JSON.stringify(load) });
  });

  it('reads lists of records, and counts an event without BPF', async () => {
    const refused = {
      ID: '1707546944.000:165',
      SYSCALL: { ...load.SYSCALL, success: 'no', exit: -1 },
      AVC: [{ seresult: 'denied', seperms: 'prog_load', tclass: 'bpf', permissive: 0 }],
    };
    const other = {
      ID: '1707546945.000:166',
      SYSCALL: { arch: '0xc000003e', syscall: 59, success: 'yes', exit: 0, ARGV: ['0x1'] },
      EXECVE: { argc: 2, ARGV: ['ls', '-l a'] },
      PATH: [
        { item: 0, name: '/bin/ls', mode: '0o100755' },
        { item: 1, name: null },
      ],
    };
    const { events, records, observations } = await read(lines(refused, other));
    expect(events.map(({ type }) => type)).toContain('access-denied');
    expect(records).toEqual({ SYSCALL: 2, AVC: 1, EXECVE: 1, PATH: 2 });
    expect(observations.filter(({ kind }) => kind === 'skipped')).toEqual([
      { kind: 'skipped', time: 1_707_546_945_000, records: { SYSCALL: 1, EXECVE: 1, PATH: 2 } },
    ]);
  });
});

describe('a large event', () => {
  it('may have more arguments than a call can take', async () => {
    const ARGV = Array.from({ length: 150_000 }, (_, index) => `a b${index}`);
    const { events } = await read(
      lines({ ID: '1.000:1', EXECVE: { argc: ARGV.length, ARGV }, BPF: { 'prog-id': 7, op: 'LOAD' } }),
    );
    expect(events).toMatchObject([{ type: 'program-load', details: { object: { id: 7 } } }]);
  });

  it('is the same when the file is read again', async () => {
    const text = lines({ ID: '1.000:1', BPF: { 'prog-id': 7, op: 'LOAD' } });
    const source = agentSource(memoryInput('f', Buffer.from(text)), 'laurel');
    const first = await collect(source);
    const facts = source.facts();
    expect(await collect(source)).toEqual(first);
    expect(source.facts()).toEqual(facts);
  });
});

describe('go-audit', () => {
  const load = {
    sequence: 164,
    timestamp: '1707546943.213',
    messages: [
      {
        type: 1300,
        data: 'arch=c000003e syscall=321 success=yes exit=8 a0=5 ppid=10 pid=11 auid=1000 uid=0 comm="bpf" exe="/bpf"',
      },
      { type: 1334, data: 'prog-id=75 op=LOAD' },
      { type: 1327, data: 'proctitle=62706600782E6F' },
    ],
    uid_map: { '0': 'root', '1000': 'user' },
  };

  it('gives the event that the audit log would, on the host that syslog names', async () => {
    const { format, events, records } = await read(`Nov 17 12:18:00 web1 go-audit[12]: ${JSON.stringify(load)}\n`);
    expect(format).toBe('go-audit');
    expect(summaries(events)).toEqual(['web1 program-load: program 75 was loaded by bpf (pid 11, uid 0)']);
    expect(events[0]?.details).toMatchObject({ actor: { proctitle: 'bpf x.o' }, audit: { serial: 164 } });
    expect(records).toEqual({ SYSCALL: 1, BPF: 1, PROCTITLE: 1 });
  });

  it('says what is missing', async () => {
    const { observations } = await read(lines(load, { ...load, timestamp: 'x' }));
    expect(observations).toContainEqual(
      expect.objectContaining({
        kind: 'unreadable',
        unreadable: expect.objectContaining({ reason: 'go-audit: no timestamp and sequence of the event' }),
      }),
    );
  });
});

describe('Auditbeat', () => {
  const load = {
    '@timestamp': '2024-02-10T06:35:43.213Z',
    host: { name: 'web1' },
    auditd: {
      message_type: 'bpf',
      sequence: 164,
      result: 'fail',
      session: '3',
      data: { arch: 'x86_64', syscall: 'bpf', exit: 'EPERM', a0: '5', a1: '7ffd', tty: 'pts0' },
    },
    process: { pid: 11, parent: { pid: 10 }, name: 'load it', executable: '/opt/x', title: 'load it now' },
    user: { id: '1000', audit: { id: '1000' } },
    tags: ['bpf', 'more'],
    event: { module: 'auditd', category: 'audit-rule' },
  };

  it('gives the event that the audit log would', async () => {
    const { format, events } = await read(lines(load));
    expect(format).toBe('auditbeat');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      time: Date.parse('2024-02-10T06:35:43.213Z'),
      type: 'access-denied',
      host: 'web1',
      details: {
        actor: { pid: 11, ppid: 10, uid: 1000, auid: 1000, comm: 'load it', exe: '/opt/x', keys: ['bpf', 'more'] },
        result: { success: false, errno: 'EPERM' },
        command: { name: 'BPF_PROG_LOAD' },
      },
    });
  });

  it('takes the records themselves where they were kept', async () => {
    const original = [
      'type=SYSCALL msg=audit(1707546943.213:164): arch=c000003e syscall=321 success=yes exit=8 a0=5 pid=7 uid=0 comm="x"',
      'type=BPF msg=audit(1707546943.213:164): prog-id=75 op=LOAD',
    ];
    const { events } = await read(lines({ ...load, event: { original } }));
    expect(summaries(events)).toEqual(['web1 program-load: program 75 was loaded by x (pid 7, uid 0)']);
  });

  it('makes a load of the call and what is beside it', async () => {
    const data = { ...load.auditd.data, exit: '8', 'prog-id': '75', op: 'LOAD' };
    const auditd = { ...load.auditd, message_type: 'syscall', result: 'success', data };
    const { events, records } = await read(lines({ ...load, auditd }));
    expect(records).toEqual({ SYSCALL: 1, BPF: 1, PROCTITLE: 1 });
    expect(events[0]?.details).toMatchObject({
      object: { kind: 'program', id: 75 },
      result: { success: true, exit: 8 },
    });
  });

  it('does not invent a time', async () => {
    const { observations, events } = await read(lines({ ...load, '@timestamp': undefined }));
    expect(events).toEqual([]);
    expect(observations[0]).toMatchObject({
      kind: 'unreadable',
      unreadable: { reason: 'Auditbeat: no @timestamp, so nobody knows when it was' },
    });
  });
});

describe('journald', () => {
  const entry = (type: string, id: number, message: unknown, more = {}) => ({
    __CURSOR: 's=1;i=1',
    __REALTIME_TIMESTAMP: '1709054805963333',
    _SOURCE_REALTIME_TIMESTAMP: '1709054805960000',
    _HOSTNAME: 'edge',
    _TRANSPORT: 'audit',
    _AUDIT_TYPE: '1334',
    _AUDIT_TYPE_NAME: type,
    _AUDIT_ID: String(id),
    MESSAGE: message,
    ...more,
  });
  const call =
    'SYSCALL arch=c000003e syscall=321 success=yes exit=5 a0=5 ppid=1 pid=9 auid=0 uid=0 comm="x" exe="/usr/bin/x"';

  it('joins the entries of one event, however many others lie between', async () => {
    const between = Array.from({ length: 30 }, (_, index) =>
      entry('BPF', 100 + index, `BPF prog-id=${index} op=UNLOAD`),
    );
    const { format, events, records } = await read(
      lines(entry('BPF', 8, 'BPF prog-id=12 op=LOAD'), ...between, entry('SYSCALL', 8, call)),
    );
    expect(format).toBe('journald');
    expect(records).toEqual({ BPF: 31, SYSCALL: 1 });
    expect(events).toHaveLength(31);
    expect(events.filter(({ type }) => type === 'program-load')).toMatchObject([
      { time: 1_709_054_805_960, host: 'edge', details: { object: { id: 12 }, actor: { pid: 9 } } },
    ]);
  });

  it('counts the copy that the kernel printed once', async () => {
    const printed = {
      __CURSOR: 'x',
      __REALTIME_TIMESTAMP: '1709054805963334',
      _TRANSPORT: 'kernel',
      _HOSTNAME: 'edge',
      MESSAGE: 'audit: type=1334 audit(1709054805.960:8): prog-id=12 op=LOAD',
    };
    const record = entry('BPF', 8, 'BPF prog-id=12 op=LOAD');
    for (const both of [lines(printed, record), lines(record, printed)]) {
      const { events, records } = await read(both);
      expect(records).toEqual({ BPF: 1, copies: 1 });
      expect(summaries(events)).toEqual(['edge program-load: program 12 was loaded']);
    }
    expect((await read(lines(printed))).events).toHaveLength(1);
  });

  it('reads a message that is bytes, one that is missing, and counts other entries', async () => {
    const bytes = [...Buffer.from('BPF prog-id=12 op=LOAD')];
    const fields = { MESSAGE: null, _AUDIT_FIELD_PROG_ID: '13', _AUDIT_FIELD_OP: 'LOAD', _PID: '4', _COMM: 'a b' };
    const { events, records } = await read(
      lines(
        { __CURSOR: 'x', __REALTIME_TIMESTAMP: '1709054805963334', _TRANSPORT: 'syslog', MESSAGE: 'started a thing' },
        entry('BPF', 8, bytes),
        entry('BPF', 9, null, fields),
        {
          __CURSOR: 'x',
          __REALTIME_TIMESTAMP: '1',
          MESSAGE: 'type=BPF msg=audit(1709054806.000:10): prog-id=14 op=LOAD',
        },
      ),
    );
    expect(records).toEqual({ BPF: 3, 'other entries': 1 });
    expect(events.map(({ details }) => details.summary)).toEqual([
      'program 12 was loaded',
      'program 13 was loaded by a b (pid 4)',
      'program 14 was loaded',
    ]);
  });

  it('knows a type that journald has no name for by its number', async () => {
    const { events } = await read(
      lines(
        entry('AUDIT1334', 8, 'AUDIT1334 prog-id=12 op=LOAD'),
        entry('<audit-1334>', 9, '<audit-1334> prog-id=13 op=LOAD'),
      ),
    );
    expect(events.map(({ details }) => details.object)).toMatchObject([{ id: 12 }, { id: 13 }]);
  });

  it('says so where type or time are missing', async () => {
    const { observations } = await read(lines(entry('BPF', 8, 'BPF prog-id=12 op=LOAD', { _AUDIT_TYPE_NAME: 'a b' })));
    expect(observations).toMatchObject([
      { kind: 'unreadable', unreadable: { reason: 'journald: an audit record without its type or time' } },
    ]);
  });
});

describe('log lines in a wrapper', () => {
  const line = 'type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD';

  it('are read as the lines they are', async () => {
    const { format, events, records } = await read(
      lines(
        { '@timestamp': '2024-02-10T06:35:44.000Z', message: line, host: { name: 'web1' } },
        {
          log: `${line.replace('164', '165').replace('=60', '=61')}\n`,
          stream: 'stdout',
          time: '2024-02-10T06:35:44.000Z',
        },
        { message: 'hello', '@timestamp': '2024-02-10T06:35:44.000Z' },
        { message: 'Sep 21 14:59:10 box audit: BPF prog-id=75 op=LOAD', '@timestamp': '2024-02-10T06:35:45.000Z' },
      ),
    );
    expect(format).toBe('wrapped');
    expect(records).toEqual({ BPF: 3, 'other entries': 1 });
    expect(events.map(({ time, host, details }) => [time, host, details.summary])).toEqual([
      [1_707_546_943_213, 'web1', 'program 60 was loaded'],
      [1_707_546_943_213, 'unknown', 'program 61 was loaded'],
      [1_707_546_945_000, 'box', 'program 75 was loaded'],
    ]);
  });

  it("carry another program's JSON", async () => {
    const alert = {
      rule: 'BPF Program Not Profiled',
      priority: 'Notice',
      time: '2024-02-10T06:35:44Z',
      output_fields: {},
    };
    const prefixed = await read(`Nov 17 12:18:00 web7 falco[12]: ${JSON.stringify(alert)}\n`);
    expect(prefixed).toMatchObject({ format: 'falco', facts: { hosts: ['web7'] } });
    expect(prefixed.events).toMatchObject([{ host: 'web7', type: 'program-load', source: 'falco' }]);
    const { format, observations } = await read(lines({ log: `${JSON.stringify(alert)}\n`, stream: 'stdout' }));
    expect(format).toBe('wrapped');
    expect(observations).toMatchObject([{ kind: 'agent', record: { agent: 'falco', at: { line: 1 } } }]);
  });

  it('are nothing to us when they are something else', () => {
    expect(agentFormat(lines({ message: 'hello', level: 'info' }))).toBeNull();
    expect(
      agentFormat(lines({ id: 5, type: 'xdp', name: 'x', tag: '0011223344556677', gpl_compatible: true })),
    ).toBeNull();
    expect(agentFormat('type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD\n')).toBeNull();
    expect(agentFormat('')).toBeNull();
  });
});

describe('any object', () => {
  it('is read without throwing, whatever keys it shares with a known one', async () => {
    const known = fc.constantFrom(
      ...[
        'ID',
        'NODE',
        'SYSCALL',
        'BPF',
        'sequence',
        'timestamp',
        'messages',
        'auditd',
        'event',
        '@timestamp',
        'process',
      ],
      ...[
        '__CURSOR',
        '__REALTIME_TIMESTAMP',
        '_AUDIT_TYPE_NAME',
        '_AUDIT_ID',
        '_TRANSPORT',
        'MESSAGE',
        'message',
        'log',
      ],
      ...[
        'process_kprobe',
        'eventName',
        'args',
        'data',
        'rule',
        'priority',
        'output_fields',
        'info',
        'proc',
        'mntns_id',
      ],
    );
    const leaf = fc.oneof(
      fc.constantFrom(
        '1707546943.213:164',
        '1707546943.213',
        'audit',
        'BPF',
        '2024-02-10T06:35:44Z',
        '1709054805960000',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const object = fc.dictionary(known, fc.oneof(leaf, fc.array(leaf), fc.dictionary(known, leaf)), { maxKeys: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(object, { maxLength: 5 }), async (objects) => {
        const text = lines(...objects);
        const source = agentSource(memoryInput('f', Buffer.from(text)), 'tetragon');
        const observations = await collect(source);
        const normaliser = new Normaliser();
        for (const each of observations) normaliser.push(each);
        expect(source.facts()[0]?.lines).toBe(objects.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a key that is given twice', () => {
  const line = '{"ID":"1707546943.213:164","SYSCALL":{"syscall":321,"success":"no"},"SYSCALL":{"syscall":1}}\n';
  const named = (observations: readonly Observation[]) =>
    observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable.reason] : []));

  it('is named, and the last one counts', async () => {
    const { observations, records } = await read(line);
    expect(named(observations)).toEqual(['a key is given twice in one object, and the last one counts']);
    expect(records).toEqual({ SYSCALL: 1 });
  });

  it('is named in a line that another program wrapped', async () => {
    const { observations } = await read(lines({ log: line, stream: 'stdout' }));
    expect(named(observations)).toHaveLength(1);
  });
});
