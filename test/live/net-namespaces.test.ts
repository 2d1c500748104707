import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { BpfLab, whyNotLive } from '../helpers/bpf.ts';

const missing = ['ip', 'nsenter'].find((tool) => findExecutables(tool).length === 0);
const skipped = whyNotLive() ?? (missing === undefined ? null : `no ${missing}`);
const [IP = '', NSENTER = '', BPFTOOL = ''] = ['ip', 'nsenter', 'bpftool'].map(
  (name) => findExecutables(name)[0] ?? '',
);
const [BLUE, RED] = [`bpfwitness-test-ns-blue-${process.pid}`, `bpfwitness-test-ns-red-${process.pid}`];

/** Attaches to lo in a namespace; another lo than ours, with the same name and index. */
function attachIn(netns: string, pin: string): void {
  const attach = ['net', 'attach', 'xdpgeneric', 'pinned', pin, 'dev', 'lo'];
  execFileSync(NSENTER, [`--net=/run/netns/${netns}`, BPFTOOL, ...attach]);
}

/** The host after some looks. */
async function look() {
  const config = engineConfig(
    { profile: 'default', maxEvents: 10_000, window: 1000, learn: 2000 },
    { mode: 'live', live: liveConfig({ interval: 200, auditLog: false }) },
  );
  const { pipeline } = await runHeadless(config, { forMs: 700 });
  const { checks, inventory } = pipeline;
  await pipeline.store.close();
  if (inventory === null) throw new Error('the host was not looked at');
  const result = (id: string) => checks?.results.find((each) => each.id === id);
  return { inventory, result };
}

describe.skipIf(skipped !== null)(`other network namespaces${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let lab: BpfLab;
  beforeEach(() => {
    lab = new BpfLab();
    for (const netns of [BLUE, RED]) execFileSync(IP, ['netns', 'add', netns]);
  });
  afterEach(() => {
    for (const netns of [BLUE, RED]) execFileSync(IP, ['netns', 'del', netns]);
    lab.clean();
  });

  it('show what is attached in them, which keeps a program that nothing else does', async () => {
    lab.load('watched');
    const id = lab.id('prog', 'wit_xdp');
    for (const netns of [BLUE, RED]) attachIn(netns, lab.pin('wit_xdp'));
    lab.unpin('wit_xdp');
    const { inventory, result } = await look();
    expect(inventory.fresh).toContain('net-namespaces');
    const ours = inventory.attachments.filter(({ programId }) => programId === id);
    expect(ours.map(({ key, type, target, netns }) => [key, type, target, netns]).sort()).toEqual(
      [BLUE, RED].map((netns) => [`netns:${netns}:xdp:lo:${id}`, 'xdp', `netns ${netns} lo`, netns]),
    );
    const ownerless = result('check-ownerless-programs');
    expect(ownerless?.violations.filter(({ objectId }) => objectId === id)).toEqual([]);
    expect(ownerless?.undecided.filter(({ objectId }) => objectId === id)).toEqual([]);
    expect(result('check-unlisted-objects')?.violations.filter(({ objectId }) => objectId === id)).toEqual([]);
  });
});
