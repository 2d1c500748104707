import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Problem, Process } from '../../../src/model/snapshot.ts';
import { NamespaceWatch } from '../../../src/sources/bpftool/net-namespaces.ts';
import { netProgramState } from '../../../src/sources/bpftool/program-state.ts';
import { FakeNamespaces } from '../../helpers/fake-namespaces.ts';

const xdp = (id: number) => [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id }], tc: [] }];
const NOTHING = [{ xdp: [], tc: [], flow_dissector: [] }];
const prog = (...ids: readonly number[]) => ids.map((id) => ({ id, type: 'xdp' }));

describe.skipIf(process.platform !== 'linux')('other network namespaces', () => {
  let host: FakeNamespaces;
  beforeEach(() => {
    host = new FakeNamespaces();
  });
  afterEach(() => host.remove());

  function watch(nsenter: string | null = host.nsenter.path) {
    const namespaces = new NamespaceWatch({ bpftool: '/x/bpftool', nsenter, root: host.root });
    return async (
      programs: readonly JsonObject[] = [],
      netNamespaces: ReadonlyMap<number, number | null> = new Map(),
    ) => {
      const problems: Problem[] = [];
      const walk = { processes: [], netNamespaces };
      const { list, unread } = await namespaces.look({ prog: programs }, walk, new AbortController().signal, problems);
      return { list, unread, problems: problems.map(({ section, message }) => `${section}: ${message}`) };
    };
  }

  it('are asked each, by a mount or by a process that is in it', async () => {
    const blue = host.add('blue', xdp(5));
    const nameless = host.addProcess(812, NOTHING);
    const { list, unread, problems } = await watch()(prog(5), new Map([[812, nameless]]));
    expect(list).toHaveLength(2);
    expect(list).toContainEqual({ inode: blue, name: 'blue', net: xdp(5), packets: [] });
    expect(list).toContainEqual({ inode: nameless, name: null, net: NOTHING, packets: [] });
    expect([unread, problems]).toEqual([0, []]);
  });

  it('are none of those that a process or a mount no longer leads to, or leads elsewhere from', async () => {
    const blue = host.add('blue', NOTHING);
    host.addProcess(812, NOTHING);
    host.vanish('blue');
    expect(await watch()([], new Map([[812, blue]]))).toEqual({ list: [], unread: 0, problems: [] });
    expect(host.asked()).toEqual([]);
  });

  it('are asked in turn while nothing says that anything has changed', async () => {
    for (let index = 0; index < 10; index += 1) host.add(`ns${index}`, NOTHING);
    const look = watch();
    const { list } = await look(prog(5));
    expect(host.asked()).toHaveLength(10);
    const turns: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      expect((await look(prog(5))).list).toEqual(list);
      const asked = host.asked();
      expect(asked).toHaveLength(4);
      turns.push(...asked);
    }
    expect(new Set(turns).size).toBe(10);
    await look(prog(5, 6));
    expect(host.asked()).toHaveLength(10);
  });

  it('are asked again where the answer named a program that is not listed', async () => {
    for (let index = 0; index < 20; index += 1) host.add(`ns${index}`, NOTHING);
    host.add('late', xdp(6));
    const look = watch();
    await look(prog(5));
    host.asked();
    host.answer('late', NOTHING);
    const { list } = await look(prog(5));
    expect(host.asked()).toContain('late');
    expect(list.find(({ name }) => name === 'late')?.net).toEqual(NOTHING);
  });

  it('are asked up to a number in one look, and it is said how many were left out', async () => {
    for (let index = 0; index < 70; index += 1) host.add(`ns${index}`, NOTHING);
    const look = watch();
    const first = await look();
    expect(first.list.filter(({ net }) => net === undefined)).toHaveLength(6);
    expect(first.problems).toEqual([
      'net-namespaces: 6 of 70 other network namespaces were not looked at, what is attached there is not known: 64 are asked in one look',
      'packet-sockets: who reads raw frames in 6 of 70 other network namespaces is not known: their lists of packet sockets could not be read',
    ]);
    const second = await look();
    expect(second.list.filter(({ net }) => net === undefined)).toEqual([]);
    expect(second.problems).toEqual([]);
  });

  it('are asked oldest first where all of them have to be', async () => {
    const look = watch();
    host.add('first', NOTHING);
    for (let index = 0; index < 70; index += 1) host.add(`ns${index}`, NOTHING);
    const asked = new Set<string>();
    for (let round = 1; round <= 2; round += 1) {
      await look(prog(round));
      for (const name of host.asked()) asked.add(name);
    }
    expect(asked.size).toBe(71);
  });

  it('are others when they have the inode of one that ended, and another name', async () => {
    const look = watch();
    for (let index = 0; index < 20; index += 1) host.add(`ns${index}`, NOTHING);
    await look();
    host.asked();
    host.rename('ns7', 'new');
    await look();
    expect(host.asked()).toContain('new');
  });

  it('are said to be unknown where they cannot be asked, and are asked again', async () => {
    const inode = host.add('blue', '[{"error":"can\'t open netlink"}]');
    const told = (why: string) =>
      `net-namespaces: 1 of 1 other network namespaces were not looked at, what is attached there is not known: ${why}`;
    const unheard =
      'packet-sockets: who reads raw frames in 1 of 1 other network namespaces is not known: their lists of packet sockets could not be read';
    const without = await watch(null)();
    expect(without).toEqual({
      list: [{ inode, name: 'blue' }],
      unread: 0,
      problems: [told('nsenter (of util-linux) is not installed'), unheard],
    });
    const look = watch();
    expect((await look()).problems).toEqual([told("bpftool net show: can't open netlink")]);
    host.answer('blue', NOTHING);
    expect((await look()).list).toEqual([{ inode, name: 'blue', net: NOTHING, packets: [] }]);
  });

  it('show their packet sockets, at each look by a process that is in them, and else in turn', async () => {
    const [outside, look] = [host.addProcess(812, NOTHING), watch()];
    for (let index = 0; index < 9; index += 1) host.add(`ns${index}`, NOTHING);
    const inodes = async () => {
      const { list } = await look(prog(5), new Map([[812, outside]]));
      const found = list.flatMap(({ inode, packets }) => packets?.map((each) => [inode === outside, each.inode]) ?? []);
      return found.sort(([, a], [, b]) => Number(a) - Number(b));
    };
    host.listen(812, 5);
    host.listen('ns8', 6);
    expect(await inodes()).toEqual([
      [true, 5],
      [false, 6],
    ]);
    host.listen(812, 7);
    expect(await inodes()).toContainEqual([true, 7]);
    host.listen('ns0', 8);
    host.listen('ns8');
    for (let round = 0; round < 3; round += 1) await inodes();
    expect(await inodes()).toEqual([
      [true, 7],
      [false, 8],
    ]);
  });

  it('are asked once more for what may have been closed, and not for what has ended', async () => {
    const namespaces = new NamespaceWatch({ bpftool: '/x/bpftool', nsenter: host.nsenter.path, root: host.root });
    const { signal } = new AbortController();
    const inode = host.add('blue', NOTHING);
    host.listen('blue', 5);
    await namespaces.look({ prog: [] }, { processes: [], netNamespaces: new Map() }, signal, []);
    expect((await namespaces.packetsNow(inode, signal)).map((each) => each.inode)).toEqual([5]);
    host.vanish('blue');
    expect(await namespaces.packetsNow(inode, signal)).toEqual([]);
    expect(await namespaces.packetsNow(1, signal)).toEqual([]);
  });

  it('have no packet sockets where the kernel has none', async () => {
    mkdirSync(join(host.root, 'proc/self/net'));
    writeFileSync(join(host.root, 'proc/self/net/dev'), '');
    host.add('blue', NOTHING);
    host.listen('blue', 5);
    expect((await watch()()).list).toMatchObject([{ name: 'blue', packets: [] }]);
  });

  it('may be of processes that do not tell', async () => {
    const { unread, problems } = await watch()([], new Map([[1, null]]));
    expect(unread).toBe(1);
    expect(problems).toEqual([
      'net-namespaces: the network namespace of 1 processes may not be read: what is attached there is not known',
    ]);
  });

  it('are not named by a name that reads as an inode', async () => {
    host.add('net:[1]', NOTHING);
    expect((await watch()()).list).toMatchObject([{ name: null, net: NOTHING }]);
  });
});

describe('netProgramState', () => {
  const holder = (...programIds: readonly number[]) => [{ programIds } as unknown as Process];

  it('changes with the programs that devices have, and with those of them that nothing keeps', () => {
    const base = netProgramState({ prog: prog(5) }, []);
    for (const [listed, processes] of [
      [{ prog: prog(5, 6) }, []],
      [{ prog: prog(5) }, holder(5)],
      [{ prog: prog(5), link: [{ id: 1, prog_id: 5 }] }, []],
      [{ prog: prog(5), net: xdp(5) }, []],
      [{ prog: [{ id: 5, type: 'xdp', pinned: ['/sys/fs/bpf/x'] }] }, []],
    ] as const) {
      expect(netProgramState(listed, processes)).not.toBe(base);
    }
    expect(netProgramState({ prog: [...prog(5), { id: 9, type: 'kprobe' }], link: [] }, holder(9))).toBe(base);
  });
});
