import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import { LINKS_PER_LOOK } from '../../src/sources/proc/processes.ts';
import { whyNotLive } from '../helpers/bpf.ts';

/** Descriptors of one process, fewer than the usual limit for root. */
const EACH = 15_000;
const PROCESSES = Math.ceil(LINKS_PER_LOOK / EACH) + 1;

function whyFewDescriptors(): string | null {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' || Number(limit) > EACH + 100 ? null : `no more than ${limit} descriptors are allowed`;
}
const skipped = whyNotLive() ?? whyFewDescriptors();

// The children end with the pipe that their parent was given as standard input.
const OPEN = `
use POSIX;
$| = 1;
for (2 .. ${PROCESSES}) { last if fork() == 0 }
POSIX::dup(0) for 1 .. ${EACH};
print "x";
<STDIN>;
`;

describe.skipIf(skipped !== null)(`many descriptors${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let child: ChildProcess | null = null;
  afterEach(async () => {
    child?.stdin?.end();
    if (child !== null && child.exitCode === null) await once(child, 'exit');
  });

  it('are all looked at, by more looks than one', { timeout: 60_000 }, async () => {
    const perl = spawn('sh', ['-c', `ulimit -n ${EACH + 100}; exec perl -e '${OPEN}'`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = perl;
    for (let ready = 0; ready < PROCESSES; ) ready += ((await once(perl.stdout, 'data'))[0] as Buffer).length;
    const config = engineConfig(
      { profile: 'default', maxEvents: 10_000, window: 1000, learn: 2000 },
      { mode: 'live', live: liveConfig({ interval: 200, auditLog: false }) },
    );
    const { pipeline, source } = await runHeadless(config, { forMs: 0 });
    await pipeline.store.close();
    expect(source.progress().records.snapshot).toBeGreaterThan(1);
    expect(pipeline.problems.filter(({ section }) => section === 'processes')).toEqual([]);
    expect(pipeline.inventory?.covers).toContain('all-processes');
  });
});
