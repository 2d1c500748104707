import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { FIXTURES, whyNotLive } from '../helpers/bpf.ts';
import { scriptedTool } from '../helpers/fake-tool.ts';

const VMLINUX = '/sys/kernel/btf/vmlinux';
const [BPFTOOL = ''] = findExecutables('bpftool');

/** BPF_PROG_TYPE_TRACING with BPF_TRACE_FENTRY, BPF_PROG_TYPE_LSM with BPF_LSM_MAC (include/uapi/linux/bpf.h). */
const FENTRY = ['26', '24'] as const;
const LSM = ['29', '27'] as const;

const skipped = whyNotLive() ?? (existsSync(VMLINUX) ? null : `no ${VMLINUX}`);
const NUMBERS =
  skipped === null ? numbersOf('vfs_read', 'bpf_lsm_file_open', 'bpf_lsm_bpf') : new Map<string, string>();
const refused = skipped ?? (await whyNoTrampoline());

/** Numbers of functions in the kernel's BTF, as bpftool dumps it. */
function numbersOf(...names: readonly string[]): ReadonlyMap<string, string> {
  const dump = execFileSync(BPFTOOL, ['btf', 'dump', 'file', VMLINUX], { encoding: 'utf8', maxBuffer: 1 << 30 });
  return new Map(names.map((name) => [name, new RegExp(`^\\[(\\d+)\\] FUNC '${name}'`, 'm').exec(dump)?.[1] ?? '']));
}

/** Attaches a program until its stdin ends; gives why it could not instead. */
async function attach(how: readonly string[], name: string): Promise<ChildProcess | string> {
  const child = spawn('perl', [join(FIXTURES, 'trampoline.pl'), ...how, NUMBERS.get(name) ?? '']);
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (value === 'ready') return child;
  return String(value);
}

async function end(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, 'exit');
}

async function whyNoTrampoline(): Promise<string | null> {
  const child = await attach(FENTRY, 'vfs_read');
  const told = typeof child === 'string' ? [] : (JSON.parse(shownLinks()) as readonly JsonObject[]);
  if (typeof child !== 'string') await end(child);
  const reason =
    typeof child === 'string'
      ? `this kernel attaches no program to its functions: ${child}`
      : told.some((link) => 'target_btf_id' in link)
        ? null
        : 'this bpftool does not tell what trampolines are attached to';
  if (reason !== null) console.warn(`live tests of trampolines skipped: ${reason}`);
  return reason;
}

function shownLinks(): string {
  return execFileSync(BPFTOOL, ['-j', 'link', 'show'], { encoding: 'utf8' });
}

/** What is attached through trampolines after some looks, and what the check says of it. */
async function look(bpftool = BPFTOOL) {
  const config = engineConfig(
    { profile: 'default', maxEvents: 10_000, window: 1000, learn: 2000 },
    { mode: 'live', live: liveConfig({ interval: 200, auditLog: false, bpftool }) },
  );
  const { pipeline } = await runHeadless(config, { forMs: 700 });
  const { checks, inventory } = pipeline;
  await pipeline.store.close();
  const result = checks?.results.find(({ id }) => id === 'check-sensitive-targets');
  const targets = inventory?.attachments.filter(({ raw }) => 'target_btf_id' in raw).map(({ target }) => target);
  return { targets, says: result?.violations.map(({ message }) => message), undecided: result?.undecided.length };
}

const READS = 'is attached to vfs_read: what files say can be changed there';

describe.skipIf(skipped !== null)(`functions of this kernel${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  it('have the names that its BTF gives them, in links that bpftool is made to list', async () => {
    const link = (id: number, name: string, type: string, attachType: string): JsonObject => ({
      ...{ id, type: 'tracing', prog_id: 4_000_000_000, prog_type: type, attach_type: attachType },
      ...{ target_obj_id: 1, target_btf_id: Number(NUMBERS.get(name)) },
    });
    const LINKS = JSON.stringify([
      link(4_000_000_000, 'vfs_read', 'tracing', 'trace_fentry'),
      link(4_000_000_001, 'bpf_lsm_file_open', 'lsm', 'lsm_mac'),
      link(4_000_000_002, 'bpf_lsm_bpf', 'lsm', 'lsm_mac'),
    ]);
    const tool = scriptedTool('adding-bpftool.pl', { BPFTOOL, LINKS });
    expect(await look(tool.path).finally(() => tool.remove())).toEqual({
      targets: ['vfs_read trace_fentry', 'bpf_lsm_file_open lsm_mac', 'bpf_lsm_bpf lsm_mac'],
      says: [READS, 'is attached to bpf_lsm_bpf: bpf(2) can be refused there'],
      undecided: 0,
    });
  });

  it.skipIf(refused !== null)(
    `are told of real trampolines${refused === null ? '' : ` (skipped: ${refused})`}`,
    async () => {
      const held = [await attach(FENTRY, 'vfs_read'), await attach(LSM, 'bpf_lsm_file_open')];
      try {
        const { targets, says } = await look();
        expect(targets).toContain('vfs_read trace_fentry');
        if (typeof held[1] !== 'string') expect(targets).toContain('bpf_lsm_file_open lsm_mac');
        expect(says).toContain(READS);
        expect(says?.join()).not.toContain('bpf_lsm_file_open');
      } finally {
        for (const child of held) if (child !== undefined && typeof child !== 'string') await end(child);
      }
    },
  );
});
