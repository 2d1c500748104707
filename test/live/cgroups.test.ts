import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { liveSource } from '../../src/sources/live.ts';
import { startScript, whyNotLive } from '../helpers/bpf.ts';
import { cgroupRoot } from '../helpers/cgroup.ts';

const skipped = whyNotLive();
const [BPFTOOL = ''] = findExecutables('bpftool');
const CGROUP_SKB = '8';

describe.skipIf(skipped !== null)('cgroups of this kernel', () => {
  let root: ReturnType<typeof cgroupRoot>;
  let cgroup = '';
  beforeAll(() => {
    root = cgroupRoot();
    cgroup = join(root.path, `bpfwitness-test-${process.pid}`);
    mkdirSync(cgroup);
  });
  afterAll(() => {
    rmdirSync(cgroup);
    root.unmount();
  });

  // Without the cause it would be walked again after 15 s.
  it('are seen to keep a program that was attached between two looks, when its loader ends', {
    timeout: 10_000,
  }, async () => {
    const source = await liveSource({ intervalMs: 100 });
    const stop = new AbortController();
    const looks = source.observations(stop.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<Snapshot> => {
      const [observation] = (await looks.next()).value ?? [];
      if (observation?.kind !== 'snapshot') throw new Error('no look');
      return observation.snapshot;
    };
    const programs = ({ prog = [] }: Snapshot) => prog.filter(({ name }) => name === 'wit_cgroup');
    expect((await next()).cgroup).toBeDefined();
    expect((await next()).cgroup).toBeUndefined();

    const loader = await startScript('functions.pl', ['wit_cgroup', '1', CGROUP_SKB]);
    let look = await next();
    while (programs(look).length === 0) look = await next();
    const id = Number(programs(look)[0]?.id);
    // It is new, so that all cgroups were looked at; it is not attached yet.
    expect(JSON.stringify(look.cgroup)).not.toContain('wit_cgroup');
    execFileSync(BPFTOOL, ['cgroup', 'attach', cgroup, 'egress', 'id', String(id)]);
    try {
      await loader.end();
      look = await next();
      while (look.cgroup === undefined) look = await next();
      const { attachments } = toInventory(look).inventory;
      expect(attachments.filter(({ programId }) => programId === id)).toMatchObject([
        {
          section: 'cgroups',
          type: 'cgroup',
          target: expect.stringMatching(/bpfwitness-test-\d+ (cgroup_inet_)?egress$/),
        },
      ]);
    } finally {
      execFileSync(BPFTOOL, ['cgroup', 'detach', cgroup, 'egress', 'id', String(id)]);
      stop.abort();
      await looks.return?.();
    }
  });
});
