import { describe, expect, it } from 'vitest';
import { collectionRoots, mayTell, placeOf, roleOf } from '../../../src/sources/collection/layout.ts';

describe('collectionRoots', () => {
  it('finds collections by the folders that only they have, and the innermost of a file', () => {
    const roots = collectionRoots([
      '/case/sosreport-a/sos_commands/kernel/sysctl_-a',
      '/case/sosreport-a/etc/passwd',
      '/case/uac.tar.gz!live_response/system/date.txt',
      '/case/uac.tar.gz![root]/var/tmp/sosreport-b/sos_commands/host/hostname',
      '/case/not_sos_commands/x',
    ]);
    expect([...roots]).toEqual([
      ['/case/sosreport-a/', 'sosreport'],
      ['/case/uac.tar.gz!', 'UAC collection'],
      ['/case/uac.tar.gz![root]/var/tmp/sosreport-b/', 'sosreport'],
    ]);
    const inner = '/case/uac.tar.gz![root]/var/tmp/sosreport-b/';
    expect(placeOf(`${inner}x/y`, roots)).toEqual({ kind: 'sosreport', root: inner, path: 'x/y' });
    expect(placeOf('/case/uac.tar.gz!uac.log', roots)).toMatchObject({ root: '/case/uac.tar.gz!', path: 'uac.log' });
    expect(placeOf('/case/sosreport-a/etc/passwd', roots)).toMatchObject({ kind: 'sosreport', path: 'etc/passwd' });
    expect(placeOf('/case/other', roots)).toBeNull();
    expect([...collectionRoots(['sos_commands/host/hostname'])]).toEqual([['', 'sosreport']]);
  });
});

describe('roleOf', () => {
  const bpftool = { tells: 'bpftool', listing: null, netns: null, programId: null };
  it.each([
    ['sos_commands/kernel/sysctl_-a', { tells: 'settings' }],
    ['live_response/system/sysctl_-a.txt', { tells: 'settings' }],
    ['proc/sys/net/core/bpf_jit_harden', { tells: 'setting', setting: 'net.core.bpf_jit_harden' }],
    ['[root]/sys/kernel/security/lockdown', { tells: 'setting', setting: 'lockdown' }],
    ['sos_commands/host/hostname', { tells: 'host' }],
    ['live_response/network/hostname.txt', { tells: 'host' }],
    ['sos_commands/date/date_--utc', { tells: 'date' }],
    ['uac.log', { tells: 'log start' }],
    ['proc/sys/kernel/random/boot_id', { tells: 'boot' }],
    ['sos_commands/auditd/auditctl_-s', { tells: 'audit status' }],
    ['live_response/system/auditctl_-l.txt', { tells: 'audit rules' }],
    ['proc/812/fdinfo/5', { tells: 'process', pid: 812, file: 'fdinfo' }],
    ['live_response/process/proc/812/status.txt', { tells: 'process', pid: 812, file: 'status' }],
    ['sos_commands/ebpf/bpftool_-j_prog_list', { ...bpftool, listing: 'prog' }],
    ['sos_commands/kernel/bpftool_-j_map_list', { ...bpftool, listing: 'map' }],
    ['sos_commands/ebpf/bpftool_cgroup_tree', { ...bpftool, listing: 'cgroup' }],
    ['sos_commands/ebpf/ip_netns_exec_blue_bpftool_net_list', { ...bpftool, listing: 'net', netns: 'blue' }],
    ['sos_commands/ebpf/bpftool_prog_dump_xlated_id_57', { ...bpftool, programId: 57 }],
    ['sos_commands/ebpf/bpftool_prog_dump_jited_id_57', { tells: 'dump' }],
    ['sos_commands/ebpf/bpftool_map_dump_id_5', { tells: 'dump' }],
    ['live_response/system/bpftool_prog_list.txt', { ...bpftool, listing: 'prog' }],
    ['live_response/system/ebpf/hello/show.txt', bpftool],
    ['live_response/system/ebpf/hello/xlated.txt', { tells: 'dump' }],
    ['live_response/system/bpftool_prog_list.txt.stderr', null],
    ['etc/hostname.bak', null],
    ['proc/812/environ', null],
  ])('%s', (path, role) => expect(roleOf(path)).toEqual(role));
});

describe('names that nobody can have', () => {
  it.each([
    `x/sos_commands/kernel/ip_netns_exec_${'_bpftool_'.repeat(7000)}.stderr`,
    `x/sos_commands/kernel/${'bpftool_-'.repeat(7000)}`,
    `x/${'sos_commands/'.repeat(7000)}bpftool_prog_list`,
    `x/sos_commands/kernel/bpftool_prog_list${'x'.repeat(4096)}`,
  ])('tell nothing, and that at once (%#)', (name) => {
    for (let times = 0; times < 200; times += 1) expect([mayTell(name), roleOf(name)]).toEqual([false, null]);
  });

  it.each([
    `sos_commands/ebpf/ip_netns_exec_${'_bpftool_'.repeat(20)}.stderr`,
    `sos_commands/ebpf/${'bpftool_-'.repeat(28)}`,
    `${'proc/'.repeat(99)}${'bpftool_-'.repeat(28)}`,
  ])('take no longer the longest that a file can have (%#)', (name) => {
    for (let times = 0; times < 2000; times += 1) mayTell(name);
    expect(name.length).toBeLessThan(4096);
  });

  it('find their root among any number of others', () => {
    const names = Array.from(
      { length: 30_000 },
      (_, index) => `a.tar!d${index}/sos_commands/ebpf/bpftool_-j_prog_list`,
    );
    const roots = collectionRoots(names);
    expect(roots.size).toBe(30_000);
    for (const name of names) expect(placeOf(name, roots)?.path).toBe('sos_commands/ebpf/bpftool_-j_prog_list');
  });
});

describe('mayTell', () => {
  it.each([
    'a.tar!sosreport-web1/sos_commands/host/hostname',
    'a.tar!sosreport-web1/proc/sys/kernel/random/boot_id',
    'a.tar![root]/proc/sys/net/core/bpf_jit_harden',
    'a.tar!one/two/three/four/five/live_response/system/date.txt',
    '/a/b/c/d/e/f/sos_commands/kernel/uname_-a',
  ])('%s may', (name) => expect(mayTell(name)).toBe(true));

  it.each(['a.tar!etc/passwd', '/a/hostname', '/a/date'])('%s may not', (name) => expect(mayTell(name)).toBe(false));
});
