import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../src/graph/build.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { around, nodesWithId } from '../../src/graph/neighbourhood.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Process, Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';
import { anyInventory } from './arbitrary.ts';

const PROCESS: Process = {
  pid: 30,
  comm: 'loader',
  exe: '/usr/bin/loader',
  uid: 0,
  capabilities: ['cap_bpf'],
  startTime: 7,
  programIds: [1],
  mapIds: [9],
  linkIds: [5, 6],
};

function graphOf(over: Partial<Snapshot>): Graph {
  const base = { time: 1000, host: 'h', boot: 'b1', kernel: null, bpftoolVersion: null, problems: [] };
  return buildGraph(toInventory({ ...base, ...over }).inventory);
}

const edgesOf = ({ edges }: Graph) => edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`);
const idsOf = ({ nodes }: Graph) => nodes.map(({ id }) => id);

describe('the graph', () => {
  it('has a hook of its own for a device in each network namespace', () => {
    const net = [{ xdp: [{ devname: 'eth0', ifindex: 2, mode: 'generic', id: 1 }], tc: [] }];
    const list = [
      { inode: 40, name: 'blue', net },
      { inode: 41, name: null, net },
    ];
    const graph = graphOf({ prog: [bpftoolProgram(1)], net, netNamespaces: { list, unread: 0 } });
    expect(edgesOf(graph).filter((edge) => edge.includes('attached-to'))).toEqual([
      'attachment:netns:blue:xdp:eth0:1 attached-to hook:netdev:netns blue eth0',
      'attachment:netns:net:[41]:xdp:eth0:1 attached-to hook:netdev:netns net:[41] eth0',
      'attachment:xdp:eth0:1 attached-to hook:netdev:eth0',
    ]);
  });

  it('goes from a process to a program, its maps, its link, the hook and the pins', () => {
    const graph = graphOf({
      prog: [bpftoolProgram(1, { map_ids: [9], pinned: ['/sys/fs/bpf/p'] })],
      map: [bpftoolMap(9, { pinned: ['/sys/fs/bpf/m'] })],
      link: [{ id: 5, type: 'xdp', prog_id: 1, devname: 'lo', pinned: ['/sys/fs/bpf/l'] }],
      net: [],
      processes: [{ ...PROCESS, linkIds: [5] }],
    });
    expect(edgesOf(graph)).toEqual([
      'program:1 uses map:9',
      'program:1 by-link link:5',
      'program:1 pinned-at pin:/sys/fs/bpf/p',
      'map:9 pinned-at pin:/sys/fs/bpf/m',
      'link:5 attached-to hook:netdev:lo',
      'link:5 pinned-at pin:/sys/fs/bpf/l',
      'process:30 holds program:1',
      'process:30 holds map:9',
      'process:30 holds link:5',
    ]);
    expect(graph.nodes.every(({ listing }) => listing === 'listed')).toBe(true);
    expect(graph.nodes[0]).toMatchObject({ label: 'program 1 prog_1 (xdp)', facts: { type: 'xdp', uid: 1000 } });
    expect(graph.objects.get('process:30')).toMatchObject({ exe: '/usr/bin/loader' });
  });

  it('marks what something refers to and its listing has not', () => {
    const over = {
      prog: [bpftoolProgram(1, { map_ids: [9], pids: [{ pid: 77, comm: 'hidden' }] })],
      net: [{ xdp: [{ devname: 'lo', ifindex: 1, id: 44 }], tc: [], flow_dissector: [], netfilter: [] }],
      processes: [PROCESS],
    };
    const listings = (graph: Graph) =>
      Object.fromEntries(graph.nodes.flatMap(({ id, listing }) => (listing === 'listed' ? [] : [[id, listing]])));
    expect(listings(graphOf({ ...over, map: [], link: [] }))).toEqual({
      'program:44': 'unlisted',
      'map:9': 'unlisted',
      'link:5': 'unlisted',
      'link:6': 'unlisted',
      'process:77': 'unlisted',
    });
    // Where nobody looked, nothing is missing.
    expect(listings(graphOf(over))).toMatchObject({ 'map:9': 'not-looked-at', 'link:5': 'not-looked-at' });
  });

  it('takes a process that perf show names for a listed one', () => {
    const perf: JsonObject = { pid: 8, fd: 3, prog_id: 1, fd_type: 'kprobe', func: 'vfs_read', offset: 0 };
    const graph = graphOf({ prog: [bpftoolProgram(1)], perf: [perf], processes: [] });
    expect(edgesOf(graph)).toEqual([
      'program:1 by-attachment attachment:perf:8:3',
      'attachment:perf:8:3 attached-to hook:function:vfs_read',
      'process:8 holds attachment:perf:8:3',
    ]);
    expect(graph.nodes.find(({ kind }) => kind === 'process')?.listing).toBe('listed');
  });

  it('knows maps and programs that are hooks', () => {
    const graph = graphOf({
      prog: [bpftoolProgram(1, { type: 'ext' }), bpftoolProgram(2)],
      map: [bpftoolMap(9, { type: 'struct_ops' })],
      link: [
        { id: 5, type: 'struct_ops', prog_id: 0, map_id: 9 },
        { id: 6, type: 'tracing', prog_id: 1, attach_type: 'trace_freplace', target_obj_id: 2, target_btf_id: 4 },
      ],
    });
    expect(edgesOf(graph)).toContain('link:5 attached-to map:9');
    expect(edgesOf(graph)).toContain('link:6 attached-to program:2');
    expect(idsOf(graph).filter((id) => id.startsWith('hook:'))).toHaveLength(1);
  });

  it('shares a hook between its programs, whichever way they came there', () => {
    const graph = graphOf({
      prog: [bpftoolProgram(1), bpftoolProgram(2)],
      link: [{ id: 5, type: 'raw_tracepoint', prog_id: 1, tp_name: 'sys_enter' }],
      perf: [{ pid: 8, fd: 3, prog_id: 2, fd_type: 'tracepoint', tracepoint: 'sys_enter' }],
    });
    expect(edgesOf(graph).filter((edge) => edge.endsWith('hook:tracepoint:sys_enter'))).toHaveLength(2);
  });

  it('is the same whatever the order, and loses nothing that comes twice', () => {
    fc.assert(
      fc.property(anyInventory, (inventory) => {
        const graph = buildGraph(inventory);
        const count = (...kinds: string[]) =>
          graph.nodes.filter(({ kind, id }) => kinds.includes(kind) && graph.objects.has(id)).length;
        expect(count('program')).toBe(inventory.programs.length);
        expect(count('map')).toBe(inventory.maps.length);
        expect(count('link', 'attachment')).toBe(inventory.attachments.length);
        expect(count('process')).toBe(inventory.processes.length);
        const ids = new Set(idsOf(graph));
        expect(ids.size).toBe(graph.nodes.length);
        expect(new Set(edgesOf(graph)).size).toBe(graph.edges.length);
        expect(graph.edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
        // Each reference is an edge.
        for (const { programIds, mapIds } of inventory.processes) {
          for (const id of programIds) expect(nodesWithId(graph, 'program', id)).not.toEqual([]);
          for (const id of mapIds) expect(nodesWithId(graph, 'map', id)).not.toEqual([]);
        }
        const uses = graph.edges.filter(({ kind }) => kind === 'uses').length;
        const wanted = inventory.programs.flatMap(({ mapIds }) =>
          [...new Set(mapIds)].map((id) => Math.max(1, inventory.maps.filter((map) => map.id === id).length)),
        );
        expect(uses).toBe(wanted.reduce((sum, each) => sum + each, 0));
      }),
    );
  });

  it('does not depend on the order of the listings where no id comes twice', () => {
    const snapshot = {
      prog: [bpftoolProgram(3, { map_ids: [2, 9] }), bpftoolProgram(20), bpftoolProgram(1, { map_ids: [9] })],
      map: [bpftoolMap(9), bpftoolMap(2)],
      processes: [PROCESS, { ...PROCESS, pid: 4 }],
    };
    const { inventory } = toInventory({
      ...{ time: 1, host: 'h', boot: null, kernel: null, bpftoolVersion: null, problems: [] },
      ...snapshot,
    });
    const turned = {
      ...inventory,
      programs: [...inventory.programs].reverse(),
      maps: [...inventory.maps].reverse(),
      processes: [...inventory.processes].reverse(),
    };
    const { nodes, edges } = buildGraph(inventory);
    expect(buildGraph(turned)).toMatchObject({ nodes, edges });
    expect(nodes.slice(0, 3).map(({ id }) => id)).toEqual(['program:1', 'program:3', 'program:20']);
  });
});

describe('the part around an object', () => {
  const graph = graphOf({
    prog: [1, 2, 3].map((id) => bpftoolProgram(id, { map_ids: id === 3 ? [8] : [8, 9].slice(0, id) })),
    map: [bpftoolMap(8), bpftoolMap(9, { pinned: ['/p'] })],
    link: [{ id: 5, type: 'xdp', prog_id: 2, devname: 'lo' }],
    net: [],
  });

  it('is two steps in either direction, with the edges in it', () => {
    expect(idsOf(around(graph, ['map:9']))).toEqual(['program:2', 'map:8', 'map:9', 'link:5', 'pin:/p']);
    expect(edgesOf(around(graph, ['map:9']))).toEqual([
      'program:2 uses map:8',
      'program:2 uses map:9',
      'program:2 by-link link:5',
      'map:9 pinned-at pin:/p',
    ]);
  });

  it('is nothing around what is not there, and all with steps enough', () => {
    expect(around(graph, ['program:99']).nodes).toEqual([]);
    expect(around(graph, ['program:1'], 9)).toEqual(graph);
  });
});
