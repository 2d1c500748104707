import { describe, expect, it } from 'vitest';
import { auditEvents } from '../../../src/normalise/audit/events.ts';
import { AuditFields } from '../../../src/normalise/audit/fields.ts';
import { viewGroup } from '../../../src/normalise/audit/group.ts';
import { fieldOf, keysOf, numberOf, userIdOf, userNameOf } from '../../../src/normalise/audit/value.ts';
import { eventsOf, groupOf, groupsIn, told } from './groups.ts';

const parse = (body: string, type = 'SYSCALL') => new AuditFields(type, `type=${type} msg=audit(1.000:1): ${body}`);
const fields = (body: string, type = 'SYSCALL') => Object.fromEntries(parse(body, type).entries());
const actor = (...bodies: string[]) => eventsOf(...bodies)[0]?.details.actor;

const CALL = 'arch=c000003e syscall=321 success=yes exit=4 a0=0 ppid=1 pid=9';

describe('what enriching adds', () => {
  it.each([
    ['after a bracket', 'key=(null)\x1dARCH=x86_64 SYSCALL=bpf AUID="unset" UID="root"', { key: '(null)' }],
    ['after a quote', 'exe="/usr/bin/x" key="bpf"\x1dARCH=x86_64 UID="root"', { exe: '/usr/bin/x', key: 'bpf' }],
    ['after an apostrophe', 'msg=\'op=x res=success\'\x1dUID="root" AUID="bob"', { op: 'x', res: 'success' }],
    ['with braces', 'saddr=0200\x1dSADDR={ saddr_fam=local sockaddr len too short }', { saddr: '0200' }],
  ])('%s is no part of the record', (_where, body, expected) => expect(fields(body)).toEqual(expected));

  it.each([
    ['a bracket', 'uid=0 key=(null)ARCH=x86_64 SYSCALL=bpf AUID="unset" UID="root"', { uid: '0', key: '(null)' }],
    ['a quote', 'uid=0 key="bpf"ARCH=x86_64 SYSCALL=bpf UID="root"', { uid: '0', key: 'bpf' }],
    ['hexadecimal', 'uid=0 key=627066ARCH=x86_64 SYSCALL=bpf UID="root"', { uid: '0', key: 'bpf' }],
    ['an apostrophe', 'uid=0 msg=\'op=x res=success\'UID="root" AUID="root"', { uid: '0', op: 'x', res: 'success' }],
  ])('is found where the separator was lost after %s', (_where, body, expected) => {
    const parsed = parse(body);
    expect(Object.fromEntries(parsed.entries())).toEqual(expected);
    expect(userNameOf(parsed, 'uid')).toBe('root');
  });

  it('gives the names of users, and nothing else', () => {
    const who = `${CALL} auid=1000 uid=0 comm="x" exe="/usr/bin/x" key=(null)`;
    expect(actor(`SYSCALL ${who}\x1dARCH=x86_64 SYSCALL=bpf AUID="alice" UID="root" GID="root"`)).toEqual({
      pid: 9,
      ppid: 1,
      uid: 0,
      user: 'root',
      auid: 1000,
      loginUser: 'alice',
      comm: 'x',
      exe: '/usr/bin/x',
    });
    expect(actor(`SYSCALL ${who}\x1dAUID="unset" UID="unknown(0)"`)).not.toHaveProperty('user');
    expect(actor(`SYSCALL ${CALL} uid=5\x1dEUID="root" SUID="root"`)).not.toHaveProperty('user');
  });
});

describe('oddities of records', () => {
  it('node= in front of some lines and not of others', () => {
    const lines = [
      'node=a type=BPF msg=audit(1.000:1): prog-id=1 op=LOAD',
      'type=BPF msg=audit(1.000:1): prog-id=2 op=LOAD',
    ];
    expect(groupsIn('f', lines.join('\n')).map(({ node, records }) => [node, records.length])).toEqual([
      ['a', 1],
      [null, 1],
    ]);
  });

  it('records in any order', () => {
    const records = [
      'PROCTITLE proctitle="ld"',
      `SYSCALL ${CALL.replace('a0=0', 'a0=5')} uid=0`,
      'BPF prog-id=76 op=LOAD',
    ];
    const both = [records, records.toReversed()].map((each) => eventsOf(...each)[0]?.details);
    expect(both[0]).toMatchObject({
      object: { id: 76 },
      actor: { proctitle: 'ld' },
      command: { name: 'BPF_PROG_LOAD' },
    });
    expect(both[1]).toEqual(both[0]);
  });

  it('no EOE and no PROCTITLE', () => {
    expect(told(eventsOf('BPF prog-id=5 op=UNLOAD'))).toEqual(['program-unload info: program 5 was unloaded']);
  });

  it('a proctitle cut at an odd place', () => {
    expect(fields('proctitle=2F7573722F6269', 'PROCTITLE')).toEqual({ proctitle: '/usr/bi' });
    expect(fields('proctitle=2F757', 'PROCTITLE')).toEqual({ proctitle: '2F757' });
    expect(fields('proctitle=C3', 'PROCTITLE')).toEqual({ proctitle: '\udcc3' });
  });

  it('an EXECVE of 216 arguments, and of more than 65,536', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `a${i}="${i}"`).join(' ');
    expect(parse(`argc=216 ${many(216)}`, 'EXECVE').get('a215')).toBe('215');
    const proctitle = (count: number) => actor(`SYSCALL ${CALL} uid=0`, `EXECVE argc=${count} ${many(count)}`);
    expect(proctitle(216)).toMatchObject({ proctitle: expect.stringMatching(/^0 1 2 .* 214 215$/) });
    expect(proctitle(70_000)).toMatchObject({ proctitle: expect.stringMatching(/^0 1 2 /) });
  });

  it('an argument in pieces', () => {
    const execve = 'EXECVE argc=2 a0="sh" a1_len=8 a1[0]=61626364 a1[1]="efgh"';
    expect(actor(`SYSCALL ${CALL} uid=0`, execve)).toMatchObject({ proctitle: 'sh abcdefgh' });
  });

  it.each([
    ['EXECVE', 'a0=top a1=-u', { a0: 'top', a1: '-u' }],
    ['KERN_MODULE', 'name=mymodule', { name: 'mymodule' }],
    [
      'BPF',
      'pid=41 comm=execsnoop prog-id=119 event=LOAD',
      { pid: '41', comm: 'execsnoop', 'prog-id': '119', event: 'LOAD' },
    ],
  ])('strings of %s that are neither quoted nor hexadecimal', (type, body, expected) => {
    expect(fields(body, type)).toEqual(expected);
  });

  it('hexadecimal exe and cmd', () => {
    const exe = '2F7573722F6C6962657865632F636861726F6E202864656C6574656429';
    expect(fields(`comm="charon" exe=${exe}`).exe).toBe('/usr/libexec/charon (deleted)');
    const body = 'user pid=3027 uid=497 msg=\'cwd="/" cmd=6C73202D6C terminal=? res=success\'';
    expect(fields(body, 'USER_CMD')).toMatchObject({ pid: '3027', cwd: '/', cmd: 'ls -l', res: 'success' });
  });

  it.each([
    ['msg=\'op=PAM:session_open acct="root" res=success \'', { op: 'PAM:session_open', acct: 'root', res: 'success' }],
    [
      'msg=\' comm="systemd-update-utmp" exe="/x" res=success\'',
      { comm: 'systemd-update-utmp', exe: '/x', res: 'success' },
    ],
    [
      "msg='changing system time exe=/sbin/hwclock (hostname=?, addr=?, terminal=console res=success)'",
      {
        exe: '/sbin/hwclock',
        hostname: '?',
        addr: '?',
        terminal: 'console',
        res: 'success',
      },
    ],
    [
      'msg=\'PAM: accounting acct=root : exe="/bin/su" (hostname=?, addr=?, res=ok)\'',
      {
        acct: 'root',
        exe: '/bin/su',
        hostname: '?',
        addr: '?',
        res: 'ok',
      },
    ],
  ])('a nested message: %s', (body, expected) => expect(fields(body, 'USER_ACCT')).toEqual(expected));

  it.each([
    ['auditd normal halt, sending auid=0 pid=8 subj=a res=success', { auid: '0', pid: '8', subj: 'a', res: 'success' }],
    ['user pid=3027 uid=497', { pid: '3027', uid: '497' }],
    ['tty pid=3027 uid=497', { pid: '3027', uid: '497' }],
    ['login pid=3027 uid=0 old auid=700 new auid=701', { pid: '3027', uid: '0', auid: '700' }],
    ['auditd start, ver=1.8 format=raw pid=8  res=success', { ver: '1.8', format: 'raw', pid: '8', res: 'success' }],
  ])('prose: %s', (body, expected) => {
    const parsed = parse(body, 'DAEMON_START');
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, parsed.get(name)]))).toEqual(expected);
  });

  it('two blanks', () => {
    expect(fields(' cwd="/"', 'CWD')).toEqual({ cwd: '/' });
    expect(parse('avc:  denied  { a b } for  pid=1', 'AVC').get('seperms')).toBe('a,b');
    expect(eventsOf('DAEMON_START op=start  res=success')[0]?.details.result).toEqual({ success: true });
  });

  it.each(['4294967295', '-1', 'unset', 'n/a'])('a user that is not set, written %s', (value) => {
    const parsed = parse(`auid=${value}`);
    expect([userIdOf(parsed, 'auid'), userNameOf(parsed, 'auid')]).toEqual([null, null]);
  });

  it('a line that a pager cut', () => {
    const who = `SYSCALL ${CALL} uid=0 comm="x" exe="/us>`;
    expect(actor(who)).toMatchObject({ comm: 'x', exe: '"/us>' });
  });

  it('prog-id=0', () => {
    expect(eventsOf('BPF prog-id=0 op=UNLOAD')[0]?.details.object).toEqual({ kind: 'program' });
  });

  it('a denial of an event whose call worked', () => {
    const found = eventsOf(
      'AVC avc:  denied  { bpf } for  pid=9 comm="x" capability=39 tclass=capability2 permissive=0',
      'BPF prog-id=5 op=LOAD',
      `SYSCALL ${CALL.replace('a0=0', 'a0=5')} uid=0 comm="x"`,
    );
    expect(found.map(({ type }) => type)).toEqual(['access-denied', 'program-load']);
    expect(found[0]?.details).not.toHaveProperty('result');
  });

  it('a denial that made the call fail is one event, as severe as the worse of both', () => {
    const found = eventsOf(
      'AVC avc:  denied  { sys_admin } for  pid=9 comm="x" capability=21 tclass=capability permissive=0',
      `SYSCALL ${CALL.replace('success=yes exit=4 a0=0', 'success=no exit=-1 a0=5')} uid=0 comm="x"`,
    );
    expect(found).toMatchObject([
      { type: 'access-denied', severity: 'error', details: { command: { number: 5 }, result: { errno: 'EPERM' } } },
    ]);
  });

  it('numbers beyond what a number holds', () => {
    const parsed = parse('addr=18446744071607382208 items=9007199254740993 pid=7');
    expect([numberOf(parsed, 'addr'), numberOf(parsed, 'items'), numberOf(parsed, 'pid')]).toEqual([null, null, 7]);
    expect(parsed.get('addr')).toBe('18446744071607382208');
  });
});

describe('values', () => {
  it('are never decoded in quotes, nor where they are no strings', () => {
    expect(fields('a0="useradd" a2="3005"', 'EXECVE')).toEqual({ a0: 'useradd', a2: '3005' });
    expect(fields('a0=10 a1=DEAD pid=4142')).toEqual({ a0: '10', a1: 'DEAD', pid: '4142' });
    expect(fields('saddr=01007075', 'SOCKADDR')).toEqual({ saddr: '01007075' });
    expect(fields('saddr=00', 'SOCKADDR')).toEqual({ saddr: '00' });
    expect(fields('data=6C73')).toEqual({ data: '6C73' });
  });

  it('of TTY and PATH records are', () => {
    expect(fields('tty pid=1 data=6C730D', 'TTY').data).toBe('ls\r');
    expect(fields('item=0 name=2F746D702F6120 inode=5', 'PATH').name).toBe('/tmp/a ');
    expect(fields('path=002F746D70', 'SOCKADDR').path).toBe('@/tmp');
  });

  it('of a proctitle go on behind the first NUL', () => {
    expect(fields('proctitle=6100620063', 'PROCTITLE').proctitle).toBe('a b c');
  });

  it('hold several keys', () => {
    expect(keysOf(parse('key=6261640172756C65'))).toEqual(['bad', 'rule']);
    expect(keysOf(parse('key="a" key="b" key=(null)'))).toEqual(['a', 'b']);
  });

  it('of AppArmor are read', () => {
    const parsed = parse('apparmor="DENIED" operation="exec" profile="p" name=2F612062 pid=1', 'AVC');
    expect([fieldOf(parsed, 'apparmor'), fieldOf(parsed, 'name')]).toEqual(['DENIED', '/a b']);
  });
});

describe('interpreted records (ausearch -i)', () => {
  const CALL_I =
    'SYSCALL arch=x86_64 syscall=bpf success=yes exit=5 a0=BPF_PROG_LOAD (PROG_LOAD) a1=0x7ffc items=0 ppid=1 pid=9 ' +
    'auid=unset uid=root gid=root tty=(none) ses=unset comm=my tool exe=/usr/bin/my tool key=bpf key=load';

  it('are understood', () => {
    const [event] = eventsOf('PROCTITLE proctitle=my tool --map=a b', CALL_I, 'BPF prog-id=76 op=LOAD');
    expect(event?.details).toMatchObject({
      command: { number: 5, name: 'BPF_PROG_LOAD' },
      result: { success: true, exit: 5, errno: null },
      actor: {
        pid: 9,
        user: 'root',
        comm: 'my tool',
        exe: '/usr/bin/my tool',
        keys: ['bpf', 'load'],
        proctitle: 'my tool --map=a b',
      },
    });
    expect(event?.details.actor).not.toHaveProperty('loginUser');
  });

  it.each([
    ['EPERM(Operation not permitted)', 'access-denied', 'EPERM', -1],
    ['EACCES(Permission denied)', 'access-denied', 'EACCES', -13],
    ['EINVAL(Invalid argument)', 'program-load', 'EINVAL', -22],
    ['EWHATEVER', 'program-load', 'EWHATEVER', null],
  ])('name the error of a call: %s', (exit, type, errno, number) => {
    const failed = CALL_I.replace('success=yes exit=5', `success=no exit=${exit}`);
    expect(eventsOf(failed)).toMatchObject([{ type, details: { result: { success: false, errno, exit: number } } }]);
  });

  it('judge who loads by name', () => {
    const severity = (over: string) =>
      eventsOf('BPF prog-id=76 op=LOAD', `SYSCALL arch=x86_64 syscall=bpf success=yes a0=BPF_PROG_LOAD ${over}`)[0]
        ?.severity;
    expect(severity('auid=unset uid=root exe=/usr/bin/x')).toBe('warning');
    expect(severity('auid=unset uid=root exe=/usr/lib/systemd/systemd')).toBe('info');
    expect(severity('auid=alice uid=alice exe=/usr/bin/x')).toBe('error');
    expect(severity('auid=alice uid=root exe=/home/alice/x')).toBe('error');
  });

  it('do not let a process name itself into being a known loader', () => {
    const [event] = eventsOf(
      'BPF prog-id=76 op=LOAD',
      'SYSCALL arch=x86_64 syscall=bpf success=yes a0=BPF_PROG_LOAD pid=9 uid=root comm=a exe=/bin/runc exe=/tmp/evil',
    );
    expect(event?.severity).toBe('warning');
    expect(event?.details.actor).not.toHaveProperty('exe');
  });

  it('list capabilities by name', () => {
    const lists = 'BPRM_FCAPS old_pe=none pe=chown,bpf';
    expect(told(eventsOf(lists))).toEqual(['capability-change error: a process gained bpf from the file that it ran']);
  });
});

describe('evidence', () => {
  it('names the file of each record, and what was read where that was no record', () => {
    const group = groupOf(['BPF prog-id=5 op=LOAD', `SYSCALL ${CALL.replace('a0=0', 'a0=5')} uid=0`], { serial: null });
    const [bpf, call] = group.records;
    if (bpf === undefined || call === undefined) throw new Error('two records');
    const records = [
      { ...bpf, raw: 'audit: BPF prog-id=5 op=LOAD' },
      { ...call, file: 'a.log.1' },
    ];
    const [event] = auditEvents(viewGroup({ ...group, records }, 'h')).events;
    expect(event?.evidence).toMatchObject([
      { origin: 'a.log', text: 'audit: BPF prog-id=5 op=LOAD' },
      { origin: 'a.log.1', line: 2 },
    ]);
    expect(event?.details.audit).toEqual({ record: 'BPF', serial: null });
  });
});

describe('hostile records', () => {
  it.each([
    ['prose', 'a '.repeat(200_000)],
    ['prose before one field', `${'a '.repeat(200_000)}b=1`],
    ['open braces', 'a={ '.repeat(100_000)],
    ['open quotes', 'a=" '.repeat(100_000)],
    ['closing brackets', `a=${')'.repeat(400_000)}`],
    ['many fields', 'key=6162 '.repeat(100_000)],
    ['denials', 'avc: denied { '.repeat(20_000)],
  ])('of %s take no longer for their length', (_what, body) => {
    const parsed = parse(body, 'AVC');
    expect(parsed.names().length).toBeLessThanOrEqual(100_000);
    expect(() => [parsed.get('nothing'), parsed.get('seperms'), parsed.get('a'), keysOf(parsed)]).not.toThrow();
  });
});
