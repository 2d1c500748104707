import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditFields } from '../../../src/normalise/audit/fields.ts';
import { auditBody, headerFault, parseAuditHeader } from '../../../src/normalise/audit/header.ts';
import { recordTypeName } from '../../../src/normalise/audit/types.ts';
import { fieldOf, keysOf, numberOf, userIdOf } from '../../../src/normalise/audit/value.ts';

function fields(body: string, type = 'SYSCALL') {
  const parsed = new AuditFields(type, `type=${type} msg=audit(1.000:1): ${body}`);
  return Object.fromEntries(parsed.names().map((name) => [name, parsed.get(name)]));
}

describe('parseAuditHeader', () => {
  it('reads node, type, time and serial', () => {
    expect(parseAuditHeader('type=BPF msg=audit(1707546943.213:164): prog-id=60 op=LOAD')).toEqual({
      node: null,
      type: 'BPF',
      stamp: '1707546943.213:164',
      time: 1707546943213,
      serial: 164,
    });
    expect(parseAuditHeader('node=web1.example type=UNKNOWN[1334] msg=audit(5.007:9): x')).toMatchObject({
      node: 'web1.example',
      type: 'UNKNOWN[1334]',
      time: 5007,
    });
  });

  it.each([
    ['', 'no audit record'],
    ['garbage', 'no audit record'],
    ['type=CKADDR', 'audit record is cut off'],
    ['type=UNKNOWN[1329] msg=g', 'audit record is cut off'],
    ['Nov 17 host: type=BPF msg=audit(5.007:9): x', 'audit record does not start the line'],
    [
      'type=BPF msg=audit(02/02/2026 09:48:37.569:882) : x',
      'audit record header is malformed (expected msg=audit(SECONDS.MILLISECONDS:SERIAL))',
    ],
  ])('does not read %j: %s', (text, reason) => {
    expect(parseAuditHeader(text)).toBeNull();
    expect(headerFault(text)).toBe(reason);
  });

  it('finds the body after one blank or two, or none at all', () => {
    expect(auditBody('type=CWD msg=audit(1.0:1):  cwd="/"')).toBe('cwd="/"');
    expect(auditBody('type=EOE msg=audit(1.0:1): ')).toBe('');
    expect(auditBody('type=EOE msg=audit(1.0')).toBe('');
  });
});

describe('recordTypeName', () => {
  it.each([
    ['BPF', 'BPF'],
    ['1334', 'BPF'],
    ['UNKNOWN[1334]', 'BPF'],
    ['1399', 'UNKNOWN[1399]'],
    ['UNKNOWN[9x]', 'UNKNOWN[9x]'],
    ['13x', '13x'],
  ])('%s is %s', (written, name) => expect(recordTypeName(written)).toBe(name));
});

describe('AuditFields', () => {
  it('leaves what enriching added after 0x1D', () => {
    expect(fields('key=(null)\x1dARCH=x86_64 SYSCALL=bpf')).toEqual({ key: '(null)' });
    expect(fields('comm="a" exe="/b"\x1dUID="root"')).toEqual({ comm: 'a', exe: '/b' });
    expect(fields('msg=\'op=x res=success\'\x1dUID="root"', 'USER_CMD')).toEqual({ op: 'x', res: 'success' });
  });

  it('finds an end where the separator was lost', () => {
    expect(fields('key=(null)ARCH=x86_64 SYSCALL=bpf').key).toBe('(null)');
  });

  it('decodes hexadecimal in string fields alone, and never what is quoted', () => {
    expect(fields('comm=6576696C1B5B324A0A a0=10 a1=DEAD exe="2F62696E"')).toEqual({
      comm: 'evil\x1b[2J\n',
      a0: '10',
      a1: 'DEAD',
      exe: '2F62696E',
    });
    expect(fields('a0=10 a1=746F70 a2[1]=6162', 'EXECVE')).toEqual({ a0: '\x10', a1: 'top', 'a2[1]': 'ab' });
    expect(fields('tag=DEADBEEF00112233').tag).toBe('DEADBEEF00112233');
  });

  it.each(['execsnoop', 'ABC', 'deadbeef', '(null)', '?', 'DEADG0'])('keeps %s, which is not hexadecimal', (value) => {
    expect(fields(`comm=${value}`).comm).toBe(value);
  });

  it('writes NULs of a proctitle as blanks, and keeps bytes that are not UTF-8', () => {
    expect(fields('proctitle=617564697463746C002D6500310A', 'PROCTITLE').proctitle).toBe('auditctl -e 1\n');
    expect(fields('comm=FF41').comm).toBe('\udcffA');
  });

  it('opens up a nested message and strips what prose leaves', () => {
    expect(
      fields('msg=\'PAM: accounting acct=root : exe="/bin/su" (hostname=?, addr=?, terminal=pts0 res=ok)\''),
    ).toEqual({
      acct: 'root',
      exe: '/bin/su',
      hostname: '?',
      addr: '?',
      terminal: 'pts0',
      res: 'ok',
    });
    expect(fields('msg=\' comm="a" exe="/b"\'')).toEqual({ comm: 'a', exe: '/b' });
    expect(fields('login pid=22 old auid=4294967295 new auid=0')).toEqual({ pid: '22', auid: '4294967295' });
  });

  it('reads the permissions of an AVC', () => {
    const body = 'avc:  denied  { bpf perfmon } for  pid=41 comm="y" capability=39  tclass=capability2';
    expect(fields(body, 'AVC')).toEqual({ pid: '41', comm: 'y', capability: '39', tclass: 'capability2' });
    const avc = new AuditFields('AVC', `type=AVC msg=audit(1.000:1): ${body}`);
    expect([avc.get('seresult'), avc.get('seperms')]).toEqual(['denied', 'bpf,perfmon']);
    expect(new AuditFields('SYSCALL', `type=SYSCALL msg=audit(1.000:1): ${body}`).get('seresult')).toBeUndefined();
  });

  it('survives what a pager cut', () => {
    expect(fields('comm="a" exe="/us>')).toEqual({ comm: 'a', exe: '"/us>' });
  });

  it('says what is not set', () => {
    const parsed = new AuditFields(
      'SYSCALL',
      'type=SYSCALL msg=audit(1.0:1): auid=4294967295 uid=0 ses=-1 tty=(none) key=627066016C6F6164 exit=-13 items=99999999999999999 host=?',
    );
    expect(userIdOf(parsed, 'auid')).toBeNull();
    expect(userIdOf(parsed, 'uid')).toBe(0);
    expect(userIdOf(parsed, 'ses')).toBeNull();
    expect(fieldOf(parsed, 'tty')).toBeNull();
    expect(fieldOf(parsed, 'host')).toBeNull();
    expect(keysOf(parsed)).toEqual(['bpf', 'load']);
    expect(numberOf(parsed, 'exit')).toBe(-13);
    expect(numberOf(parsed, 'items')).toBeNull();
  });

  it('never throws, and decodes what the kernel would have encoded', () => {
    const character = fc.constantFrom(
      ...' ="\'(),:{}\x1d\0',
      'a',
      'F',
      '0',
      'avc:',
      'msg=',
      "msg='",
      'denied',
      'comm=',
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (parts) => {
        for (const value of Object.values(fields(parts.join('')))) expect(typeof value).toBe('string');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(fields(`comm=${Buffer.from(text).toString('hex').toUpperCase()}`).comm).toBe(text);
      }),
    );
  });
});
