import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoundedReads } from '../../../src/sources/bounded-reads.ts';
import { ProcessWatch } from '../../../src/sources/proc/processes.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bpfwitness-proc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A process as /proc shows it, with its descriptors as [target, fdinfo]. */
function addProcess(pid: number, comm: string, fds: readonly (readonly [target: string, fdinfo: string])[]): void {
  const directory = join(root, String(pid));
  mkdirSync(join(directory, 'fd'), { recursive: true });
  mkdirSync(join(directory, 'fdinfo'));
  writeFileSync(join(directory, 'comm'), `${comm}\n`);
  writeFileSync(join(directory, 'cmdline'), 'x\0-y\0');
  writeFileSync(join(directory, 'cgroup'), '0::/user.slice\n');
  writeFileSync(join(directory, 'status'), 'Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t0000008000000000\n');
  writeFileSync(join(directory, 'stat'), `${pid} (${comm}) S ${'0 '.repeat(18)}${pid * 10} 0`);
  symlinkSync(`/usr/bin/${pid}`, join(directory, 'exe'));
  fds.forEach(([target, fdinfo], fd) => {
    symlinkSync(target, join(directory, 'fd', String(fd)));
    writeFileSync(join(directory, 'fdinfo', String(fd)), fdinfo);
  });
}

const program = (id: number) => ['anon_inode:bpf-prog', `prog_id:\t${id}\n`] as const;
const map = (id: number) => ['anon_inode:bpf-map', `map_id:\t${id}\n`] as const;
const file = ['/dev/null', ''] as const;
const NOBODY: ReadonlySet<number> = new Set();

describe('ProcessWatch', () => {
  it('finds the holders with what /proc says about them, by pid', async () => {
    addProcess(30, 'evil\u001b[31m', [file, program(9), program(4), program(9), map(2)]);
    addProcess(7, 'idle', [file]);
    addProcess(12, 'linker', [['anon_inode:bpf_link', 'link_id:\t5\nprog_id:\t9\n']]);
    mkdirSync(join(root, 'sys'));
    const { processes, refused } = await new ProcessWatch(new BoundedReads(), root).walk(true, NOBODY);
    expect(refused).toBe(0);
    expect(processes).toEqual([
      {
        pid: 12,
        comm: 'linker',
        exe: '/usr/bin/12',
        uid: 0,
        capabilities: ['cap_bpf'],
        startTime: 120,
        programIds: [],
        mapIds: [],
        linkIds: [5],
        cmdline: 'x -y',
        cgroup: '/user.slice',
        exeSha256: null,
        exeUid: null,
        exeMode: null,
      },
      expect.objectContaining({ pid: 30, comm: 'evil\u001b[31m', programIds: [4, 9], mapIds: [2] }),
    ]);
  });

  it('tells who has a socket open, and looks at every process for a new one', async () => {
    const socket = (inode: number) => [`socket:[${inode}]`, ''] as const;
    addProcess(20, 'idle', [file, socket(5)]);
    addProcess(21, 'sniffer', [socket(6)]);
    const watch = new ProcessWatch(new BoundedReads(), root);
    const holders = async (all: boolean, ...inodes: readonly number[]) =>
      [...(await watch.walk(all, NOBODY, new Set(inodes))).sockets].flatMap(([inode, all]) =>
        all.map(({ pid, comm }) => [inode, pid, comm]),
      );
    expect(await holders(true)).toEqual([]);
    expect(await holders(false, 6)).toEqual([[6, 21, 'sniffer']]);
    expect(await holders(false, 5, 6, 7)).toEqual([
      [5, 20, 'idle'],
      [6, 21, 'sniffer'],
    ]);
    expect((await watch.walk(false, NOBODY, new Set([6]))).sockets.get(6)?.[0]?.exe).toBe('/usr/bin/21');
    rmSync(join(root, '21'), { recursive: true });
    expect(await holders(false, 6)).toEqual([]);
    expect((await watch.walk(false, NOBODY, new Set([6]))).processes).toEqual([]);
  });

  it('tells everyone who has a socket open, and looks at every process for one that nobody has any more', async () => {
    const socket = ['socket:[6]', ''] as const;
    const many = Array.from({ length: 600 }, () => file);
    addProcess(20, 'heir', many);
    addProcess(21, 'parent', [socket]);
    addProcess(22, 'child', [socket]);
    const watch = new ProcessWatch(new BoundedReads(), root);
    const holders = async () => (await watch.walk(false, NOBODY, new Set([6]))).sockets.get(6)?.map(({ pid }) => pid);
    expect(await holders()).toEqual([21, 22]);
    symlinkSync('socket:[6]', join(root, '20', 'fd', '600'));
    for (const pid of ['21', '22']) rmSync(join(root, pid), { recursive: true });
    // So that it is not its turn.
    addProcess(10, 'idle', many);
    expect(await holders()).toEqual([20]);
  });

  it('tells whose file a holder of a socket runs, and whether the host has it at that path', async () => {
    const host = join(root, '1', 'root');
    mkdirSync(host, { recursive: true });
    const watch = new ProcessWatch(new BoundedReads(), root);
    const origin = async (pid: number) => {
      const holder = (await watch.walk(true, NOBODY, new Set([6]))).sockets.get(6)?.find((each) => each.pid === pid);
      return [holder?.exeIsHosts, holder?.exeMode];
    };
    const run = (pid: number, path: string) => {
      addProcess(pid, 'x', [['socket:[6]', '']]);
      // Not rmSync, which looks for what a link leads to in Deno 2.4.2.
      unlinkSync(join(root, String(pid), 'exe'));
      symlinkSync(path, join(root, String(pid), 'exe'));
    };
    const bin = join(root, 'bin');
    writeFileSync(bin, '', { mode: 0o755 });
    run(20, bin);
    expect(await origin(20)).toEqual([false, 0o755]);
    mkdirSync(join(host, root), { recursive: true });
    writeFileSync(join(host, bin), '', { mode: 0o755 });
    expect(await origin(20)).toEqual([false, 0o755]);
    rmSync(join(host, bin));
    linkSync(bin, join(host, bin));
    expect(await origin(20)).toEqual([true, 0o755]);
    rmSync(join(root, '1'), { recursive: true });
    expect(await origin(20)).toEqual([null, 0o755]);
    // Whoever sees the mounts of pid 1 has its root.
    for (const who of ['1', 'self']) {
      mkdirSync(join(root, who));
      writeFileSync(join(root, who, 'mountinfo'), '27 1 0:25 / / rw - ext4 /dev/vda rw\n');
    }
    expect(await origin(20)).toEqual([true, 0o755]);
    writeFileSync(join(root, 'self', 'mountinfo'), '99 98 0:31 / / rw - overlay overlay rw\n');
    expect(await origin(20)).toEqual([null, 0o755]);
    run(21, join(root, 'gone'));
    expect(await origin(21)).toEqual([null, null]);
  });

  it('tells the namespaces of each that is alive', async () => {
    addProcess(20, 'inside', []);
    addProcess(21, 'unknown', []);
    mkdirSync(join(root, '20', 'ns'));
    symlinkSync('net:[4026532177]', join(root, '20', 'ns', 'net'));
    symlinkSync('mnt:[4026532178]', join(root, '20', 'ns', 'mnt'));
    const watch = new ProcessWatch(new BoundedReads(), root);
    expect([...(await watch.walk(true, NOBODY)).netNamespaces]).toEqual([[20, 4026532177]]);
    expect([...(await watch.walk(true, NOBODY)).mountNamespaces]).toEqual([[20, 4026532178]]);
    rmSync(join(root, '20'), { recursive: true });
    const { netNamespaces, mountNamespaces } = await watch.walk(false, NOBODY);
    expect([netNamespaces.size, mountNamespaces.size]).toEqual([0, 0]);
  });

  it('passes over our own, and over processes that are gone or half gone', async () => {
    addProcess(30, 'ours', [program(1)]);
    addProcess(31, 'gone', [program(1)]);
    rmSync(join(root, '31', 'status'));
    mkdirSync(join(root, '32'));
    expect((await new ProcessWatch(new BoundedReads(), root).walk(true, new Set([30]))).processes).toEqual([]);
  });

  it('sees new processes and changes of holders in every walk, and all others in turn', async () => {
    const many = Array.from({ length: 400 }, () => file);
    for (const pid of [10, 11, 12, 13]) addProcess(pid, `p${pid}`, many);
    addProcess(14, 'holder', [program(1)]);
    const watch = new ProcessWatch(new BoundedReads(), root);
    const pids = async () => (await watch.walk(false, NOBODY)).processes.map(({ pid }) => pid);
    expect(await pids()).toEqual([14]);

    addProcess(15, 'new', [map(3)]);
    rmSync(join(root, '14'), { recursive: true });
    expect(await pids()).toEqual([15]);

    // An old process comes to hold a map: two of the 400-descriptor processes fit in one walk.
    symlinkSync('anon_inode:bpf-map', join(root, '13', 'fd', '400'));
    writeFileSync(join(root, '13', 'fdinfo', '400'), 'map_id:\t8\n');
    const seen = [await pids(), await pids(), await pids()];
    expect(seen.at(-1)).toEqual([13, 15]);
    expect(
      (await new ProcessWatch(new BoundedReads(), root).walk(true, NOBODY)).processes.map(({ pid }) => pid),
    ).toEqual([13, 15]);
  });
});
