import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { auditLogSource } from '../../../src/sources/audit-log/file.ts';
import { memoryInput, pipeInput } from '../../../src/sources/bytes.ts';
import { collect } from '../helpers.ts';

/** 2021-09-21T14:59:10Z. */
const AT = 1_632_236_350_000;
const MODIFIED = Date.UTC(2021, 9, 1);

async function read(lines: readonly string[], modified: number | null = MODIFIED) {
  const input = { ...memoryInput('j', new TextEncoder().encode(lines.join('\n'))), modified };
  const source = auditLogSource([input]);
  const observations = await collect(source);
  const facts = source.facts()[0];
  if (facts === undefined) throw new Error('no facts');
  return { observations, facts, events: events(observations), unread: unread(observations) };
}

function events(observations: readonly Observation[]) {
  return observations.flatMap((each) => {
    if (each.kind !== 'audit') return [];
    const { time, serial, node, records } = each.group;
    return [
      { time, serial, node, types: records.map(({ type }) => type).join(' '), texts: records.map((r) => r.text) },
    ];
  });
}

function unread(observations: readonly Observation[]) {
  return observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable.reason] : []));
}

describe('a kernel log', () => {
  it('is read with what stands around its records, which are written as auditd does', async () => {
    const { events, facts, unread } = await read([
      '[    0.000000] Linux version 6.1.0',
      '[   47.346237] audit: type=1334 audit(1632236350.960:8): prog-id=12 op=LOAD',
      '<5>[   47.4] not a stamp',
      '<5>[   47.400000] audit: type=1334 audit(1632236350.961:9): prog-id=13 op=LOAD',
      'board login: [   48.000000] audit: type=1334 audit(1632236350.962:10): prog-id=14 op=LOAD',
      'audit: type=1334 audit(1632236350.963:11): prog-id=15 op=LOAD',
      'Sep 21 14:59:10 host kernel: [   49.1] a driver speaks',
      'Sep 21 14:59:10 host kernel: audit: type=1334 audit(1632236350.964:12): prog-id=16 op=LOAD',
      '[Tue Sep 21 14:59:10 2021] audit: type=1334 audit(1632236350.965:13): prog-id=17 op=LOAD',
    ]);
    expect(events.map(({ time, serial, node, texts }) => [time - AT, serial, node, ...texts])).toEqual([
      [960, 8, null, 'type=1334 msg=audit(1632236350.960:8): prog-id=12 op=LOAD'],
      [961, 9, null, 'type=1334 msg=audit(1632236350.961:9): prog-id=13 op=LOAD'],
      [962, 10, null, 'type=1334 msg=audit(1632236350.962:10): prog-id=14 op=LOAD'],
      [963, 11, null, 'type=1334 msg=audit(1632236350.963:11): prog-id=15 op=LOAD'],
      [964, 12, 'host', 'type=1334 msg=audit(1632236350.964:12): prog-id=16 op=LOAD'],
      [965, 13, null, 'type=1334 msg=audit(1632236350.965:13): prog-id=17 op=LOAD'],
    ]);
    expect(unread).toEqual([]);
    expect(facts).toMatchObject({ records: { BPF: 6, 'other lines': 3 }, hosts: ['host'], format: 'system log' });
  });

  it('keeps what was read beside the record made of it', async () => {
    const line = '[   47.346237] audit: type=1334 audit(1632236350.960:8): prog-id=12 op=LOAD';
    const { observations, facts } = await read(['', line]);
    expect(observations).toMatchObject([{ group: { records: [{ raw: line, line: 2, offset: 1 }] } }]);
    expect(facts.format).toBe('kernel log');
  });

  it('says what it lost, with the time of what is next to it', async () => {
    const { observations, facts } = await read([
      '[    1.000000] audit: backlog limit exceeded',
      '[   47.346237] audit: type=1334 audit(1632236350.960:8): prog-id=12 op=LOAD',
      '[   48.000000] kauditd_printk_skb: 23 callbacks suppressed',
      '[   48.000001] audit: audit_lost=9 audit_rate_limit=0 audit_backlog_limit=64',
      '[   48.000002] audit: audit_backlog=65 > audit_backlog_limit=64',
      '[   48.000003] audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64',
      '[   48.000003] net_ratelimit: 5 callbacks suppressed',
    ]);
    const gaps = observations.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
    expect(gaps.map(({ kind, count, time, at }) => [kind, count, time - AT, at.line])).toEqual([
      ['suppressed', 23, 960, 3],
      ['lost', 9, 960, 4],
      ['lost', null, 960, 5],
      ['lost', 3, 960, 6],
      ['lost', null, 960, 1],
    ]);
    expect(facts.gaps).toHaveLength(5);
    expect(facts.records).toEqual({ BPF: 1, 'other lines': 6 });
  });
});

describe('a journal', () => {
  const load = [
    'Sep 21 14:59:10 host audit: BPF prog-id=75 op=LOAD',
    'Sep 21 14:59:10 host audit[2871]: SYSCALL arch=c000003e syscall=321 success=yes exit=8 pid=2871 comm="systemd"',
    'Sep 21 14:59:10 host audit: PROCTITLE proctitle=2F7362696E2F696E6974',
  ];

  it('has no serials: what follows each other within a second is one event', async () => {
    const { events, facts } = await read([
      ...load,
      ...load,
      'Sep 21 14:59:10 host audit: BPF prog-id=0 op=UNLOAD',
      'Sep 21 14:59:10 host audit: BPF prog-id=0 op=UNLOAD',
      'Sep 21 14:59:11 other audit: BPF prog-id=7 op=LOAD',
      'Sep 21 14:59:11 host systemd[1]: Started a thing.',
      'Sep 21 14:59:12 host audit[9]: SYSCALL arch=c000003e syscall=3 success=yes',
    ]);
    expect(events.map(({ time, serial, node, types }) => [time - AT, serial, node, types])).toEqual([
      [0, null, 'host', 'BPF SYSCALL PROCTITLE'],
      [0, null, 'host', 'BPF SYSCALL PROCTITLE'],
      [0, null, 'host', 'BPF'],
      [0, null, 'host', 'BPF'],
      [1000, null, 'other', 'BPF'],
    ]);
    expect(events[0]?.texts[0]).toBe('type=BPF msg=audit(1632236350.000): prog-id=75 op=LOAD');
    expect(facts.format).toBe("journal, times taken as UTC, year from the file's date");
    expect(facts.records).toEqual({ BPF: 5, SYSCALL: 3, PROCTITLE: 2, 'other lines': 1 });
  });

  it('does not give a load to a call that is not bpf(2), nor a second call to an event', async () => {
    const { events } = await read([
      'Sep 21 14:59:10 host audit: BPF prog-id=75 op=LOAD',
      'Sep 21 14:59:10 host audit[1]: SYSCALL arch=c000003e syscall=59 success=yes',
      'Sep 21 14:59:10 host audit[1]: SYSCALL arch=c000003e syscall=321 success=yes',
      'Sep 21 14:59:10 host audit: BPF prog-id=75 op=UNLOAD',
      'Sep 21 14:59:10 host audit[1]: SYSCALL arch=c000003e syscall=3 success=yes',
    ]);
    expect(events.map(({ types }) => types).sort()).toEqual(['BPF', 'BPF SYSCALL', 'SYSCALL']);
  });

  it('counts once what journald and the kernel both wrote down, and learns zone and year from it', async () => {
    const both = [
      'Sep 21 16:59:10 host audit: BPF prog-id=75 op=LOAD',
      'Sep 21 16:59:10 host kernel: audit: type=1334 audit(1632236350.123:45): prog-id=75 op=LOAD',
      'Sep 21 16:59:10 host audit[1]: SYSCALL arch=c000003e syscall=321 success=yes',
      'Sep 21 16:59:10 host kernel: audit: type=1300 audit(1632236350.123:45): arch=c000003e syscall=321 success=yes',
      'Sep 21 16:59:10 host kernel: audit: type=1327 audit(1632236350.123:45): proctitle="x"',
      'Sep 21 16:59:11 host audit: BPF prog-id=76 op=LOAD',
    ];
    const { events, facts } = await read(both, null);
    expect(events.map(({ time, serial, types }) => [time - AT, serial, types])).toEqual([
      [123, 45, 'BPF SYSCALL 1327'],
      [1000, null, 'BPF'],
    ]);
    expect(facts.records).toEqual({ BPF: 2, SYSCALL: 1, PROCTITLE: 1, 'repeated records': 2 });
    expect(facts.format).toBe('journal');
    // In the other order, with what only journald has in between.
    const turned = await read([both[1] ?? '', both[0] ?? '', both[2] ?? '', both[5] ?? ''], null);
    expect(turned.events.map(({ time, serial, types }) => [time - AT, serial, types])).toEqual([
      [123, 45, '1334 SYSCALL'],
      [1000, null, 'BPF'],
    ]);
  });

  it('counts two equal lines of one spelling as two', async () => {
    const { events, facts } = await read(Array(3).fill('Sep 21 14:59:10 host audit: BPF prog-id=0 op=UNLOAD'));
    expect(events).toHaveLength(3);
    expect(facts.records).toEqual({ BPF: 3 });
  });

  it('says that the year is not known, where nothing tells', async () => {
    const { unread, events } = await read(load, null);
    expect(unread).toEqual(Array(3).fill('audit record without a year, and none near it'));
    expect(events).toEqual([]);
  });

  it('takes the lines of a pipe to be of the last twelve months', async () => {
    const stamp = new Date(Date.now() - 86_400_000);
    const [, day, month] = stamp.toUTCString().replace(',', '').split(' ');
    const text = `${month} ${String(Number(day)).padStart(2)} 12:00:00 host audit: BPF prog-id=75 op=LOAD\n`;
    const source = auditLogSource([
      pipeInput('-', async function* () {
        yield new TextEncoder().encode(text);
      }),
    ]);
    const [event] = events(await collect(source));
    expect(new Date(event?.time ?? 0).toISOString().slice(0, 10)).toBe(stamp.toISOString().slice(0, 10));
  });

  it('takes the year that makes a stamp the last before the file was written', async () => {
    const { events } = await read(
      ['Dec 31 23:00:00 h audit: BPF prog-id=1 op=LOAD', load[0] ?? ''],
      Date.UTC(2022, 8, 22),
    );
    expect(events.map(({ time }) => new Date(time).toISOString())).toEqual([
      '2021-12-31T23:00:00.000Z',
      '2022-09-21T14:59:10.000Z',
    ]);
  });

  it.each([
    ['2021-09-21T16:59:10+0200 host audit: BPF prog-id=75 op=LOAD', 0, 'journal'],
    ['2021-09-21T14:59:10.250000+00:00 host audit: BPF prog-id=75 op=LOAD', 250, 'journal'],
    [
      'Sep 21 14:59:10.123456 host audit: BPF prog-id=75 op=LOAD',
      123,
      "journal, times taken as UTC, year from the file's date",
    ],
    ['Tue 2021-09-21 14:59:10 UTC host audit: BPF prog-id=75 op=LOAD', 0, 'journal'],
    ['Tue 2021-09-21 14:59:10 CEST host audit: BPF prog-id=75 op=LOAD', 0, 'journal, times taken as UTC'],
    ['1632236350.500000 host audit: BPF prog-id=75 op=LOAD', 500, 'journal'],
    ['<13>1 2021-09-21T14:59:10.5Z host audit 12 - - BPF prog-id=75 op=LOAD', 500, 'journal'],
    [
      'sep. 21 14:59:10 host audit: <audit-1334> prog-id=75 op=LOAD',
      0,
      "journal, times taken as UTC, year from the file's date",
    ],
    ['2021-09-21T14:59:10Z host audit: AUDIT1334 prog-id=75 op=LOAD', 0, 'journal'],
  ])('reads %s', async (line, ms, format) => {
    const { events, facts } = await read([line]);
    expect(events.map(({ time, serial, node }) => [time - AT, serial, node])).toEqual([[ms, null, 'host']]);
    expect(facts).toMatchObject({ format, records: { BPF: 1 } });
  });

  it('reads what a syslog program passed on, under its own time', async () => {
    const { events, facts } = await read([
      'Nov 17 12:18:00 Host1 audisp-syslog[1135]: type=BPF msg=audit(1632236350.100:7): prog-id=1 op=LOAD',
      'Nov 17 12:18:00 Host1 audit_log: node=web type=BPF msg=audit(1632236350.200:8): prog-id=1 op=LOAD',
      'Nov 17 12:18:00 Host1 sshd[4]: said type=BPF msg=audit(1632236350.200:9): prog-id=1 op=LOAD',
      'Nov 17 12:18:01 Host1 auditd[9]: queue to plugins is full - dropping event',
    ]);
    expect(events.map(({ time, serial, node }) => [time - AT, serial, node])).toEqual([
      [100, 7, 'Host1'],
      [200, 8, 'web'],
    ]);
    expect(facts).toMatchObject({ records: { BPF: 2, 'other lines': 2 }, format: 'system log' });
    expect(facts.gaps).toMatchObject([{ kind: 'lost', count: null, at: { line: 4 } }]);
  });

  it('begins again at a boot', async () => {
    const { observations } = await read([
      load[0] ?? '',
      '-- Reboot --',
      'Sep 21 15:59:10 host audit: BPF prog-id=1 op=LOAD',
    ]);
    expect(observations).toMatchObject([
      { kind: 'audit' },
      { kind: 'gap', host: 'host', time: AT + 3_600_000, gap: { kind: 'boot', at: { line: 3 } } },
      { kind: 'audit' },
    ]);
  });
});

describe('what ausearch prints', () => {
  it('has its separators, which are no records', async () => {
    const { events, facts, unread } = await read([
      '----',
      'time->Tue Sep 21 14:59:10 2021',
      'type=PROCTITLE msg=audit(1632236350.100:7): proctitle="x"',
      'type=BPF msg=audit(1632236350.100:7): prog-id=1 op=LOAD',
      '----',
      'nonsense',
    ]);
    expect(events.map(({ types }) => types)).toEqual(['PROCTITLE BPF']);
    expect(facts).toMatchObject({ format: 'ausearch', records: { BPF: 1, PROCTITLE: 1, 'other lines': 3 } });
    expect(unread).toEqual(['no audit record']);
  });

  it('is understood when it is interpreted, with several records on a line', async () => {
    const syscall =
      'type=SYSCALL msg=audit(09/21/2021 14:59:10.569:882) : arch=x86_64 syscall=bpf success=yes exit=3 comm=a b exe=/a';
    const bpf = 'node=web type=BPF msg=audit(09/21/2021 14:59:10.569:882) : prog-id=8 op=LOAD ';
    const { events, facts } = await read(['----', `${bpf}${syscall}`]);
    expect(events).toEqual([
      {
        time: AT + 569,
        serial: 882,
        node: 'web',
        types: 'BPF SYSCALL',
        texts: [
          'type=BPF msg=audit(1632236350.569:882): prog-id=8 op=LOAD',
          'type=SYSCALL msg=audit(1632236350.569:882): arch=x86_64 syscall=bpf success=yes exit=3 comm=a b exe=/a',
        ],
      },
    ]);
    expect(facts.format).toBe('ausearch -i, times taken as UTC');
  });

  it('does not take the name of a process for a record of another event', async () => {
    const { facts } = await read([
      'type=PROCTITLE msg=audit(09/21/2021 14:59:10.569:882) : proctitle=x type=BPF msg=audit(09/21/2021 14:59:10.569:883) : prog-id=1',
    ]);
    expect(facts.records).toEqual({ PROCTITLE: 1 });
  });

  it('is read day first when one of its dates can only be that', async () => {
    const bpf = (date: string, serial: number) =>
      `type=BPF msg=audit(${date} 14:59:10.000:${serial}) : prog-id=8 op=LOAD`;
    const days = async (...dates: string[]) => {
      const { events, facts } = await read(dates.map((date, index) => bpf(date, index + 1)));
      return [...events.map(({ time }) => new Date(time).toISOString().slice(0, 10)).sort(), facts.format];
    };
    const utc = 'ausearch -i, times taken as UTC';
    expect(await days('03/09/2021', '21/09/2021')).toEqual(['2021-09-03', '2021-09-21', utc]);
    expect(await days('03/09/21', '09/21/21')).toEqual(['2021-03-09', '2021-09-21', utc]);
    expect(await days('03/09/2021')).toEqual(['2021-03-09', `${utc}, dates read month first`]);
    expect(await days('03.09.2021', '2021-09-04', '5 Sept 2021', 'Sep 06 2021')).toEqual([
      '2021-09-03',
      '2021-09-04',
      '2021-09-05',
      '2021-09-06',
      utc,
    ]);
  });
});

describe('wrapped records', () => {
  it('are put together where the rest is indented or a back-slash says so', async () => {
    const lines = [
      'type=BPF msg=audit(1632236350.100:7): prog-id=1 \\',
      'op=LOAD',
      'type=SYSCALL msg=audit(1632236350.100:8): arch=c000003e',
      '    syscall=321 success=yes',
      '\tcomm="x"',
      '    type=BPF msg=audit(1632236350.100:9): prog-id=2',
      '      op=LOAD',
      '',
      '  too late',
    ];
    const { events, facts, observations, unread } = await read(lines);
    expect(events.flatMap(({ texts }) => texts)).toEqual([
      'type=BPF msg=audit(1632236350.100:7): prog-id=1 op=LOAD',
      'type=SYSCALL msg=audit(1632236350.100:8): arch=c000003e syscall=321 success=yes comm="x"',
      'type=BPF msg=audit(1632236350.100:9): prog-id=2 op=LOAD',
    ]);
    expect(observations[2]).toMatchObject({ group: { records: [{ raw: lines.slice(2, 5).join('\n') }] } });
    expect(unread).toEqual(['no audit record']);
    expect(facts.records).toEqual({ BPF: 2, SYSCALL: 1, 'continuation lines': 4 });
  });

  it('are put together while they wait for their year', async () => {
    const { events, facts } = await read(['Sep 21 14:59:10 host audit: BPF prog-id=75', '      op=LOAD']);
    expect(events[0]?.texts).toEqual(['type=BPF msg=audit(1632236350.000): prog-id=75 op=LOAD']);
    expect(facts.records).toEqual({ BPF: 1, 'continuation lines': 1 });
  });
});
