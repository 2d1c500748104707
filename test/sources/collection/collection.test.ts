import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/model/observation.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { toInventory } from '../../../src/normalise/inventory.ts';
import { type InputSet, openInputs } from '../../../src/sources/open.ts';
import { tarOf } from '../../helpers/tar.ts';
import { collect, FIXTURES, inFolder } from '../helpers.ts';

type Tree = { readonly [path: string]: string | Uint8Array };

const AUDIT = readFileSync(join(FIXTURES, 'audit', 'raw.log'), 'utf8');
const PROG =
  '[{"id":57,"type":"xdp","name":"wit","tag":"9bf6d88144148dc4","gpl_compatible":true,"uid":0,"loaded_at":1700000000}]';

const SOS: Tree = {
  'sos_commands/ebpf/bpftool_-j_prog_list': PROG,
  'sos_commands/ebpf/bpftool_prog_list': '58: xdp  name as_text  tag 9bf6d88144148dc4  gpl\n',
  'sos_commands/ebpf/bpftool_-j_map_list': '[]',
  'sos_commands/ebpf/bpftool_cgroup_tree': "Error: cgroup v2 isn't mounted\n",
  'sos_commands/ebpf/bpftool_net_list': 'xdp:\nlo(1) generic id 57\n\ntc:\n\nflow_dissector:\n\n',
  'sos_commands/ebpf/ip_netns_exec_blue_bpftool_net_list': 'xdp:\nlo(1) generic id 57\n\ntc:\n\nflow_dissector:\n\n',
  'sos_commands/ebpf/bpftool_prog_dump_xlated_id_57': '   0: (85) call bpf_ktime_get_ns#5\n   1: (95) exit\n',
  'sos_commands/ebpf/bpftool_prog_dump_jited_id_57': 'Error: No libbfd support\n',
  'sos_commands/ebpf/bpftool_map_dump_id_5': '[{\n        "key": 0,\n        "value": 0\n    }\n]\n',
  'sos_commands/kernel/sysctl_-a': 'kernel.unprivileged_bpf_disabled = 2\nnet.core.bpf_jit_harden = 1\n',
  'sos_commands/kernel/uname_-a': 'Linux web1 6.18.0 #1 SMP x86_64 GNU/Linux\n',
  'sos_commands/host/hostname': 'web1.example.org\n',
  'sos_commands/date/date': 'Tue Nov 14 22:30:00 IST 2023\n',
  'sos_commands/date/date_--utc': 'Tue Nov 14 22:30:00 UTC 2023\n',
  'sos_commands/auditd/auditctl_-s': 'enabled 1\nlost 3\nbacklog 0\n',
  'sos_commands/auditd/auditctl_-l': '-a always,exit -F arch=b64 -S bpf -F key=bpf\n',
  'proc/sys/kernel/random/boot_id': '6f2c0000-0000-4000-8000-000000000000\n',
  'proc/sys/net/core/bpf_jit_harden': '2\n',
  'proc/1/status': 'Name:\tsystemd\nUid:\t0\t0\t0\t0\n',
  'var/log/audit/audit.log': AUDIT,
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  'etc/empty': '',
};

const UAC: Tree = {
  'uac.log': '2023-11-14 19:30:00 -0300 INF Unix-like Artifacts Collector\n',
  'live_response/system/bpftool_prog_list.txt':
    '57: xdp  name wit  tag 9bf6d88144148dc4  gpl\n\tloaded_at 2023-11-14T22:13:20+0000  uid 0\n\txlated 16B  not jited\n',
  'live_response/system/ebpf/wit/show.txt': '57: xdp  name wit  tag 9bf6d88144148dc4  gpl\n',
  'live_response/system/date.txt': 'ter 14 nov 2023 19:30:00 -03\n',
  'live_response/network/hostname.txt': 'web2\n',
  'live_response/process/proc/812/status.txt': 'Name:\tloader\nUid:\t0\t0\t0\t0\nCapEff:\t0000008000000000\n',
  'live_response/process/proc/812/comm.txt': 'loader\n',
  '[root]/proc/812/fdinfo/5': 'pos:\t0\nprog_type:\t6\nprog_id:\t57\n',
  '[root]/proc/812/fdinfo/6': 'link_type:\txdp\nlink_id:\t4\nprog_tag:\t9b\nprog_id:\t57\n',
  '[root]/proc/812/fdinfo/7': 'map_type:\t1\nmap_id:\t9\n',
  '[root]/var/log/journal/a/system.journal': 'LPKSHHRH\0\0\0\0',
};

function put(folder: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const tarred = (root: string, tree: Tree) =>
  tarOf(Object.entries(tree).map(([path, data]) => ({ name: `${root}${path}`, data, modified: 1_600_000_000 })));

async function read(inputs: InputSet) {
  const observations: readonly Observation[] = await collect(inputs);
  return {
    snapshots: observations.flatMap((each): Snapshot[] => (each.kind === 'snapshot' ? [each.snapshot] : [])),
    unread: observations.flatMap((each) => (each.kind === 'unreadable' ? [each.unreadable] : [])),
    nodes: new Set(observations.flatMap((each) => (each.kind === 'audit' ? [each.group.node] : []))),
    order: observations.map(({ kind }) => kind),
    facts: inputs.facts(),
  };
}

describe('a sosreport', () => {
  it('is one look at its host, and its logs are of that host', async () => {
    await inFolder(async (folder) => {
      put(join(folder, 'sosreport-web1'), SOS);
      symlinkSync('/etc/hosts', join(folder, 'sosreport-web1', 'etc', 'hosts'));
      const { snapshots, unread, nodes, order, facts } = await read(await openInputs([folder]));
      expect(unread).toEqual([]);
      expect(snapshots).toHaveLength(1);
      const [snapshot] = snapshots;
      const root = join(folder, 'sosreport-web1');
      expect(snapshot).toMatchObject({
        time: Date.UTC(2023, 10, 14, 22, 30),
        host: 'web1.example.org',
        boot: '6f2c0000-0000-4000-8000-000000000000',
        kernel: '6.18.0',
        map: [],
        helpers: { 57: ['bpf_ktime_get_ns'] },
        settings: { 'kernel.unprivileged_bpf_disabled': '2', 'net.core.bpf_jit_harden': '2' },
        audit: { enabled: 1, lost: 3, backlog: 0 },
        auditRules: ['-a always,exit -F arch=b64 -S bpf -F key=bpf'],
      });
      expect(snapshot?.prog?.map(({ id }) => id)).toEqual([57]);
      expect(snapshot?.origins).toMatchObject({
        programs: join(root, 'sos_commands/ebpf/bpftool_-j_prog_list'),
        settings: join(root, 'proc/sys/net/core/bpf_jit_harden'),
        audit: join(root, 'sos_commands/auditd/auditctl_-s'),
      });
      expect(snapshot?.problems.map(({ message }) => message)).toEqual([
        `${join(root, 'sos_commands/ebpf/bpftool_cgroup_tree')}: no answer: Error: cgroup v2 isn't mounted`,
      ]);
      // What it does not hold is not covered: the links, the cgroups, and who holds what.
      const { inventory } = toInventory(snapshot ?? expect.fail());
      expect(inventory.covers).toEqual(['programs', 'maps', 'net', 'helpers', 'settings', 'audit', 'audit-rules']);
      expect(inventory.attachments.map(({ key, target }) => [key, target])).toEqual([
        ['xdp:lo:57', 'lo'],
        ['netns:blue:xdp:lo:57', 'netns blue lo'],
      ]);
      expect([...nodes]).toEqual(['web1.example.org']);
      expect(order.indexOf('snapshot')).toBeLessThan(order.length);
      const formats = new Map(facts.map(({ name, format }) => [name.slice(root.length + 1), format]));
      expect(formats.get('etc/passwd')).toBe('not recognised');
      expect(formats.get('etc/hosts')).toBe('a link, not followed');
      expect(formats.get('sos_commands/ebpf/bpftool_map_dump_id_5')).toBe('sosreport, a dump, not used');
      for (const path of Object.keys(SOS)) expect(formats.has(path), path).toBe(true);
    });
  });

  it('gives the same look from an archive, however it is packed', async () => {
    const bytes = tarred('./sosreport-web1/', SOS);
    const looks: string[] = [];
    for (const packed of [bytes, gzipSync(bytes), tarOf([{ name: 'inner.tgz', data: gzipSync(bytes) }])]) {
      const { snapshots, unread, nodes } = await read(await openInputs([{ name: 'a', bytes: packed }]));
      expect(unread).toEqual([]);
      expect([...nodes]).toEqual(['web1.example.org']);
      expect(snapshots).toHaveLength(1);
      looks.push(JSON.stringify({ ...snapshots[0], origins: null, problems: snapshots[0]?.problems.length }));
    }
    expect(new Set(looks).size).toBe(1);
  });

  it('says that nothing tells the time where nothing does', async () => {
    const tree = { 'sos_commands/ebpf/bpftool_-j_prog_list': PROG };
    const { snapshots } = await read(await openInputs([{ name: 'a', bytes: tarred('s/', tree) }]));
    expect(snapshots[0]).toMatchObject({ time: 1_600_000_000_000, host: 'unknown' });
    expect(snapshots[0]?.problems[0]?.message).toMatch(/nothing tells when it was collected/);
  });

  it('does not take single programs for all of them', async () => {
    const tree = { 'live_response/system/ebpf/wit/show.txt': '57: xdp  name wit  tag 9bf6d88144148dc4  gpl\n' };
    const { snapshots } = await read(await openInputs([{ name: 'a', bytes: tarred('', tree) }]));
    const { inventory } = toInventory(snapshots[0] ?? expect.fail());
    expect(inventory.programs.map(({ id }) => id)).toEqual([57]);
    expect(inventory.covers).toEqual([]);
  });
});

describe('a UAC collection', () => {
  it('is one look at its host', async () => {
    const bytes = gzipSync(tarred('', UAC));
    const { snapshots, unread, facts } = await read(await openInputs([{ name: 'uac.tar.gz', bytes }]));
    expect(unread).toEqual([]);
    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]).toMatchObject({
      time: Date.UTC(2023, 10, 14, 22, 30),
      host: 'web2',
      origins: { programs: 'uac.tar.gz!live_response/system/bpftool_prog_list.txt', processes: '/proc/PID/fdinfo' },
      processes: [
        { pid: 812, comm: 'loader', uid: 0, capabilities: ['cap_bpf'], programIds: [57], mapIds: [9], linkIds: [4] },
      ],
    });
    expect(snapshots[0]?.prog).toHaveLength(1);
    const journal = facts.find(({ name }) => name.endsWith('system.journal'));
    expect(journal?.format).toMatch(/binary journal/);
  });
});

describe('a collection that is hostile', () => {
  it('reads what it can', async () => {
    const tree: Tree = {
      'sos_commands/ebpf/bpftool_-j_prog_list': '[{"id":57,"type":"xdp","tag":"9bf6d88144148dc4"},{"id":58,',
      'sos_commands/kernel/sysctl_-a': '\0\u001b[31m = \nkernel.kptr_restrict = \u202e1\n'.repeat(100),
      'sos_commands/host/hostname': `\u001b]0;x\u0007${'a'.repeat(10_000)}\n`,
      'sos_commands/date/date_--utc': 'Nov 99 99:99:99 UTC 99999999',
      'sos_commands/auditd/auditctl_-s': 'enabled 99999999999999999999\n',
      'proc/sys/kernel/random/boot_id': '../../etc/passwd',
      'proc/4294967295/fdinfo/1': 'prog_id:\t-1\nlink_id: x\n',
    };
    const { snapshots, unread } = await read(await openInputs([{ name: 'a', bytes: tarred('s/', tree) }]));
    expect(unread).toHaveLength(1);
    expect(unread[0]?.reason).toMatch(/the text ends inside/);
    expect(snapshots[0]).toMatchObject({ host: 'unknown', boot: null, processes: [] });
  });
});
