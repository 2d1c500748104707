import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoundedReads } from '../../../src/sources/bounded-reads.ts';
import { ProcessWatch } from '../../../src/sources/proc/processes.ts';

const NOBODY: ReadonlySet<number> = new Set();

describe('a look at processes with many descriptors', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bpfwitness-budget-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function add(pid: number, targets: readonly string[], task = ''): void {
    const folder = join(root, String(pid), task);
    for (const name of ['fd', 'fdinfo', 'ns']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'status'), 'Uid:\t0\t0\t0\t0\nCapEff:\t0\n');
    writeFileSync(join(folder, 'comm'), `p${pid}\n`);
    writeFileSync(join(folder, 'stat'), `${pid} (p${pid}) S ${'0 '.repeat(18)}1 0`);
    targets.forEach((target, fd) => {
      symlinkSync(target, join(folder, 'fd', String(fd)));
      writeFileSync(join(folder, 'fdinfo', String(fd)), `map_id:\t${pid}\n`);
    });
    symlinkSync(`net:[${pid}]`, join(folder, 'ns/net'));
  }
  const files = (count: number) => Array.from({ length: count }, () => '/dev/null');
  const map = 'anon_inode:bpf-map';

  it('ends, says what it did not look at, and the next ones go on until all was looked at', async () => {
    for (const pid of [10, 11, 12]) add(pid, [...files(150), map]);
    const watch = new ProcessWatch(new BoundedReads(), root, 200);
    const look = async (all: boolean) => {
      const { processes, unfinished, netNamespaces } = await watch.walk(all, NOBODY);
      return { holders: processes.map(({ pid }) => pid), unfinished, namespaces: [...netNamespaces.values()] };
    };
    // Namespaces are known of all at once.
    expect(await look(true)).toEqual({ holders: [10], unfinished: [11, 12], namespaces: [10, 11, 12] });
    expect((await watch.walkAgain(NOBODY, new Set())).unfinished).toEqual([11, 12]);
    let last = await look(false);
    for (let again = 0; again < 3; again += 1) last = await look(false);
    expect(last).toMatchObject({ holders: [10, 11, 12], unfinished: [] });
  });

  it('gives each its turn although there are news at every look', async () => {
    for (const pid of [10, 11, 12]) add(pid, [...files(150), map]);
    const watch = new ProcessWatch(new BoundedReads(), root, 200);
    let holders: readonly number[] = [];
    for (let look = 0; look < 4; look += 1) holders = (await watch.walk(true, NOBODY)).processes.map(({ pid }) => pid);
    expect(holders).toEqual([10, 11, 12]);
  });

  it('goes on within a process that has more than a look may read, and keeps what was known of it', async () => {
    add(10, [map, ...files(500), 'anon_inode:bpf-map']);
    const watch = new ProcessWatch(new BoundedReads(), root, 200);
    const look = async () => (await watch.walk(false, NOBODY)).processes.map(({ pid }) => pid);
    expect(await look()).toEqual([10]);
    const looks = [await look(), await look()];
    expect(looks).toEqual([[10], [10]]);
    expect((await watch.walk(false, NOBODY)).unfinished).toEqual([]);
  });

  it('names a process that it knows nothing of as one whose namespaces are not known', async () => {
    for (const pid of [10, 11, 12]) add(pid, []);
    const { unfinished, netNamespaces } = await new ProcessWatch(new BoundedReads(), root, 3).walk(true, NOBODY);
    expect([...netNamespaces].sort(([a], [b]) => a - b)).toEqual([
      [10, 10],
      [11, 11],
      [12, null],
    ]);
    expect(unfinished).toContain(12);
  });

  it('sees what a process has open whose first thread has ended', async () => {
    mkdirSync(join(root, '20'));
    writeFileSync(join(root, '20/comm'), 'zombie\n');
    writeFileSync(join(root, '20/stat'), `20 (zombie) Z ${'0 '.repeat(18)}7 0`);
    mkdirSync(join(root, '20/task/20'), { recursive: true });
    add(20, [map, 'socket:[6]'], 'task/21');
    symlinkSync('/usr/bin/x', join(root, '20/task/21/exe'));
    const watch = new ProcessWatch(new BoundedReads(), root);
    const { processes, sockets, netNamespaces, unfinished } = await watch.walk(true, NOBODY, new Set([6]));
    expect(processes).toMatchObject([
      { pid: 20, comm: 'zombie', exe: '/usr/bin/x', uid: 0, startTime: 7, mapIds: [20] },
    ]);
    expect(sockets.get(6)).toMatchObject([{ pid: 20, comm: 'zombie', exe: '/usr/bin/x' }]);
    // By the thread, through which that namespace can be reached.
    expect([...netNamespaces]).toEqual([[21, 20]]);
    expect(unfinished).toEqual([]);
  });
});
