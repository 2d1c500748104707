import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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

// AF_PACKET, SOCK_RAW, ETH_P_ALL in network order; not closed on exec.
const OPEN = '$^F = 9; socket(my $s, 17, 3, 768) or die $!; $| = 1;';

/** Starts perl, which says that it is ready. */
async function start(tool: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
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

  it('show who reads raw frames in them, also where the reader has left', async () => {
    const stay = await start(IP, ['netns', 'exec', BLUE, 'perl', '-e', `${OPEN} print "ready"; sleep 60`]);
    const leave = `${OPEN} print "ready"; exec "${NSENTER}", "--net=/proc/${process.pid}/ns/net", "sleep", "60"`;
    const left = await start(IP, ['netns', 'exec', RED, 'perl', '-e', leave]);
    try {
      const { inventory, result } = await look();
      expect(inventory.covers).toContain('all-packet-sockets');
      const found = result('check-packet-sockets')?.violations.map(
        ({ objectKind, objectId, message }) => `${objectKind} ${objectId} ${message}`,
      );
      expect(found).toContain(`process ${stay.pid} reads raw frames in network namespace ${BLUE}`);
      expect(found).toContain(`process ${left.pid} reads raw frames in network namespace ${RED}`);
    } finally {
      for (const child of [stay, left]) {
        child.kill();
        await once(child, 'exit');
      }
    }
    expect((await look()).inventory.packetSockets.filter(({ netns }) => netns === BLUE || netns === RED)).toEqual([]);
  });
});
