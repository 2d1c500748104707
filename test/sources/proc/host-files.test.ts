import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/model/snapshot.ts';
import { BoundedReads } from '../../../src/sources/bounded-reads.ts';
import { parseBpfMounts, parseNetNamespaceMounts, readBpfMounts } from '../../../src/sources/proc/mounts.ts';
import {
  parsePacketSockets,
  readPacketSockets,
  readPacketSocketsIn,
} from '../../../src/sources/proc/packet-sockets.ts';
import { parseSysctlFile, readPersistedSettings } from '../../../src/sources/proc/sysctl-files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bpfwitness-root-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

describe('BPF file systems', () => {
  it('are those of type bpf, with the options of the mount and of the file system', async () => {
    const text = [
      '23 28 0:21 / /proc rw,nosuid - proc proc rw',
      '42 23 0:39 / /sys/fs/bpf rw,nosuid,relatime shared:9 - bpf bpf rw,mode=700',
      '43 23 0:40 / /run/my\\040token\\134 rw - bpf none rw,delegate_cmds=any,delegate_progs=any',
      'no line of it',
      '',
    ].join('\n');
    expect(parseBpfMounts(text)).toEqual([
      { device: '0:39', path: '/sys/fs/bpf', options: ['rw', 'nosuid', 'relatime', 'mode=700'] },
      { device: '0:40', path: '/run/my token\\', options: ['rw', 'delegate_cmds=any', 'delegate_progs=any'] },
    ]);
  });

  it('have the permissions of their root, and are not known where there is no list of them', async () => {
    expect(await readBpfMounts(new BoundedReads(), root)).toBeNull();
    mkdirSync(join(root, 'bpf'), { mode: 0o751 });
    write('proc/self/mountinfo', '42 23 0:39 / /bpf rw - bpf bpf rw\n43 23 0:39 / /gone rw - bpf bpf rw\n');
    expect(await readBpfMounts(new BoundedReads(), root)).toEqual([
      { path: '/bpf', options: ['rw'], mode: 0o751 },
      { path: '/gone', options: ['rw'], mode: null },
    ]);
  });
});

describe('mounts of network namespaces', () => {
  it('are those of nsfs that are of net', async () => {
    const text = [
      '45 44 0:4 net:[4026532177] /run/netns/blue rw shared:2 - nsfs nsfs rw',
      '46 44 0:4 mnt:[4026532178] /run/snapd/ns/x.mnt rw - nsfs nsfs rw',
      '47 44 0:4 net:[4026532179] /run/docker/netns/a\\040b rw - nsfs nsfs rw',
      '48 44 0:39 net:[4026532180] /run/netns/not rw - tmpfs tmpfs rw',
    ].join('\n');
    expect(parseNetNamespaceMounts(text)).toEqual([
      { inode: 4026532177, path: '/run/netns/blue' },
      { inode: 4026532179, path: '/run/docker/netns/a b' },
    ]);
  });
});

describe('packet sockets', () => {
  it('are lines of /proc/net/packet', async () => {
    const text = [
      'sk               RefCnt Type Proto  Iface R Rmem   User   Inode',
      '00000000c2a5d1f0 3      3    0003   2     1 0      0      23456 ',
      'ffff8881 3      2    888e   0     1 0      1000      99',
      'torn 3 3',
      '',
    ].join('\n');
    expect(parsePacketSockets(text)).toEqual([
      { inode: 23456, protocol: 3, ifindex: 2, uid: 0 },
      { inode: 99, protocol: 0x888e, ifindex: 0, uid: 1000 },
    ]);
    expect(readPacketSockets(root)).toBeNull();
    // A kernel without them has no list of them.
    write('proc/self/net/dev', '');
    expect(readPacketSockets(root)).toEqual([]);
  });

  it('of another network namespace are those that a process shows that is still in it', async () => {
    const line = (inode: number) => `ffff8881 3      3    0003   2     1 0      0      ${inode}\n`;
    for (const pid of [7, 8]) {
      write(`proc/${pid}/ns/net`, '');
      write(`proc/${pid}/net/packet`, line(pid));
    }
    const processes = [6, 7, 8].map((pid) => join(root, `proc/${pid}`));
    const { ino } = statSync(join(root, 'proc/8/ns/net'));
    const inside = { inode: ino, name: 'blue', paths: [], processes };
    expect(readPacketSocketsIn(inside)).toEqual([{ inode: 8, protocol: 3, ifindex: 2, uid: 0 }]);
    expect(readPacketSocketsIn({ ...inside, processes: processes.slice(0, 2) })).toBeNull();
    expect(readPacketSocketsIn({ ...inside, processes: [] })).toBeNull();
  });
});

describe('settings of the next boot', () => {
  it('are lines of sysctl.d(5), of the settings that we know', async () => {
    const text =
      '# kernel.kptr_restrict = 0\n;x\n kernel.kptr_restrict=2 \n-net/core/bpf_jit_harden = 2\nvm.swappiness = 1\n=\n';
    expect(parseSysctlFile(text, 'f')).toEqual([
      { name: 'kernel.kptr_restrict', value: '2', file: 'f', line: 3 },
      { name: 'net.core.bpf_jit_harden', value: '2', file: 'f', line: 4 },
    ]);
  });

  it('are those of the file that is read last, a name in /etc hiding that in /usr', async () => {
    write('usr/lib/sysctl.d/10-a.conf', 'kernel.unprivileged_bpf_disabled=0\n');
    write('etc/sysctl.d/10-a.conf', 'kernel.kptr_restrict=1\n');
    write('run/sysctl.d/20-b.conf', 'kernel.kptr_restrict=2\n');
    write('run/sysctl.d/30-b.txt', 'kernel.kptr_restrict=0\n');
    write('etc/sysctl.conf', 'net.core.bpf_jit_enable=1\n');
    const problems: Problem[] = [];
    expect(readPersistedSettings(problems, root)).toEqual([
      { name: 'kernel.kptr_restrict', value: '2', file: '/run/sysctl.d/20-b.conf', line: 1 },
      { name: 'net.core.bpf_jit_enable', value: '1', file: '/etc/sysctl.conf', line: 1 },
    ]);
    rmSync(root, { recursive: true });
    expect(readPersistedSettings(problems, root)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('name a file that is there and cannot be read', async () => {
    write('etc/sysctl.d/10-a.conf/not-a-file', '');
    const problems: Problem[] = [];
    expect(readPersistedSettings(problems, root)).toEqual([]);
    expect(problems).toEqual([
      {
        section: 'sysctl-files',
        message: expect.stringMatching(
          /^\/etc\/sysctl\.d\/10-a\.conf, which may set kernel settings at boot, was not read: /,
        ),
      },
    ]);
  });
});
