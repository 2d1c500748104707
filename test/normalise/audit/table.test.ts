import { describe, expect, it } from 'vitest';
import { canBecomeEvent } from '../../../src/normalise/audit/relevance.ts';
import { ruledTypes } from '../../../src/normalise/audit/rules.ts';
import { recordTypeName } from '../../../src/normalise/audit/types.ts';
import { eventsOf, told } from './groups.ts';

/** The process of a SYSCALL record after its result. */
const WHO = 'ppid=1 pid=9 auid=4294967295 uid=0 tty=(none) comm="x" exe="/usr/bin/x" key=(null)';
const bpf = (over: string, who = WHO) => `SYSCALL arch=c000003e syscall=321 ${over} ${who}`;
const X = 'x (pid 9, uid 0)';
const AVC = (body: string) => `AVC avc:  denied  { ${body}`;

const INTEGRITY: readonly (readonly [kind: string, what: string])[] = [
  ['DATA', 'the content of a file'],
  ['METADATA', 'the metadata of a file'],
  ['HASH', 'the hash of a file'],
  ['PCR', 'the measurement list'],
  ['EVM_XATTR', 'an extended attribute of EVM'],
];

type Row = readonly [row: string, records: readonly string[], events: readonly string[]];

/** Each row of the table that says what records mean: what it is about, records, and the events that they tell of. */
const ROWS: readonly Row[] = [
  ['BPF LOAD', ['BPF prog-id=5 op=LOAD'], ['program-load warning: program 5 was loaded']],
  [
    'BPF LOAD by another than root',
    ['BPF prog-id=5 op=LOAD', bpf('success=yes exit=4 a0=5', WHO.replace('uid=0', 'uid=7'))],
    ['program-load error: program 5 was loaded by x (pid 9, uid 7)'],
  ],
  ['BPF UNLOAD', ['BPF prog-id=5 op=UNLOAD'], ['program-unload info: program 5 was unloaded']],
  [
    'BPF UNLOAD without an id',
    ['BPF prog-id=0 op=UNLOAD'],
    ['program-unload warning: a program whose id was no longer known was unloaded'],
  ],
  [
    'bpf PROG_LOAD with its BPF record',
    [bpf('success=yes exit=4 a0=5'), 'BPF prog-id=5 op=LOAD'],
    [`program-load warning: program 5 was loaded by ${X}`],
  ],
  [
    'bpf PROG_LOAD refused (EPERM)',
    [bpf('success=no exit=-1 a0=5')],
    [`access-denied error: ${X} could not load a program: EPERM`],
  ],
  [
    'bpf PROG_LOAD refused (EACCES)',
    [bpf('success=no exit=-13 a0=5')],
    [`access-denied error: ${X} could not load a program: EACCES`],
  ],
  [
    'bpf PROG_LOAD that failed',
    [bpf('success=no exit=-22 a0=5')],
    [`program-load warning: ${X} could not load a program: EINVAL`],
  ],
  ['bpf attach', [bpf('success=yes exit=0 a0=8')], [`program-attach warning: ${X} attached a program`]],
  ['bpf detach', [bpf('success=yes exit=0 a0=9')], [`program-detach warning: ${X} detached a program`]],
  [
    'bpf detach by a security agent',
    [bpf('success=yes exit=0 a0=22', 'pid=9 uid=0 comm="tetragon" exe="/usr/bin/tetragon"')],
    ['program-detach error: tetragon (pid 9, uid 0) detached a link'],
  ],
  ['bpf map create', [bpf('success=yes exit=4 a0=0')], [`map-create info: ${X} created a map`]],
  ['bpf map access', [bpf('success=yes exit=0 a0=1')], [`map-access info: ${X} read a map entry`]],
  ['bpf pin', [bpf('success=yes exit=0 a0=6')], [`map-access info: ${X} pinned an object`]],
  ['bpf query', [bpf('success=yes exit=0 a0=f')], [`map-access debug: ${X} read what an object is`]],
  ['bpf token', [bpf('success=yes exit=4 a0=24')], [`capability-change warning: ${X} created a BPF token`]],
  [
    'close with BPF UNLOAD',
    ['BPF prog-id=5 op=UNLOAD', `SYSCALL arch=c000003e syscall=3 success=yes exit=0 a0=4 ${WHO}`],
    [`program-unload info: program 5 was unloaded: ${X} let go of it`],
  ],
  [
    'AVC bpf',
    [AVC('prog_load } for  pid=9 comm="x" tclass=bpf permissive=0')],
    ['access-denied error: SELinux denied x (pid 9) prog_load (bpf)'],
  ],
  [
    'AVC bpf, other permission',
    [AVC('map_read } for  pid=9 comm="x" tclass=bpf permissive=0')],
    ['access-denied warning: SELinux denied x (pid 9) map_read (bpf)'],
  ],
  [
    'AVC capability2 bpf',
    [AVC('bpf } for  pid=9 comm="x" capability=39 tclass=capability2')],
    ['access-denied error: SELinux denied x (pid 9) bpf (capability2)'],
  ],
  [
    'AVC bpf, permissive',
    [AVC('prog_load } for  pid=9 comm="x" tclass=bpf permissive=1')],
    ['policy-violation warning: SELinux would have denied x (pid 9) prog_load (bpf), but is permissive'],
  ],
  [
    'USER_AVC bpf',
    [
      'USER_AVC pid=1 uid=0 auid=n/a msg=\'avc:  denied  { map_create } for scontext=a tclass=bpf  exe="/usr/lib/systemd/systemd"\'',
    ],
    ['access-denied error: SELinux denied /usr/lib/systemd/systemd (pid 1, uid 0) map_create (bpf)'],
  ],
  [
    'AVC of another class',
    [AVC('read } for  pid=9 comm="x" name="f" tclass=file permissive=0')],
    ['access-denied info: SELinux denied x (pid 9) read (file) on f'],
  ],
  [
    'AVC of another class that has to do with BPF',
    [AVC('write } for  pid=9 comm="x" path="/sys/fs/bpf/p" tclass=file permissive=0')],
    ['access-denied warning: SELinux denied x (pid 9) write (file) on /sys/fs/bpf/p'],
  ],
  [
    'AVC of AppArmor',
    [
      'AVC apparmor="DENIED" operation="ptrace" profile="docker-default" pid=9 comm="x" denied_mask="trace" peer="unconfined"',
    ],
    ['access-denied info: AppArmor denied x (pid 9) ptrace on unconfined'],
  ],
  [
    'AVC of AppArmor about CAP_BPF',
    ['AVC apparmor="DENIED" operation="capable" profile="p" pid=9 comm="x" capability=39  capname="bpf"'],
    ['access-denied error: AppArmor denied x (pid 9) capable bpf'],
  ],
  [
    'AVC of AppArmor that only complains',
    ['AVC apparmor="ALLOWED" operation="open" profile="p" name="/etc/x" pid=9 comm="x"'],
    ['policy-violation info: AppArmor would have denied x (pid 9) open on /etc/x, but its profile only complains'],
  ],
  [
    'AppArmor profile',
    ['APPARMOR_STATUS operation="profile_remove" profile="unconfined" name="p" pid=9 comm="apparmor_parser"'],
    ['config-change warning: AppArmor profile p was removed'],
  ],
  [
    'AVC of Smack',
    ['AVC lsm=SMACK fn=smack_inode_permission action=denied subject="_" object="x" requested=w pid=9 comm="x"'],
    ['access-denied info: Smack denied x (pid 9) w'],
  ],
  [
    'LANDLOCK_ACCESS',
    [
      '1423 domain=195ba459b blockers=fs.refer path="/usr/bin" dev="vda2" ino=351',
      `SYSCALL arch=c000003e syscall=264 success=no exit=-18 ${WHO}`,
    ],
    [`access-denied info: Landlock denied ${X} fs.refer on /usr/bin`],
  ],
  [
    'SELINUX_ERR',
    ['SELINUX_ERR op=security_compute_sid invalid_context="u:r:t" scontext=a tcontext=b tclass=process'],
    ['policy-violation error: SELinux error: security_compute_sid, invalid context u:r:t'],
  ],
  [
    'USER_SELINUX_ERR',
    ["USER_SELINUX_ERR pid=1 uid=0 msg='avc:  unknown class'"],
    ["policy-violation error: process (pid 1, uid 0): SELinux error: pid=1 uid=0 msg='avc:  unknown class'"],
  ],
  [
    'SECCOMP that kills',
    [
      'SECCOMP auid=20003 uid=22 pid=9 comm="sshd" exe="/usr/sbin/sshd" sig=31 arch=40000003 syscall=132 compat=0 code=0x0',
    ],
    ['policy-violation warning: seccomp killed sshd (pid 9, uid 22) for system call 132 (arch 40000003)'],
  ],
  [
    'SECCOMP that refuses bpf',
    ['SECCOMP uid=0 pid=9 comm="x" sig=0 arch=c000003e syscall=321 code=0x00050000'],
    [`access-denied error: seccomp refused ${X} bpf(2)`],
  ],
  [
    'SECCOMP that traps bpf',
    ['SECCOMP uid=0 pid=9 comm="x" sig=31 arch=c000003e syscall=321 code=0x30000'],
    [`policy-violation error: seccomp trapped ${X} for bpf(2)`],
  ],
  ['SECCOMP that only logs', ['SECCOMP uid=0 pid=9 comm="x" sig=0 arch=c000003e syscall=321 code=0x7ffc0000'], []],
  [
    'BPRM_FCAPS that gives bpf',
    [
      'BPRM_FCAPS fver=2 fp=8000000000 fi=0 fe=1 old_pp=0 old_pi=0 old_pe=0 pp=8000000000 pi=0 pe=8000000000 frootid=0',
      `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ${WHO}`,
    ],
    [`capability-change error: ${X} gained bpf from the file that it ran`],
  ],
  [
    'BPRM_FCAPS that gives less',
    ['BPRM_FCAPS fver=2 fe=1 old_pe=0 new_pe=2000', `SYSCALL arch=c000003e syscall=59 success=yes exit=0 ${WHO}`],
    [`capability-change info: ${X} ran a file that changes its capabilities`],
  ],
  [
    'CAPSET',
    ['CAPSET pid=9 cap_pi=0 cap_pp=200000 cap_pe=200000'],
    ['capability-change warning: process (pid 9) set its capabilities and holds sys_admin'],
  ],
  ['CAPSET without any of these', ['CAPSET pid=9 cap_pi=0 cap_pp=400 cap_pe=0'], []],
  [
    'CONFIG_CHANGE audit_enabled=0',
    ['CONFIG_CHANGE op=set audit_enabled=0 old=1 auid=1000 ses=1 res=1'],
    ['config-change critical: audit_enabled was set to 0, it was 1'],
  ],
  [
    'CONFIG_CHANGE of a bpf rule',
    ['CONFIG_CHANGE auid=1000 op=remove_rule key="bpf" list=4 res=1'],
    ['config-change critical: an audit rule with key bpf was removed'],
  ],
  [
    'CONFIG_CHANGE remove_rule',
    ['CONFIG_CHANGE auid=1000 op=remove_rule key="etc" list=4 res=1'],
    ['config-change error: an audit rule with key etc was removed'],
  ],
  [
    'CONFIG_CHANGE add_rule',
    ['CONFIG_CHANGE auid=1000 op=add_rule key="etc" list=4 res=1'],
    ['config-change info: an audit rule with key etc was added'],
  ],
  [
    'CONFIG_CHANGE updated_rules',
    ['CONFIG_CHANGE auid=1001 ses=6 op="updated_rules" path="/etc/gshadow" key="auth" list=4 res=1'],
    ['config-change info: an audit rule with key auth on /etc/gshadow was updated'],
  ],
  [
    'CONFIG_CHANGE audit_pid=0',
    ['CONFIG_CHANGE op=set audit_pid=0 old=77 auid=0 res=1'],
    ['config-change warning: audit_pid was set to 0, it was 77'],
  ],
  [
    'CONFIG_CHANGE audit_failure',
    ['CONFIG_CHANGE op=set audit_failure=0 old=1 auid=0 res=1'],
    ['config-change warning: audit_failure was set to 0, it was 1'],
  ],
  [
    'CONFIG_CHANGE lost',
    ['CONFIG_CHANGE op=set lost=0 old=12 auid=0 res=1'],
    ['config-change warning: the count of lost records was set to 0, it was 12'],
  ],
  [
    'FEATURE_CHANGE',
    ['FEATURE_CHANGE auid=0 feature=only_unset_loginuid old=0 new=1 res=1'],
    ['config-change info: audit feature only_unset_loginuid was set to 1'],
  ],
  [
    'MAC_STATUS enforcing 1 to 0',
    ['MAC_STATUS enforcing=0 old_enforcing=1 auid=0 ses=1 enabled=1 old-enabled=1 lsm=selinux res=1'],
    ['config-change error: SELinux was made permissive'],
  ],
  [
    'MAC_STATUS otherwise',
    ['MAC_STATUS enforcing=1 old_enforcing=0 auid=0 ses=1'],
    ['config-change warning: SELinux was made enforcing'],
  ],
  [
    'MAC_POLICY_LOAD',
    ['MAC_POLICY_LOAD auid=0 ses=1 lsm=selinux res=1'],
    ['config-change warning: a policy was loaded into the security module'],
  ],
  [
    'MAC_CONFIG_CHANGE',
    ['MAC_CONFIG_CHANGE bool=domain_can_mmap_files val=1 old_val=0 auid=0 ses=1'],
    ['config-change warning: SELinux boolean domain_can_mmap_files was set to 1'],
  ],
  ['DAEMON_START', ['DAEMON_START op=start ver=3.0 pid=9 uid=0 res=success'], ['config-change info: auditd started']],
  ['DAEMON_CONFIG', ['DAEMON_CONFIG op=reconfigure pid=9'], ["config-change info: auditd's configuration changed"]],
  ['DAEMON_ROTATE', ['DAEMON_ROTATE op=rotate-logs pid=9'], ['config-change debug: auditd rotated its log']],
  ['DAEMON_RESUME', ['DAEMON_RESUME op=resume-logging pid=9'], ['config-change info: auditd writes its log again']],
  ['DAEMON_END', ['DAEMON_END op=terminate pid=9 res=success'], ['config-change error: auditd stopped']],
  ['DAEMON_ABORT', ['DAEMON_ABORT op=abort pid=9'], ['security-alert critical: auditd ended because of an error']],
  ['DAEMON_ERR', ['DAEMON_ERR op=overflow pid=9'], ['security-alert error: auditd reported an error']],
  [
    'KERN_MODULE loaded',
    ['KERN_MODULE name="evil"', `SYSCALL arch=c000003e syscall=313 success=yes exit=0 ${WHO}`],
    [`config-change warning: kernel module evil was loaded by ${X}`],
  ],
  [
    'KERN_MODULE removed',
    ['KERN_MODULE name="evil"', `SYSCALL arch=c000003e syscall=176 success=no exit=-16 ${WHO}`],
    [`config-change warning: kernel module evil was removed by ${X} (failed: EBUSY)`],
  ],
  ...INTEGRITY.map(
    ([kind, what]): Row => [
      `INTEGRITY_${kind}`,
      [`INTEGRITY_${kind} pid=9 uid=0 op=appraise_data cause=invalid-hash comm="x" name="/usr/bin/y" res=0`],
      [`security-alert error: the kernel could not vouch for ${what} (/usr/bin/y): invalid-hash, used by ${X}`],
    ],
  ),
  ['INTEGRITY_DATA that is fine', ['INTEGRITY_DATA pid=9 op=appraise_data name="/usr/bin/y" res=1'], []],
  [
    'INTEGRITY_RULE',
    ['INTEGRITY_RULE file="/usr/bin/y" res=0'],
    ['policy-violation error: the kernel could not vouch for a file by a rule (/usr/bin/y)'],
  ],
  [
    'INTEGRITY_STATUS',
    ['INTEGRITY_STATUS op=ima_status cause=enabled'],
    ['config-change info: the state of integrity checking changed: ima_status'],
  ],
  [
    'INTEGRITY_POLICY_RULE',
    ['INTEGRITY_POLICY_RULE action=measure func=BPRM_CHECK res=1'],
    ['config-change info: a rule of the integrity policy was set: measure'],
  ],
  [
    'ANOM_ABEND',
    ['ANOM_ABEND auid=4294967295 uid=48 pid=9 comm="httpd" sig=11'],
    ['security-alert info: httpd (pid 9, uid 48) ended by signal 11'],
  ],
  [
    'ANOM_ABEND by SIGSYS',
    ['ANOM_ABEND uid=48 pid=9 comm="httpd" sig=31'],
    ['security-alert warning: httpd (pid 9, uid 48) ended by signal 31'],
  ],
  [
    'ANOM_PROMISCUOUS',
    ['ANOM_PROMISCUOUS dev=ens4 prom=256 old_prom=0 auid=1001 uid=0 ses=1'],
    ['security-alert warning: process (uid 0): ens4 receives the frames of others (promiscuous mode)'],
  ],
  [
    'ANOM_LINK',
    ['ANOM_LINK op=follow_link action=denied pid=9 comm="x" res=0', 'PATH item=0 name="/tmp/l"'],
    ['security-alert warning: x (pid 9) followed or made a suspicious link: /tmp/l'],
  ],
  [
    'ANOM_CREAT',
    ['ANOM_CREAT op=sticky_create_regular pid=9 comm="x" name="/tmp/f"'],
    ['security-alert warning: x (pid 9) opened a file in a suspicious place for creation: /tmp/f'],
  ],
  [
    'ANOM_* of user space',
    ['ANOM_LOGIN_FAILURES pid=9 uid=0 msg=\'op=pam_tally acct="bob" exe="/usr/sbin/sshd" addr=10.0.0.1 res=success\''],
    [
      'security-alert error: /usr/sbin/sshd (pid 9, uid 0): an anomaly was reported: ANOM_LOGIN_FAILURES of bob from 10.0.0.1',
    ],
  ],
  [
    'ANOM_* by a number without a name',
    ['2150 pid=9'],
    ['security-alert error: process (pid 9): an anomaly was reported: UNKNOWN[2150]'],
  ],
  [
    'RESP_*',
    ['RESP_ACCT_LOCK acct="bob" res=1'],
    ['security-alert warning: an anomaly was answered: RESP_ACCT_LOCK of bob'],
  ],
  [
    'RESP_* by a number without a name',
    ['UNKNOWN[2250] pid=9'],
    ['security-alert warning: process (pid 9): an anomaly was answered: UNKNOWN[2250]'],
  ],
  [
    'URINGOP',
    ['URINGOP uring_op=18 success=yes exit=0 items=0 ppid=1 pid=9 uid=0'],
    ['security-alert info: process (pid 9, uid 0) did 18 through io_uring, which rules for system calls do not see'],
  ],
  [
    'NETFILTER_CFG',
    ['NETFILTER_CFG table=filter:5 family=2 entries=7 op=nft_register_rule pid=9 comm="nft"'],
    ['config-change info: nft (pid 9): packet filter table filter:5 was changed (nft_register_rule)'],
  ],
  [
    'EVENT_LISTENER connect',
    ['EVENT_LISTENER pid=9 uid=0 auid=4294967295 comm="x" exe="/usr/bin/x" nl-mcgrp=1 op=connect res=1'],
    [`config-change info: ${X}: began to listen to audit records`],
  ],
  ['EVENT_LISTENER disconnect', ['EVENT_LISTENER pid=9 op=disconnect res=1'], []],
  [
    'SYSTEM_BOOT',
    ['SYSTEM_BOOT pid=9 uid=0 msg=\' comm="systemd-update-utmp" res=success\''],
    ['config-change info: h was started'],
  ],
  [
    'KERNEL initialized',
    ['2000 state=initialized audit_enabled=0 res=1'],
    ['config-change info: the kernel of h was started'],
  ],
  ['KERNEL otherwise', ['2000 something else'], []],
  // Not in the table: counted by type.
  ['LOGIN', ['LOGIN pid=9 uid=0 old-auid=4294967295 auid=0'], []],
  ['USER_CMD', ['USER_CMD pid=9 uid=0 msg=\'cwd="/" cmd=6C73 terminal=pts/0 res=success\''], []],
];

describe('what audit records mean, row by row', () => {
  it.each(ROWS)('%s', (_row, records, events) => {
    expect(told(eventsOf(...records))).toEqual(events);
  });
});

describe('canBecomeEvent', () => {
  const typesOf = (records: readonly string[]) => records.map((each) => recordTypeName(each.split(' ', 1)[0] ?? ''));

  it('is true of a type in each row that makes an event without a call of bpf(2)', () => {
    for (const [row, records, events] of ROWS) {
      if (events.length === 0 || records.some((each) => each.includes(' syscall=321 success='))) continue;
      expect(typesOf(records).some(canBecomeEvent), row).toBe(true);
    }
  });

  it('is true of no type that only adds to others or means nothing', () => {
    const none = [
      'SYSCALL',
      'PROCTITLE',
      'CWD',
      'PATH',
      'EXECVE',
      'EOE',
      'LOGIN',
      'USER_CMD',
      'CRED_ACQ',
      'SERVICE_START',
    ];
    for (const type of [...none, 'UNKNOWN[1399]', '', '__proto__', 'constructor'])
      expect(canBecomeEvent(type), type).toBe(false);
  });

  it('has a row for each type that has a rule', () => {
    const shown = new Set(ROWS.flatMap(([, records]) => typesOf(records)));
    // Other words for the same rule.
    const alike = ['APPARMOR_ALLOWED', 'APPARMOR_DENIED', 'APPARMOR_KILL', 'DAEMON_RECONFIG'];
    expect(
      ruledTypes()
        .filter((type) => !shown.has(type))
        .sort(),
    ).toEqual(alike);
  });
});
