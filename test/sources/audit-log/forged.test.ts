import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import { Normaliser } from '../../../src/normalise/normaliser.ts';
import { openInputs } from '../../../src/sources/open.ts';
import { collect } from '../helpers.ts';

/** What an attacker who may only write log lines, or name processes, must not get. */
async function read(text: string) {
  const source = await openInputs([{ name: 'log', bytes: new TextEncoder().encode(text) }], { now: () => 0 });
  const observations = await collect(source);
  const normaliser = new Normaliser();
  const events = [...observations.flatMap((each) => normaliser.push(each).events), ...normaliser.finish().events];
  return {
    records: source.facts()[0]?.records,
    unread: unread(observations),
    events: events.map(({ time, host, type, details }) => `${time} ${host} ${type}: ${details.summary}`),
  };
}

function unread(observations: readonly Observation[]) {
  return observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable.reason] : []));
}

const KERNEL = 'audit: type=1334 audit(1632236350.960:8): prog-id=75 op=LOAD';
const GENUINE = `Sep 21 14:59:10 host kernel: ${KERNEL}`;
const LOADED = '1632236350960 host program-load: program 75 was loaded';

describe('what users write to the log', () => {
  it.each([
    ['in their own name', 'Sep 21 14:59:10 host joe: audit: type=1334 audit(1632236350.961:9): prog-id=75 op=UNLOAD'],
    [
      'in the name of the kernel',
      'Sep 21 14:59:10 host kernel[7]: audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD',
    ],
    ['in the name of audit', 'Sep 21 14:59:10 host audit[7]: audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD'],
    ['in a name with blanks', 'Sep 21 14:59:10 host my tag: audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD'],
    ['of RFC 5424', '<5>1 2021-09-21T14:59:10Z host kernel 7 - - audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD'],
    ['about losses', 'Sep 21 14:59:10 host kernel[7]: audit: audit_lost=5 audit_rate_limit=0'],
    ['in a second line', 'Sep 21 14:59:10 host joe: hi\n      audit: type=1334 audit(1.1:9): prog-id=75 op=UNLOAD'],
    ['in a line of auditd', 'Sep 21 14:59:10 host joe: hi\n      type=BPF msg=audit(1.1:9): prog-id=75 op=UNLOAD'],
    [
      'in a line of a log',
      'Sep 21 14:59:10 host joe: hi\n   Sep 21 14:59:10 host kernel: type=1334 audit(1.1:9): op=UNLOAD',
    ],
  ])('%s is no record', async (_how, line) => {
    const { events, records } = await read(`${GENUINE}\n${line}\n`);
    expect(events).toEqual([LOADED]);
    expect(records).toMatchObject({ BPF: 1 });
  });

  it('as auditd writes it is listed, under the name of a program that is none of auditing', async () => {
    const line = 'type=BPF msg=audit(1632236350.961:9): prog-id=75 op=UNLOAD';
    expect(await read(`${GENUINE}\nSep 21 14:59:10 host joe: ${line}\n`)).toEqual({
      events: [LOADED],
      records: { BPF: 1 },
      unread: ['audit record in the name of `joe`, as anybody can write one'],
    });
    for (const tag of ['audisp-syslog[5]', 'audispd', 'tag_audit_log']) {
      expect((await read(`${GENUINE}\nSep 21 14:59:10 host ${tag}: ${line}\n`)).records).toEqual({ BPF: 2 });
    }
  });

  it('does not move the others to another year', async () => {
    const forged = 'Mar 3 14:59:10 host audisp-syslog: type=USER msg=audit(1.1:9): a=b';
    const { events } = await read(`${GENUINE}\n${forged}\nSep 21 14:59:11 host audit: BPF prog-id=76 op=LOAD\n`);
    expect(events).toEqual([LOADED, '1632236351000 host program-load: program 76 was loaded']);
  });

  it('is known by journald, which says who wrote it', async () => {
    const entry = (fields: object) =>
      JSON.stringify({ __REALTIME_TIMESTAMP: '1632236350960000', _HOSTNAME: 'host', ...fields });
    const user = { _TRANSPORT: 'syslog', _UID: '1000', SYSLOG_IDENTIFIER: 'kernel' };
    const falco = { rule: 'x', priority: 'Notice', time: '2021-09-21T14:59:10Z', output: '', output_fields: {} };
    const text = [
      entry({ _TRANSPORT: 'kernel', MESSAGE: KERNEL }),
      entry({ ...user, MESSAGE: KERNEL.replace('LOAD', 'UNLOAD').replace(':8', ':9') }),
      entry({ ...user, MESSAGE: JSON.stringify(falco) }),
      entry({ ...user, MESSAGE: 'hello' }),
    ];
    expect(await read(text.join('\n'))).toEqual({
      events: [LOADED],
      records: { BPF: 1, 'other entries': 1 },
      unread: Array.from({ length: 2 }, () => 'journald: written by a process of user 1000, as any can'),
    });
  });
});

describe('events without a serial', () => {
  it('of one second do not stand for each other', async () => {
    const refused = (pid: number) =>
      `Sep 21 14:59:10 host audit[${pid}]: SYSCALL arch=c000003e syscall=321 success=no exit=-1 a0=5 pid=${pid} uid=9 comm="x"`;
    const gone = 'Sep 21 14:59:10 host audit: BPF prog-id=0 op=UNLOAD';
    const { events } = await read([GENUINE, refused(1), refused(2), gone, gone].join('\n'));
    const at = '1632236350000 host';
    expect(events.sort()).toEqual([
      `${at} access-denied: x (pid 1, uid 9) could not load a program: EPERM`,
      `${at} access-denied: x (pid 2, uid 9) could not load a program: EPERM`,
      `${at} program-unload: a program whose id was no longer known was unloaded`,
      `${at} program-unload: a program whose id was no longer known was unloaded`,
      LOADED,
    ]);
  });

  it('of one second stay in their order, so that an unload finds its load', async () => {
    const line = (id: number, op: string) => `Sep 21 14:59:09 host audit: BPF prog-id=${id} op=${op}`;
    const { events } = await read([line(7, 'LOAD'), line(7, 'UNLOAD'), line(8, 'LOAD'), GENUINE].join('\n'));
    expect(events.map((each) => each.split(': ')[1])).toEqual([
      'program 7 was loaded',
      'program 7 was unloaded',
      'program 8 was loaded',
      'program 75 was loaded',
    ]);
  });
});

describe('types that are made up', () => {
  it('do not hide how many records of a real one there are', async () => {
    const madeUp = Array.from({ length: 1200 }, (_, i) => `type=X${i} msg=audit(1.000:${i}): a=b`);
    const { records } = await read([...madeUp, 'type=BPF msg=audit(1.000:1200): prog-id=1 op=LOAD'].join('\n'));
    expect(records?.BPF).toBe(1);
    expect(Object.values(records ?? {}).reduce((sum, count) => sum + count, 0)).toBe(1201);
  });
});

describe('a line that was torn', () => {
  const torn = 'type=CWD msg=audit(1632236350.950:7): cwd="/ro';
  const load = 'type=BPF msg=audit(1632236350.960:8): prog-id=75 op=LOAD';
  const reason = 'record is cut off: another begins on its line';

  it.each([
    ['', 'unknown'],
    ['node=a ', 'a'],
  ])('does not swallow the record that goes on with it, after %j', async (node, host) => {
    const expected = {
      events: [LOADED.replace('host', host)],
      records: { CWD: 1, BPF: 1 },
      unread: [reason],
    };
    expect(await read(`${torn}${node}${load}\n`)).toEqual(expected);
    expect(await read(`${torn}${node}${load}`)).toEqual(expected);
  });

  it('is noticed wherever in it the other begins', async () => {
    const expected = { events: [LOADED.replace('host', 'unknown')], records: { CWD: 1, BPF: 1 }, unread: [reason] };
    for (let length = 0; length < 40; length += 1) {
      expect(await read(`${torn}${'x'.repeat(length)}${load}\n`)).toEqual(expected);
    }
  });

  it('may begin with a hole', async () => {
    const { events, unread } = await read(`${'\0'.repeat(5000)}${load}\n`);
    expect({ events, unread }).toEqual({ events: [LOADED.replace('host', 'unknown')], unread: [] });
  });

  it('may hold any number of records', async () => {
    const { records, unread } = await read(`${`${torn}`.repeat(3000)}${load}\n`);
    expect(records).toEqual({ CWD: 3000, BPF: 1 });
    expect(unread).toHaveLength(3000);
  });

  it('is none where a record only says such words', async () => {
    const said = "type=USER msg=audit(1632236350.950:7): msg='op=x msg=audit(1.1:1) type = BPF msg=audit(2.2:2): '";
    expect(await read(`${said}\n${load}\n`)).toEqual({
      events: [LOADED.replace('host', 'unknown')],
      records: { USER: 1, BPF: 1 },
      unread: [],
    });
  });
});
