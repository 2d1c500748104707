import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { whyNotLive } from '../helpers/bpf.ts';

function whyNoThreads(): string | null {
  try {
    execFileSync('perl', ['-Mthreads', '-e', '1'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'no perl with threads';
  }
}
const skipped = whyNotLive() ?? whyNoThreads();

/** In a thread: CLONE_NEWNET | CLONE_FILES where it is to leave, then AF_PACKET, SOCK_RAW, ETH_P_ALL in network order. */
const THREAD = (leave: boolean) => `
use threads;
$| = 1;
threads->create(sub {
  ${leave ? 'syscall(272, 0x40000400) == 0 or die $!;' : ''}
  socket(my $s, 17, 3, 768) or die $!;
  print "ready";
  sleep 60;
})->detach;
`;
/** exit(2), which ends the first thread alone. */
const END_LEADER = 'syscall(60, 0);';

describe.skipIf(skipped !== null)(`threads${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let child: ChildProcess | null = null;
  afterEach(async () => {
    if (child?.kill('SIGKILL')) await once(child, 'exit');
    child = null;
  });

  /** Starts it and gives what is found of it. */
  async function findings(script: string, isReady: (status: string) => boolean): Promise<readonly string[]> {
    const perl = spawn('perl', ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = perl;
    await once(perl.stdout, 'data');
    while (!isReady(readFileSync(`/proc/${perl.pid}/status`, 'latin1'))) await sleep(10);
    const config = engineConfig(
      { profile: 'default', maxEvents: 10_000, window: 1000, learn: 2000 },
      { mode: 'live', live: liveConfig({ interval: 200, auditLog: false }) },
    );
    const { pipeline } = await runHeadless(config, { forMs: 700 });
    const result = pipeline.checks?.results.find(({ id }) => id === 'check-packet-sockets');
    await pipeline.store.close();
    return (result?.violations ?? [])
      .filter(({ objectId }) => objectId === perl.pid)
      .map(({ message, fields }) => `${message} ${fields?.exe}`);
  }

  it('of a process whose first one has ended show what it has open', async () => {
    const [found] = await findings(THREAD(false) + END_LEADER, (status) => /^State:\s*Z/m.test(status));
    expect(found).toMatch(/^reads raw frames .*perl/);
  });

  it('and the same in a network namespace of its own', async () => {
    const [found] = await findings(THREAD(true) + END_LEADER, (status) => /^State:\s*Z/m.test(status));
    expect(found).toMatch(/^reads raw frames .*perl/);
  });

  it('that left for another network namespace, with descriptors of their own, are found there', async () => {
    const [found] = await findings(`${THREAD(true)}sleep 60;`, () => true);
    expect(found).toMatch(/^reads raw frames .*perl/);
  });
});
