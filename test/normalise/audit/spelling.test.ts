import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StampClock } from '../../../src/normalise/audit/spelling/clock.ts';
import { parseDate } from '../../../src/normalise/audit/spelling/date.ts';
import { parseLogLine } from '../../../src/normalise/audit/spelling/log.ts';
import { parseLoss } from '../../../src/normalise/audit/spelling/loss.ts';
import { looksLikeAudit, parseSpelling } from '../../../src/normalise/audit/spelling/spelling.ts';
import { monthOf, offsetOf } from '../../../src/normalise/audit/spelling/stamp.ts';

describe('parseSpelling', () => {
  it.each([
    ['type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD', 'auditd', 'BPF', 164],
    ['  node=a type=UNKNOWN[1334] msg=audit(1.2:3): prog-id=76 op=LOAD', 'auditd', 'UNKNOWN[1334]', 3],
    ['[   47.346237] audit: type=1334 audit(1709054805.960:8): prog-id=12 op=LOAD', 'kernel', '1334', 8],
    ['[   47.346237] type=1400 audit(1709054805.960:8): apparmor="DENIED"', 'kernel', '1400', 8],
    ['audit: type=1334 audit(1709054805.960:8): prog-id=12 op=LOAD', 'kernel', '1334', 8],
    ['x login: [ 47.3] audit: type=1334 audit(1709054805.960:8): prog-id=12 op=LOAD', 'kernel', '1334', 8],
    ['Sep 21 14:59:10 host audit: BPF prog-id=75 op=LOAD', 'journal', 'BPF', null],
    ['Sep 21 14:59:10 host audit[2871]: SYSCALL arch=c000003e', 'journal', 'SYSCALL', null],
    ['Sep 21 14:59:10 host audit[1]: AVC avc:  denied  { bpf } for  pid=1', 'journal', 'AVC', null],
    ['Nov 17 12:18:00 Host1 audisp-syslog[1135]: type=BPF msg=audit(1.0:7): prog-id=1', 'auditd', 'BPF', 7],
    ['type=BPF msg=audit(02/02/2026 09:48:37.569:882) : prog-id=8', 'interpreted', 'BPF', 882],
    ['type=BPF msg=audit(1.0:1): pid=1 comm=execsnoop perf-time=5 prog-id=119 event=LOAD', 'auditd', 'BPF', 1],
  ])('%s', (line, spelling, type, serial) => {
    expect(parseSpelling(line)).toMatchObject({ kind: 'records', records: [{ spelling, type, serial }] });
  });

  it.each([
    ['Sep 21 14:59:10 host sshd[3]: audit: type=1334 audit(1709054805.960:8): prog-id=12', 'other'],
    ['Sep 21 14:59:10 host logger: BPF prog-id=75 op=LOAD', 'other'],
    ['Sep 21 14:59:10 host audit: initializing netlink subsys (disabled)', 'other'],
    ['[    0.1] audit: initializing netlink subsys (disabled)', 'unknown'],
    ['----', 'other'],
    ['-- Reboot --', 'other'],
    ['-- No entries --', 'other'],
    ['type=BPF msg=audit(31/31/2026 09:48:37.569:882) : prog-id=8', 'unknown'],
    ['Foo 21 14:59:10 host audit: BPF prog-id=75 op=LOAD', 'unknown'],
  ])('%s is no record', (line, kind) => {
    expect(parseSpelling(line).kind).toBe(kind);
  });

  it('takes any text, quickly', () => {
    const piece = fc.constantFrom(
      'type=BPF',
      ' msg=audit(',
      '1.000:1',
      '):',
      ' ',
      '  ',
      '[ 1.000001] ',
      'audit: ',
      'Sep 21 14:59:10 ',
      'host ',
      'a[1]: ',
      '02/03/2026 09:48:37.569:882',
      'node=',
      'é',
      '\0',
      '<5>',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        expect(parseSpelling(parts.join(''))).toHaveProperty('kind');
        expect(typeof looksLikeAudit(parts.join(''))).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
    for (const part of ['[', ' ', 'type=', 'audit: type=1 audit(', 'node=a ', '1', 'msg=audit(']) {
      expect(parseSpelling(part.repeat(20_000)).kind).toBe('unknown');
    }
  });
});

describe('parseLogLine', () => {
  it('takes the line apart', () => {
    expect(parseLogLine('<30>Feb  3 01:02:03.5 web kernel: [   12.000001] words: more')).toEqual({
      shape: 'log',
      stamp: { year: null, month: 1, day: 3, clock: 3_723_500, offset: null },
      host: 'web',
      tag: 'kernel',
      pid: null,
      message: 'words: more',
    });
    expect(parseLogLine('<13>1 2026-02-03T01:02:03.5-01:30 web app 7 ID [a b="c"][d] hello')).toMatchObject({
      stamp: { year: 2026, month: 1, day: 3, clock: 3_723_500, offset: -5_400_000 },
      host: 'web',
      tag: 'app',
      message: 'hello',
    });
    expect(parseLogLine('[   12.000001][  T99] words')).toMatchObject({ shape: 'kernel', message: 'words' });
    expect(parseLogLine('2026-02-03 01:02:03 status installed a:b 1.2')).toBeNull();
  });

  it('knows months of several languages', () => {
    expect(['apr', 'MAI', 'déc.', 'ago', 'Okt', 'Sept'].map(monthOf)).toEqual([3, 4, 11, 7, 9, 8]);
    expect(['lis', 'xyz', 'constructor'].map(monthOf)).toEqual([null, null, null]);
    expect(['Z', '+0530', '-01:00', 'CEST', undefined].map(offsetOf)).toEqual([0, 19_800_000, -3_600_000, null, null]);
  });
});

describe('parseLoss', () => {
  it.each([
    [null, 'audit: audit_backlog=65 > audit_backlog_limit=64', 'lost', null],
    [null, 'audit: rate limit exceeded', 'lost', null],
    ['kernel', 'audit_printk_skb: 33 callbacks suppressed', 'suppressed', 33],
    ['kernel', 'audit: audit_lost=7 audit_rate_limit=0 audit_backlog_limit=64', 'lost', 7],
    ['kernel', 'audit: kauditd hold queue overflow', 'lost', null],
    ['audispd', 'queue is full - dropping event', 'lost', null],
  ])('%s: %s', (tag, message, kind, count) => {
    expect(parseLoss(tag, message)).toMatchObject({ kind, count });
  });

  it('is nothing that another program says', () => {
    expect(parseLoss('sshd', 'audit: backlog limit exceeded')).toBeNull();
    expect(parseLoss('kernel', 'net_ratelimit: 33 callbacks suppressed')).toBeNull();
    expect(parseLoss('auditd', 'Audit daemon is ready')).toBeNull();
  });
});

describe('dates and clocks', () => {
  it('reads a date every way it may be meant', () => {
    const at = (text: string) => Date.parse(text);
    expect(parseDate('02/03/2026 09:48:37.569')).toEqual({
      monthFirst: at('2026-02-03T09:48:37.569Z'),
      dayFirst: at('2026-03-02T09:48:37.569Z'),
    });
    expect(parseDate('29/02/2026 09:48:37.569')).toBeNull();
    expect(parseDate('29/02/28 09:48:37.5')).toEqual({ monthFirst: null, dayFirst: at('2028-02-29T09:48:37.500Z') });
  });

  it('learns the zone of a log once it can, and not from a line that was written late', () => {
    const clock = new StampClock(null);
    const stamp = { year: null, month: 8, day: 21, clock: 3_600_000, offset: null };
    expect(clock.timeOf(stamp)).toBeNull();
    clock.learn(stamp, Date.UTC(2021, 8, 21) - 400_000);
    expect(clock.isSet).toBe(false);
    expect(clock.timeOf(stamp)).toBe(Date.UTC(2021, 8, 21, 1));
    clock.learn(stamp, Date.UTC(2021, 8, 20, 23, 30) - 1000);
    expect(clock.timeOf(stamp)).toBe(Date.UTC(2021, 8, 20, 23, 30));
    const eve = { ...stamp, month: 0, day: 1 };
    clock.learn(eve, Date.UTC(2021, 11, 31, 23, 30));
    expect(clock.timeOf({ ...stamp, month: 11, day: 31 })).toBe(Date.UTC(2021, 11, 30, 23, 30));
  });
});

describe('looksLikeAudit', () => {
  it('finds a record in any spelling, or the lines of a log where one may follow', () => {
    expect(looksLikeAudit('words\nand\ntype=BPF msg=audit(1.000:1): a=b\n')).toBe(true);
    expect(looksLikeAudit('Sep 21 14:59:10 host audit: BPF prog-id=75 op=LOAD')).toBe(true);
    expect(looksLikeAudit('[    0.000000] Linux version\n[    0.000000] Command line\n[    0.1\n'.repeat(3))).toBe(
      false,
    );
    expect(looksLikeAudit('[    0.000000] Linux version\n[    0.000000] Command line\n[    0.000001] more\n')).toBe(
      true,
    );
    expect(looksLikeAudit('Sep 21 14:59:10 host systemd[1]: Started.\n'.repeat(5))).toBe(true);
  });

  it('does not take other files for it', () => {
    for (const text of [
      '',
      'a\n\nb',
      '{"a": 1}',
      'name,value\n1,2\n',
      'x'.repeat(70_000),
      'words of prose\n'.repeat(4000),
    ]) {
      expect(looksLikeAudit(text)).toBe(false);
    }
  });
});
