import { describe, expect, it } from 'vitest';
import type { AuditRecordGroup } from '../../../src/model/observation.ts';
import { auditEvents } from '../../../src/normalise/audit/events.ts';
import { viewGroup } from '../../../src/normalise/audit/group.ts';
import { eventsOf, recordedGroups, told } from './groups.ts';

/** What the events of each audit event tell, by serial. */
function toldBySerial(groups: readonly AuditRecordGroup[]): Map<number | null, string[]> {
  return new Map(groups.map((group) => [group.serial, told(auditEvents(viewGroup(group, 'h')).events)]));
}

const call = (over: string): string =>
  `SYSCALL arch=c000003e syscall=321 ${over} ppid=1 pid=9 auid=4294967295 uid=0 tty=(none) comm="x" exe="/usr/bin/x" key=(null)`;

describe('auditEvents on what auditd wrote', () => {
  const who = 'evil\x1b[2J\n (pid 13110, uid 0)';

  it('tells what the recorded program did, once', () => {
    const found = toldBySerial(recordedGroups('raw.log'));
    expect([...found.values()].flat()).toEqual([
      'config-change info: auditd started',
      'config-change info: auditctl (pid 13106, uid 0): audit_enabled was set to 1, it was 1',
      'config-change info: auditctl (pid 13108, uid 0): an audit rule with key bpf was added',
      `map-create info: ${who} created a map`,
      `map-access info: ${who} wrote a map entry`,
      `map-access info: ${who} read a map entry`,
      `map-access info: ${who} froze a map`,
      `program-load warning: program 1883 was loaded by ${who}`,
      `access-denied error: ${who} could not load a program: EACCES`,
      `program-unload info: program 1883 was unloaded: ${who} let go of it`,
      'access-denied error: sneaky (pid 13151, uid 65534) could not load a program: EPERM',
      'config-change critical: auditctl (pid 13152, uid 0): an audit rule with key bpf was removed',
      'config-change critical: auditctl (pid 13155, uid 0): audit_enabled was set to 0, it was 1',
      'config-change error: auditd stopped',
    ]);
  });

  it('tells the same of an enriched log, and where it came from', () => {
    const strip = (line: string) => line.replaceAll(/\d+/g, 'N');
    const raw = [...toldBySerial(recordedGroups('raw.log')).values()].flat().map(strip);
    const groups = recordedGroups('enriched.log');
    const enriched = [...toldBySerial(groups).values()].flat().map(strip);
    expect(enriched).toEqual(raw);
    expect(new Set(groups.map(({ node }) => node))).toEqual(new Set(['lab1']));
  });

  it('gives details and evidence of a load', () => {
    const groups = recordedGroups('raw.log');
    const load = groups.find(({ records }) => records.some(({ text }) => text.includes('op=LOAD')));
    if (load === undefined) throw new Error('no load in raw.log');
    const [event] = auditEvents(viewGroup(load, 'host')).events;
    expect(event).toMatchObject({
      time: 1795447617068,
      type: 'program-load',
      source: 'audit',
      host: 'host',
      details: {
        object: { kind: 'program', id: 1883 },
        actor: {
          pid: 13110,
          ppid: 13098,
          uid: 0,
          comm: 'evil\x1b[2J\n',
          exe: '/usr/bin/python3',
          keys: ['bpf'],
          proctitle: '/usr/bin/python3 probe.py',
        },
        command: { number: 5, name: 'BPF_PROG_LOAD' },
        result: { success: true, exit: 4, errno: null },
        audit: { record: 'BPF', serial: 9 },
      },
    });
    expect(event?.details.actor).not.toHaveProperty('auid');
    expect(event?.evidence.map(({ text }) => text?.slice(0, 10))).toEqual(['type=BPF m', 'type=SYSCA', 'type=PROCT']);
    expect(event?.evidence[0]).toMatchObject({ origin: 'raw.log', line: 16 });
  });
});

describe('auditEvents on every spelling', () => {
  it('tells what each means', () => {
    const found = toldBySerial(recordedGroups('spellings.log'));
    expect(Object.fromEntries([...found].filter(([, lines]) => lines.length > 0))).toEqual({
      76: ['program-load warning: program 76 was loaded'],
      77: ['program-load warning: program 77 was loaded'],
      78: ['program-unload warning: a program whose id was no longer known was unloaded'],
      79: ['program-load warning: program 119 was loaded by execsnoop (pid 41)'],
      80: ['program-load warning: program 120 was loaded'],
      100: ['program-load warning: bpftool (pid 21, uid 1000) could not load a program: EINVAL'],
      101: ['program-attach warning: load er! (pid 22, uid 0) attached a program by a link'],
      110: ['map-create info: a (pid 30, uid 0) created a map'],
      112: ['program-attach warning: a (pid 32, uid 0) attached a program'],
      120: [
        'access-denied error: SELinux denied x (pid 40, uid 0) prog_load (bpf)',
        'program-load warning: program 121 was loaded by x (pid 40, uid 0)',
      ],
      121: ['access-denied error: SELinux denied y (pid 41, uid 0) bpf, perfmon (capability2)'],
      122: ['policy-violation warning: SELinux would have denied z (pid 42) map_read (bpf), but is permissive'],
      123: ['access-denied info: SELinux denied z (pid 43) read (file) on f'],
      125: ['access-denied error: SELinux denied /usr/lib/systemd/systemd (pid 1, uid 0) map_create (bpf)'],
      130: ['config-change critical: audit_enabled was set to 0, it was 1'],
      131: ['config-change error: an audit rule without a key was removed'],
      132: ['config-change warning: audit_failure was set to 0, it was 1 (failed)'],
      133: ['config-change info: audit feature loginuid_immutable was set to 1'],
      134: ['security-alert critical: auditd ended because of an error'],
    });
  });

  it('names the records that mean nothing here', () => {
    const groups = recordedGroups('spellings.log');
    const unmapped = Object.fromEntries(
      groups.map((each) => [each.serial, auditEvents(viewGroup(each, 'h')).unmapped]),
    );
    expect(unmapped).toMatchObject({
      111: ['SYSCALL'],
      113: ['SYSCALL'],
      124: ['AVC'],
      140: ['LOGIN', 'EOE'],
    });
    expect(unmapped[120]).toEqual([]);
  });
});

describe('auditEvents on calls of bpf(2)', () => {
  it.each([
    ['0', 'map-create', 'info'],
    ['1', 'map-access', 'info'],
    ['2', 'map-access', 'info'],
    ['4', 'map-access', 'info'],
    ['5', 'program-load', 'warning'],
    ['8', 'program-attach', 'warning'],
    ['9', 'program-detach', 'warning'],
    ['b', 'map-access', 'debug'],
    ['f', 'map-access', 'debug'],
    ['11', 'program-attach', 'warning'],
    ['16', 'map-access', 'info'],
    ['1c', 'program-attach', 'warning'],
    ['1d', 'program-attach', 'warning'],
    ['22', 'program-detach', 'warning'],
    ['24', 'capability-change', 'warning'],
    ['99', 'map-access', 'info'],
  ])('command %s is %s %s', (a0, type, severity) => {
    expect(eventsOf(call(`success=yes exit=3 a0=${a0}`))).toMatchObject([{ type, severity }]);
  });

  it.each([
    ['exit=-1', 'access-denied', 'error', 'EPERM'],
    ['exit=-13', 'access-denied', 'error', 'EACCES'],
    ['exit=-7', 'program-load', 'warning', 'E2BIG'],
    ['exit=-999', 'program-load', 'warning', 'errno 999'],
  ])('a load that fails with %s is %s', (exit, type, severity, errno) => {
    expect(eventsOf(call(`success=no ${exit} a0=5`))).toMatchObject([
      { type, severity, details: { result: { success: false, errno } } },
    ]);
  });

  it('refused reading is a warning', () => {
    expect(eventsOf(call('success=no exit=-1 a0=1'))).toMatchObject([{ type: 'access-denied', severity: 'warning' }]);
  });

  it('does not guess how a call ended', () => {
    expect(eventsOf(call('a0=5'))).toMatchObject([
      {
        type: 'program-load',
        details: { summary: 'x (pid 9, uid 0) tried to load a program', result: { success: null } },
      },
    ]);
  });

  it('says nothing without a command', () => {
    expect(eventsOf(call('success=yes exit=3 a0=zz'))).toEqual([]);
  });

  it.each([
    ['uid=0 auid=4294967295 exe="/usr/lib/systemd/systemd"', 'info'],
    ['uid=0 auid=4294967295 exe="/lib/systemd/systemd-networkd"', 'info'],
    ['uid=0 auid=4294967295 exe="/tmp/lib/systemd/systemd"', 'warning'],
    ['uid=0 auid=1000 exe="/usr/sbin/bpftool"', 'warning'],
    ['uid=0 auid=1000 exe="/tmp/bpftool"', 'error'],
    ['uid=1000 auid=1000 exe="/usr/sbin/bpftool"', 'error'],
    ['uid=0', 'warning'],
  ])('a load by %s is %s', (who, severity) => {
    const syscall = `SYSCALL arch=c000003e syscall=321 success=yes exit=3 a0=5 pid=9 ${who}`;
    expect(eventsOf('BPF prog-id=5 op=LOAD', syscall)).toMatchObject([{ type: 'program-load', severity }]);
  });

  it('tells of a detach and of the unload that it caused', () => {
    const found = eventsOf('BPF prog-id=5 op=UNLOAD', call('success=yes exit=0 a0=9'));
    expect(found.map(({ type }) => type)).toEqual(['program-unload', 'program-detach']);
  });
});
