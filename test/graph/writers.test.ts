import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../src/graph/build.ts';
import { graphCsv } from '../../src/graph/csv.ts';
import { graphDot } from '../../src/graph/dot.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { graphJson } from '../../src/graph/json.ts';
import { graphMermaid } from '../../src/graph/mermaid.ts';
import { graphText } from '../../src/graph/text.ts';
import { type Branch, treeLines } from '../../src/graph/tree.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { printable } from '../../src/text/sanitise.ts';
import { displayWidth } from '../../src/text/width.ts';
import { parseCsv } from '../helpers/parse-csv.ts';
import { anyInventory } from './arbitrary.ts';
import { readDot } from './read-dot.ts';

const anyGraph: fc.Arbitrary<Graph> = anyInventory.map(buildGraph);

/** Controls but the line feed, format characters, separators, lone surrogates. */
const UNSAFE = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u;

describe('JSON', () => {
  it('gives back nodes, edges and objects as they were', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const read = JSON.parse(graphJson(graph));
        expect(read).toMatchObject({ format: 'bpfwitness-graph', version: 1, host: graph.host, covers: graph.covers });
        expect(read.nodes).toEqual(graph.nodes);
        expect(read.edges).toEqual(graph.edges);
        expect(new Map(Object.entries(read.objects))).toEqual(graph.objects);
      }),
    );
  });
});

describe('DOT', () => {
  it('has the nodes and edges of the graph, whatever their names', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const dot = graphDot(graph);
        expect(dot).not.toMatch(UNSAFE);
        const { nodes, edges } = readDot(dot);
        // Two ids are never made one.
        const names = new Map(graph.nodes.map(({ id }, index) => [id, nodes[index]?.name]));
        expect(nodes).toHaveLength(graph.nodes.length);
        expect(new Set(names.values()).size).toBe(graph.nodes.length);
        expect(edges).toEqual(graph.edges.map(({ from, to, kind }) => [names.get(from), names.get(to), kind]));
        nodes.forEach(({ label }, index) => {
          // As Graphviz shows it: entities first, then the escapes of a label.
          const shown = label.replaceAll('&amp;', '&').replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
          expect(label.replaceAll('&amp;', '')).not.toContain('&');
          expect(shown.split('\n')[0]).toBe(printable(graph.nodes[index]?.label ?? ''));
        });
      }),
    );
  });

  it('keeps a control character and the text of its escape apart', () => {
    const [inventory] = fc.sample(anyInventory, { numRuns: 1, seed: 1 });
    const map = {
      ...{ id: 1, type: 'hash', name: '', flags: 0, keySize: 4, valueSize: 4, maxEntries: 1, frozen: false },
      ...{ bytesMemlock: null, pinned: ['/a\u001b', '/a\\x1b'], owners: [], contents: null, raw: {} },
    };
    if (inventory === undefined) throw new Error('no inventory');
    const graph = buildGraph({ ...inventory, programs: [], attachments: [], processes: [], maps: [map] });
    expect(new Set(readDot(graphDot(graph)).nodes.map(({ name }) => name)).size).toBe(3);
  });

  it.skipIf(findExecutables('dot').length === 0)('is read so by Graphviz', () => {
    for (const inventory of fc.sample(anyInventory, { numRuns: 10, seed: 7 })) {
      const graph = buildGraph(inventory);
      const json = execFileSync(findExecutables('dot')[0] ?? '', ['-Tdot_json'], { input: graphDot(graph) });
      const read = JSON.parse(json.toString());
      expect(read.objects ?? []).toHaveLength(graph.nodes.length);
      expect(read.edges ?? []).toHaveLength(graph.edges.length);
    }
  });
});

describe('Mermaid', () => {
  /** A node's shape with a quoted text that has nothing in it but plain characters, entity codes and `<br>`. */
  const NODE = /^ {2}n(\d+)(?:\[|\[\(|\(\[|\(|\{\{|>)"((?:[A-Za-z0-9 _.,/()-]|#\d+;|<br>)*)"(?:\]|\)\]|\]\)|\)|\}\})$/;
  const EDGE = /^ {2}n(\d+) -->\|([a-z-]+)\| n(\d+)$/;
  const decoded = (text: string) => text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

  it('has a line for each node and edge, and nothing that is not said by us', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const [first, ...lines] = graphMermaid(graph).trimEnd().split('\n');
        expect(first).toBe('flowchart LR');
        for (const line of lines) expect(line).not.toMatch(/direction\s+(?:TB|BT|RL|LR)|style.*:\S*#/);
        const nodes = lines.flatMap((line) => NODE.exec(line)?.[2] ?? []);
        expect(nodes.map((text) => decoded(text.split('<br>')[0] ?? ''))).toEqual(
          graph.nodes.map(({ label }) => printable(label)),
        );
        const edges = lines.flatMap((line) => {
          const [, from, kind, to] = EDGE.exec(line) ?? [];
          return kind === undefined
            ? []
            : [{ from: graph.nodes[Number(from)]?.id, to: graph.nodes[Number(to)]?.id, kind }];
        });
        expect(edges).toEqual(graph.edges);
        const unlisted = graph.nodes.flatMap(({ listing }, index) => (listing === 'unlisted' ? [`n${index}`] : []));
        expect(lines.slice(nodes.length + edges.length)).toEqual(
          unlisted.length === 0
            ? []
            : ['  classDef unlisted stroke:red,stroke-width:3px', `  class ${unlisted.join(',')} unlisted`],
        );
      }),
    );
  });
});

describe('CSV', () => {
  it('has a row for each node, and nothing that a spreadsheet runs', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const [header = [], ...rows] = parseCsv(graphCsv(graph));
        expect(rows).toHaveLength(graph.nodes.length);
        rows.forEach((row, index) => {
          expect(row).toHaveLength(header.length);
          expect(row[header.indexOf('node')]).toBe(printable(graph.nodes[index]?.id ?? ''));
          for (const cell of row) {
            expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
            expect(cell).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          }
        });
      }),
    );
  });
});

describe('text', () => {
  it('is sanitised and has the name of every node', () => {
    fc.assert(
      fc.property(anyGraph, fc.constantFrom(80, 120), (graph, width) => {
        const text = graphText(graph, width);
        expect(text).not.toMatch(UNSAFE);
        for (const { label } of graph.nodes) expect(text).toContain(printable(label));
      }),
    );
  });

  it('is as wide as wanted, where no single part is wider', () => {
    const part = fc.stringMatching(/^[a-z]{1,30}$/);
    const branch: fc.Arbitrary<Branch> = fc.letrec<{ branch: Branch }>((tie) => ({
      branch: fc.record({
        parts: fc.array(part, { minLength: 1, maxLength: 8 }),
        below: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('branch'), { maxLength: 3 })),
      }),
    })).branch;
    const partsIn = ({ parts, below = [] }: Branch): readonly string[] => [...parts, ...below.flatMap(partsIn)];
    fc.assert(
      fc.property(fc.array(branch, { maxLength: 3 }), (branches) => {
        const lines = treeLines(branches, 40);
        expect(lines.flatMap((line) => line.match(/[a-z]+/g) ?? [])).toEqual(branches.flatMap(partsIn));
        for (const line of lines) {
          if (displayWidth(line) > 40) expect(line.match(/[a-z]+/g)).toHaveLength(1);
        }
      }),
    );
  });

  it('tells a program with its maps, place, holders and pins, at 80 cells', () => {
    const program = {
      ...{ id: 12, type: 'xdp', name: 'watch', tag: 'a04f5eef06a7f555', uid: 1000, loadedAt: 1_700_000_000_000 },
      ...{ bytesXlated: null, bytesMemlock: null, mapIds: [3, 4], pinned: ['/sys/fs/bpf/w'], helpers: null },
      ...{ owners: [{ pid: 9, comm: 'sh\u001b[2J' }], raw: {} },
    };
    const map = {
      ...{ id: 3, type: 'array', name: 'conf', flags: 0, keySize: 4, valueSize: 1024, maxEntries: 1, frozen: true },
      ...{ bytesMemlock: null, pinned: [], owners: [], contents: null, raw: {} },
    };
    const graph = buildGraph({
      ...{ time: 1_700_000_001_000, host: 'h', boot: null, covers: ['programs', 'maps', 'net', 'processes'] },
      ...{ programs: [program], maps: [map], processes: [], capabilities: [], settings: {}, audit: null },
      ...{ auditRules: [], mounts: [], mountsElsewhere: [], persisted: [], packetSockets: [], unlisted: [] },
      ...{ unlistedSymbols: null, unkept: [] },
      attachments: [
        {
          ...{ key: 'xdp:lo:12', section: 'net', type: 'xdp', target: 'lo', programId: 12, linkId: null },
          ...{ owners: [], raw: {} },
        },
      ],
    });
    expect(graphText(graph, 80)).toBe(
      [
        'h, 2023-11-14T22:13:21.000Z',
        '1 program, 2 maps, 1 attachment, 1 process',
        '2 UNLISTED: referred to, but not in the listing that should have it',
        'not looked at: links, perf, cgroups, helpers, all-processes, settings, audit,',
        '  audit-rules, mounts, all-mounts, sysctl-files, packet-sockets,',
        '  all-packet-sockets, net-namespaces, symbols, function-hooks, probe-events,',
        '  map-entries',
        '',
        'Programs',
        'program 12 watch (xdp), tag a04f5eef06a7f555,',
        '│ loaded 2023-11-14T22:13:20Z by uid 1000',
        '├─ attached by xdp on lo',
        '├─ uses map 3 conf (array), map 4 UNLISTED',
        '├─ held by sh\\x1b[2J (pid 9) UNLISTED',
        '└─ pinned at /sys/fs/bpf/w',
        '',
        'Maps',
        'map 3 conf (array), keys of 4 B, values of 1,024 B, 1 entry, frozen',
        '└─ used by program 12 watch (xdp)',
        'map 4, UNLISTED',
        '└─ used by program 12 watch (xdp)',
        '',
        'Processes',
        'sh\\x1b[2J (pid 9), UNLISTED',
        '└─ holds program 12 watch (xdp)',
        '',
      ].join('\n'),
    );
  });
});
