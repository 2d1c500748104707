import { describe, expect, it } from 'vitest';
import { wholeSections } from '../../src/model/inventory.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { carryForward, withoutBroken } from '../../src/normalise/carry-forward.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { diffInventories } from '../../src/normalise/snapshot-diff.ts';

const BASE: Snapshot = { time: 0, host: 'h', boot: 'b', kernel: null, bpftoolVersion: null, problems: [] };
const LINK = { id: 7, type: 'xdp', prog_id: 3, devname: 'eth0', ifindex: 2 };
const NET = [{ xdp: [{ devname: 'eth0', ifindex: 2, mode: 'generic', id: 3 }], tc: [], flow_dissector: [] }];

const look = (over: Partial<Snapshot>) => toInventory({ ...BASE, ...over }).inventory;

describe('carryForward', () => {
  it('keeps what a look did not cover, and says that it is known', () => {
    const before = look({ prog: [{ id: 3, type: 'xdp', name: 'p', tag: 'a04f5eef06a7f555' }], map: [] });
    const now = carryForward(before, look({ time: 5, map: [{ id: 1, type: 'hash', max_entries: 1, frozen: 0 }] }));
    expect(now).toMatchObject({ time: 5, programs: [{ id: 3 }], maps: [{ id: 1 }] });
    expect(now.covers).toEqual(['programs', 'maps']);
  });

  it('takes cgroups for known no more when their tree broke off', () => {
    const tree = [{ cgroup: '/a', programs: [{ id: 3, attach_type: 'egress' }] }];
    const before = look({ cgroup: tree });
    const snapshot = { ...BASE, time: 5, cgroup: [{ error: 'it broke off' }] };
    const now = withoutBroken(carryForward(before, toInventory(snapshot).inventory), snapshot, []);
    expect(now.covers).toEqual([]);
    expect(now.attachments).toHaveLength(1);
    const later = { ...BASE, time: 6, map: [] };
    expect(withoutBroken(carryForward(now, toInventory(later).inventory), later, []).covers).toEqual(['maps']);
  });

  it('does not take a link for a new attachment when only the listing of links failed', () => {
    const before = look({ link: [LINK], net: NET });
    const now = carryForward(before, look({ time: 5, net: NET }));
    expect(now.attachments).toHaveLength(1);
    expect(diffInventories(before, now, {})).toEqual([]);
  });

  it('keeps the hooks of a file that a look could not read', () => {
    const uprobeEvents = 'p:a/b /bin/sh:0x0000000000000001\n';
    const enabledFunctions = 'm_show (1) R I \ttramp: 0xffffffffc0402000 (hook+0x0/0x40 [rootkit])\n';
    const before = look({ tracing: { enabledFunctions, kprobeEvents: '', uprobeEvents, dynamicEvents: '' } });
    const refused = look({ time: 5, tracing: { kprobeEvents: '', uprobeEvents: '', dynamicEvents: '' } });
    const now = carryForward(before, refused);
    expect(now.kernelHooks.map(({ view }) => view)).toEqual(['enabled_functions']);
    expect([now.covers, now.fresh]).toEqual([['function-hooks', 'probe-events'], ['probe-events']]);
    const gone = carryForward(now, look({ time: 6, tracing: { enabledFunctions: '' } }));
    expect(gone.kernelHooks).toEqual([]);
  });

  it('takes no section for whole because the one that it replaces was', () => {
    const [known, unknown] = [[{ inode: 40, name: 'blue', packets: [] }], [{ inode: 40, name: 'blue' }]];
    const before = look({ processes: [], packetSockets: [], netNamespaces: { list: known, unread: 0 } });
    const refused = { section: 'processes', message: 'some may not be read' } as const;
    const partly = look({
      ...{ time: 5, processes: [], packetSockets: [], problems: [refused] },
      netNamespaces: { list: unknown, unread: 0 },
    });
    expect(carryForward(before, partly).covers).toEqual(['processes', 'packet-sockets']);
    const whole = ['processes', 'all-processes', 'packet-sockets', 'all-packet-sockets'];
    expect(carryForward(before, look({ time: 5, map: [] })).covers).toEqual(expect.arrayContaining(whole));
  });

  it('keeps what a look at some of the network namespaces did not get to, and that it did not', () => {
    const net = (id: number) => [{ xdp: [{ devname: 'lo', ifindex: 1, mode: 'generic', id }], tc: [] }];
    const blue = { inode: 40, name: 'blue', net: net(3) };
    const red = { inode: 41, name: 'red', net: net(4) };
    const before = look({ netNamespaces: { list: [blue, red], unread: 0 } });
    const some = look({ time: 5, netNamespaces: { list: [blue, { inode: 41, name: 'red' }], unread: 0 } });
    const now = carryForward(before, some);
    expect(now.attachments.map(({ key }) => key).sort()).toEqual(['netns:blue:xdp:lo:3', 'netns:red:xdp:lo:4']);
    expect([now.covers, wholeSections(now)]).toEqual([['net-namespaces'], []]);
    expect(diffInventories(before, now, {})).toEqual([]);

    const all = look({ time: 9, netNamespaces: { list: [blue], unread: 0 } });
    const later = carryForward(now, all);
    expect(wholeSections(later)).toEqual(['net-namespaces']);
    expect(diffInventories(now, later, {}).map(({ type }) => type)).toEqual(['program-detach']);
    expect(wholeSections(carryForward(later, look({ time: 9, map: [] })))).not.toContain('net-namespaces');
  });
});
