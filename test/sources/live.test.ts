import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { probeHost } from '../../src/sources/host.ts';
import { liveSource } from '../../src/sources/live.ts';
import { type FakeTool, fakeTool } from '../helpers/fake-tool.ts';

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;

let tool: FakeTool | null = null;
afterEach(() => tool?.remove());

/** A bpftool that answers its version, and everything else by `script`. */
function bpftool(version: string, script: string): string {
  tool = fakeTool(
    'bpftool',
    `case "$*" in *version*) echo '{"version":"${version}","features":{"skeletons":true}}'; exit;; esac\n${script}`,
  );
  return tool.path;
}

const BATCH = `
case "$*" in *batch*) ;; *) exit 1;; esac
input=$(cat)
case "$input" in *xlated*) exit 255;; esac
echo '[{"command":["prog","show"],"output":[{"id":7,"type":"xdp","bytes_xlated":8},{"id":8,"pids":[{"pid":'$$',"comm":"bpftool"}]}]},'
echo '{"command":["map","show"],"output":[]},{"command":["link","show"],"output":[]},'
echo '{"command":["net","show"],"output":[{"xdp":[],"tc":[],"flow_dissector":["id":7]}]},{"command":["perf","show"],"output":[]}]'`;

describe.skipIf(!linux)('liveSource', () => {
  const open = (path: string) => liveSource({ intervalMs: 20, bpftool: path, maxSnapshots: 3 });

  it.each([
    ['there is no bpftool', () => '/nonexistent/bpftool', /does not answer as bpftool/],
    ['bpftool is too old', () => bpftool('5.7.0', 'exit 1'), /version 5\.7\.0, which lists no links: 5\.8 or later/],
    [
      'bpftool is refused, or we lack the right ourselves',
      () => bpftool('7.1.0', `echo '[{"error":"can'"'"'t get next program: Operation not permitted"}]'; exit 255`),
      /^not enough rights: .*run it as root/,
    ],
  ])('says so when %s', async (_name, path, message) => {
    await expect(open(path())).rejects.toMatchObject({
      name: 'SourceError',
      kind: 'tool',
      message: expect.stringMatching(message),
    });
  });

  it.skipIf(!root)('keeps bpftool’s own programs apart, repairs its JSON, and says what it could not see', async () => {
    const source = await open(bpftool('7.1.0', BATCH));
    const snapshots: Snapshot[] = [];
    for await (const [observation] of source.observations(new AbortController().signal)) {
      if (observation?.kind === 'snapshot') snapshots.push(observation.snapshot);
    }
    expect(snapshots).toHaveLength(3);
    expect(source.progress()).toMatchObject({ name: 'live', records: { snapshot: 3 } });
    const [first] = snapshots;
    expect(first?.own).toEqual({ programs: [8], maps: [], links: [] });
    expect(first?.net).toEqual([{ xdp: [], tc: [], flow_dissector: [{ id: 7 }] }]);
    expect(first?.helpers).toEqual({ 7: null });
    expect(first?.observer).toEqual({ pid: process.pid });
    expect(first?.extra?.programIds).toBeUndefined();
    const problems = first?.problems.map(({ section, message }) => `${section}: ${message}`).join('\n');
    expect(problems).toContain('helpers: the helpers of 1 of 1 programs cannot be read');
    expect(problems).toContain('programs: short-lived programs cannot be told');
    expect(problems).toContain("null: bpftool's output had to be repaired: array with a bare member");
  });

  it.skipIf(!root)(
    'goes on without the sections that a vanished bpftool no longer answers, and stops when told',
    async () => {
      const stop = new AbortController();
      const path = bpftool('7.1.0', BATCH);
      const source = await liveSource({ intervalMs: 20, bpftool: path });
      const looks = source.observations(stop.signal)[Symbol.asyncIterator]();
      const next = async (): Promise<Snapshot | null> => {
        const [observation] = (await looks.next()).value ?? [];
        return observation?.kind === 'snapshot' ? observation.snapshot : null;
      };
      expect((await next())?.prog).toHaveLength(2);
      rmSync(path);
      const blind = await next();
      expect(blind && ['prog', 'map', 'link', 'helpers'].filter((section) => section in blind)).toEqual([]);
      expect(blind?.settings).toBeDefined();
      expect(blind?.problems.map(({ section }) => section)).toEqual(
        expect.arrayContaining(['programs', 'maps', 'links']),
      );
      stop.abort();
      expect((await looks.next()).done).toBe(true);
    },
  );
});

describe('probeHost', () => {
  it('says what is lost for everything that is not well', async () => {
    const facts = await probeHost({ bpftool: '/nonexistent/bpftool' });
    for (const { name, status, found, lost } of facts) {
      expect([name, found === '', status === 'ok']).toEqual([name, false, lost === '']);
    }
    if (linux) expect(facts.find(({ name }) => name === 'bpftool')).toMatchObject({ status: 'missing', needed: true });
  });
});
