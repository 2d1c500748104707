import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphEdge, GraphNode } from '../../src/graph/graph.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { readDot } from '../graph/read-dot.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { bpftoolMap, bpftoolProgram } from '../helpers/observations.ts';
import { parseCsv } from '../helpers/parse-csv.ts';

const DEMO = 'demo/demo.capture.gz';
const SAVED = 'test/fixtures/bpftool/folder';
const CORPUS = '../shared/corpus/bpftool';
const AUDIT_LINE = 'type=BPF msg=audit(1707546960.000:166): prog-id=60 op=UNLOAD\n';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inventory-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A capture of one look at a host. */
function capture(name: string, over: Partial<Snapshot>): string {
  const path = join(folder, name);
  const header = { format: 'bpfwitness-capture', version: 1, host: 'h', startedAt: 1, tool: '0' };
  const base = { time: 1000, host: 'h', boot: 'b1', kernel: null, bpftoolVersion: null, problems: [] };
  const snapshot = { ...base, prog: [], map: [], link: [], net: [], processes: [], ...over };
  writeFileSync(path, `${JSON.stringify(header)}\n${JSON.stringify({ n: 0, snapshot })}\n`);
  return path;
}

describe('inventory', () => {
  it('shows the last moment of a capture as text and in every format', async () => {
    const [text, json, dot, mermaid, csv] = await Promise.all(
      [[], ['--json'], ['--dot'], ['--mermaid'], ['--csv']].map((flags) => bpfwitness(['inventory', DEMO, ...flags])),
    );
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    const { nodes, edges, objects } = JSON.parse(json?.stdout ?? '');
    const { id, facts } = nodes.find(({ label }: GraphNode) => label.includes('flow_count (xdp)'));
    expect(edges.filter(({ from, kind }: GraphEdge) => from === id && kind === 'uses')).toHaveLength(2);
    expect(objects[id].raw).toMatchObject({ id: facts.id, gpl_compatible: true });
    expect(text?.stdout).toContain(`program ${facts.id} flow_count (xdp), tag f875e4c4e35bd6dd,`);
    expect(text?.stdout).toMatch(/├─ uses map \d+ flow_config \(array\), map \d+ flow_counts \(hash\)/);
    const drawn = readDot(dot?.stdout ?? '');
    expect([drawn.nodes.length, drawn.edges.length]).toEqual([nodes.length, edges.length]);
    expect(mermaid?.stdout.trimEnd().split('\n')).toHaveLength(1 + nodes.length + edges.length);
    expect(parseCsv(csv?.stdout ?? '')).toHaveLength(1 + nodes.length);
  });

  it('shows what is around one object, one that is not listed, too', async () => {
    const path = capture('part.capture', {
      prog: [bpftoolProgram(1, { map_ids: [5, 6] }), bpftoolProgram(2, { map_ids: [7] })],
      map: [bpftoolMap(5), bpftoolMap(7)],
    });
    const [program, map, missing] = await Promise.all([
      bpfwitness(['inventory', path, '--program', '1', '--json']),
      bpfwitness(['inventory', path, '--map', '6']),
      bpfwitness(['inventory', path, '--program', '9']),
    ]);
    const ids = JSON.parse(program.stdout).nodes.map(({ id }: GraphNode) => id);
    expect(ids).toEqual(['program:1', 'map:5', 'map:6']);
    expect(map.stdout).toContain('map 6, UNLISTED\n└─ used by program 1 prog_1 (xdp)\n');
    expect(missing).toMatchObject({ exitCode: 3, stdout: '' });
    expect(missing.stderr).toBe('bpfwitness: there is no program 9 on h at that moment\n');
  });

  it('lets nothing raw through', async () => {
    const evil = '\u001b[2J"]; x -> y\u202e';
    const pinned = [`/sys/fs/bpf/${evil}`];
    const path = capture('evil.capture', { host: evil, prog: [bpftoolProgram(1, { name: evil, tag: evil, pinned })] });
    for (const format of [[], ['--dot'], ['--mermaid'], ['--csv']]) {
      const { stdout, exitCode } = await bpfwitness(['inventory', path, ...format]);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
    }
  });

  it('says that there is none, with 3, and takes one format, with 2', async () => {
    const [log, settings, two] = await Promise.all([
      bpfwitness(['inventory', '-'], { stdin: AUDIT_LINE }),
      bpfwitness([
        'inventory',
        capture('settings.capture', {
          ...{ prog: undefined, map: undefined, link: undefined, net: undefined },
          settings: { a: '1' },
        } as Partial<Snapshot>),
      ]),
      bpfwitness(['inventory', DEMO, '--dot', '--csv']),
    ]);
    expect(log).toMatchObject({ exitCode: 3, stdout: '', stderr: settings.stderr });
    expect(settings).toMatchObject({ exitCode: 3, stdout: '' });
    expect(settings.stderr).toBe('bpfwitness: no inventory: nothing here lists programs, maps or attachments\n');
    expect(two).toMatchObject({ exitCode: 2, stdout: '', stderr: 'bpfwitness: give one of --dot, --csv\n' });
  });

  it.skipIf(!existsSync(CORPUS))('draws what bpftool of many versions printed', async () => {
    const { stdout } = await bpfwitness(['inventory', CORPUS, '--json']);
    const { nodes, edges } = JSON.parse(stdout) as { nodes: GraphNode[]; edges: GraphEdge[] };
    expect(nodes.length).toBeGreaterThan(20);
    expect(edges).toContainEqual({ from: 'link:13', to: 'hook:netdev:enp5s0 tcx_ingress', kind: 'attached-to' });
    expect(nodes.find(({ id }) => id === 'map:156')?.listing).toBe('not-looked-at');
  });
});

describe('diff', () => {
  it('exits with 0 where nothing differs, with 1 where something does', async () => {
    const [same, other] = await Promise.all([bpfwitness(['diff', DEMO, DEMO]), bpfwitness(['diff', DEMO, SAVED])]);
    expect(same).toMatchObject({ exitCode: 0, stderr: '' });
    expect(same.stdout).toContain('compared by id, since both are of one boot\n');
    expect(same.stdout).toContain('\nNo difference.\n');
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toContain('compared by what they are: ids mean nothing on another host or in another boot\n');
    expect(other.stdout).toContain('- program flow_count (xdp, tag f875e4c4e35bd6dd) is gone\n');
    expect(other.stdout).toContain('+ program wit_xdp (xdp, tag 9bf6d88144148dc4) was added\n');
  });

  it('gives JSON, and within one boot what the events say', async () => {
    const before = capture('before.capture', { map: [bpftoolMap(3)] });
    const after = capture('after.capture', { time: 5000, map: [bpftoolMap(3, { frozen: 1 })] });
    const { stdout, exitCode } = await bpfwitness(['diff', before, after, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'bpfwitness-comparison',
      version: 1,
      way: 'by-id',
      before: { host: 'h', time: 1000 },
      after: { host: 'h', time: 5000 },
      equal: false,
      changes: [{ object: 'map', change: 'changed', summary: 'map 3 map_3 (hash) was frozen' }],
    });
  });

  it('refuses one side alone, and what tells of no state', async () => {
    const log = join(folder, 'audit.log');
    writeFileSync(log, AUDIT_LINE);
    const maps = capture('maps.capture', {
      ...{ prog: undefined, link: undefined, net: undefined, processes: undefined },
    } as Partial<Snapshot>);
    const programs = capture('programs.capture', {
      ...{ map: undefined, link: undefined, net: undefined, processes: undefined },
    } as Partial<Snapshot>);
    const [alone, both, none, apart] = await Promise.all([
      bpfwitness(['diff', DEMO]),
      bpfwitness(['diff', DEMO, DEMO, '--live']),
      bpfwitness(['diff', DEMO, log]),
      bpfwitness(['diff', maps, programs]),
    ]);
    expect([alone.exitCode, both.exitCode, none.exitCode, apart.exitCode]).toEqual([2, 2, 3, 3]);
    expect(none.stderr).toContain(`no inventory in ${log}: nothing there tells of a host's state`);
    expect(apart.stderr).toContain('there is nothing that both looked at');
  });
});
