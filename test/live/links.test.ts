import { copyFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/model/inventory.ts';
import { toInventory } from '../../src/normalise/inventory.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { liveSource } from '../../src/sources/live.ts';
import { startScript, whyNotLive } from '../helpers/bpf.ts';
import { cgroupRoot } from '../helpers/cgroup.ts';

const skipped = whyNotLive() ?? (process.arch === 'x64' ? null : 'links.pl knows the system calls of x86_64 alone');

/** What is attached by each name that links.pl prints: its program, and the type of place. */
const WAYS: { readonly [name: string]: readonly [string, string] } = {
  xdp: ['wit_xdp', 'xdp'],
  tcx: ['wit_tcx', 'tcx'],
  cgroup: ['wit_cgroup', 'cgroup'],
  sk_lookup: ['wit_lookup', 'netns'],
  netfilter: ['wit_netfilter', 'netfilter'],
  uprobe_multi: ['wit_multi', 'uprobe_multi'],
  uprobe: ['wit_uprobe', 'uprobe'],
  uretprobe: ['wit_uretprobe', 'uretprobe'],
  tracepoint: ['wit_tracepoint', 'tracepoint'],
  clock: ['wit_clock', 'perf_event'],
  ioctl: ['wit_ioctl', 'uprobe'],
};

describe.skipIf(skipped !== null)(`ways to attach${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let root: ReturnType<typeof cgroupRoot>;
  let folder = '';
  let cgroup = '';
  beforeAll(() => {
    root = cgroupRoot();
    cgroup = join(root.path, `bpfwitness-links-${process.pid}`);
    mkdirSync(cgroup);
    folder = mkdtempSync(join(tmpdir(), 'bpfwitness-links-'));
  });
  afterAll(() => {
    rmdirSync(cgroup);
    root.unmount();
    rmSync(folder, { recursive: true });
  });

  it('are each told once, with their program, their place and who holds it', { timeout: 20_000 }, async () => {
    const probed = join(folder, 'probed');
    copyFileSync(findExecutables('perl')[0] ?? '', probed);
    const script = await startScript('links.pl', [probed, cgroup]);
    try {
      const names = JSON.parse(script.said) as readonly string[];
      expect(names.length).toBeGreaterThan(3);
      const source = await liveSource({ intervalMs: 100 });
      const stop = new AbortController();
      const { value = [] } = await source.observations(stop.signal)[Symbol.asyncIterator]().next();
      stop.abort();
      const [observation] = value;
      if (observation?.kind !== 'snapshot') throw new Error('no look');
      const { attachments, programs } = toInventory(observation.snapshot).inventory;
      const on = (name: string): readonly Attachment[] => {
        const ids = programs.filter((program) => program.name === name).map(({ id }) => id);
        return attachments.filter(({ programId }) => ids.includes(programId ?? 0));
      };
      for (const way of names) {
        const [name = '', type] = WAYS[way] ?? [];
        const found = on(name);
        expect([way, found.map((each) => each.type)]).toEqual([way, [type]]);
        expect([way, found.flatMap(({ owners }) => owners.map(({ pid }) => pid))]).toEqual([way, [script.pid]]);
      }
      const target = (name: string) => on(name).map((each) => each.target);
      if (names.includes('uprobe')) expect(target('wit_uprobe')).toEqual([`${probed}+0x2000`]);
      if (names.includes('ioctl')) expect(target('wit_ioctl')).toEqual([`${probed}+0x2400`]);
      if (names.includes('xdp')) expect(target('wit_xdp')).toEqual(['lo']);
    } finally {
      await script.end();
    }
  });
});
