import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/graph/comparison.ts';
import type { GraphEdge, GraphNode } from '../../src/graph/graph.ts';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';
import { bpfwitness } from '../helpers/cli.ts';

const skipped = whyNotLive();

/** Others load programs on this kernel at the same time: only what is ours is looked at. */
describe.skipIf(skipped !== null)(`on this kernel${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  const lab = skipped === null ? new BpfLab() : (null as never);
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
    lab?.clean();
  });

  it('goes from a process to a hook, by links and without, and to the pins', async () => {
    lab.load('watched');
    lab.load('raw');
    lab.attachXdp('wit_xdp');
    const holder = await lab.hold('tr"acer', 'wit_xdp', 'wit_config', 'sys_enter=wit_raw');
    const [xdp, raw] = [lab.id('prog', 'wit_xdp'), lab.id('prog', 'wit_raw')];
    const config = lab.id('map', 'wit_config');
    const { exitCode, stdout } = await bpfwitness(['inventory', '--live', '--json', '--program', String(xdp)]);
    expect(exitCode).toBe(0);
    const { nodes, edges } = JSON.parse(stdout) as { nodes: GraphNode[]; edges: GraphEdge[] };
    const process = `process:${holder.pid}`;
    const attachment = `attachment:xdp:lo:${xdp}`;
    const pin = `pin:${lab.pin('wit_config')}`;
    for (const edge of [
      { from: `program:${xdp}`, to: `map:${config}`, kind: 'uses' },
      { from: `program:${xdp}`, to: attachment, kind: 'by-attachment' },
      { from: attachment, to: 'hook:netdev:lo', kind: 'attached-to' },
      { from: `map:${config}`, to: pin, kind: 'pinned-at' },
      { from: process, to: `program:${xdp}`, kind: 'holds' },
      { from: process, to: `program:${raw}`, kind: 'holds' },
    ]) {
      expect(edges).toContainEqual(edge);
    }
    const link = edges.find(({ from, kind }) => from === `program:${raw}` && kind === 'by-link')?.to;
    expect(edges).toContainEqual({ from: process, to: link, kind: 'holds' });
    expect(nodes.find(({ id }) => id === process)).toMatchObject({ listing: 'listed', facts: { comm: 'tr"acer' } });
  });

  it('tells what changed since a capture', async () => {
    const capture = join(folder, 'host.capture');
    expect(await bpfwitness(['capture', '-o', capture, '--for', '300ms', '--no-audit-log'])).toMatchObject({
      exitCode: 0,
    });
    lab.detachXdp();
    lab.unpin('wit_filter');
    lab.freeze('wit_config');
    const { exitCode, stdout } = await bpfwitness(['diff', capture, '--live', '--json']);
    expect(exitCode).toBe(1);
    const { way, changes } = JSON.parse(stdout) as Comparison;
    expect(way).toBe('by-id');
    const summaries = changes.map(({ change, summary }) => `${change}: ${summary}`);
    const pin = lab.pin('wit_filter');
    expect(summaries).toContainEqual(expect.stringMatching(/^gone: program \d+ wit_xdp \(xdp\) is no longer attached/));
    expect(summaries).toContainEqual(expect.stringMatching(/^changed: map \d+ wit_config \(array\) was frozen$/));
    expect(summaries).toContainEqual(expect.stringContaining(`gone: pin ${pin} of program wit_filter`));
  });
});
