import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import type { CheckResult } from '../../src/model/check.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { BpfLab, FIXTURES, startScript, whyNotLive } from '../helpers/bpf.ts';
import { bpfwitness } from '../helpers/cli.ts';
import { type FakeTool, scriptedTool } from '../helpers/fake-tool.ts';

const skipped = whyNotLive();
const [BPFTOOL = '', AUDITCTL = ''] = ['bpftool', 'auditctl'].map((name) => findExecutables(name)[0] ?? '');

/** What the checks of a profile say of this kernel after some looks. */
async function judge(bpftool?: string, forMs = 700): Promise<ReadonlyMap<string, CheckResult>> {
  const flags = { interval: 250, auditLog: false as const, ...(bpftool === undefined ? {} : { bpftool }) };
  const config = engineConfig(
    { profile: 'default', maxEvents: 10_000, window: 1000, learn: 2000 },
    { mode: 'live', live: liveConfig(flags) },
  );
  const { pipeline } = await runHeadless(config, { forMs });
  const results = pipeline.checks?.results ?? [];
  await pipeline.store.close();
  return new Map(results.map((result) => [result.id, result]));
}

const found = (results: ReadonlyMap<string, CheckResult>, id: string) =>
  (results.get(id)?.violations ?? []).map(
    ({ objectKind, objectId, message }) => `${objectKind} ${objectId} ${message}`,
  );

describe.skipIf(skipped !== null)(`checks of this kernel${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  let lab: BpfLab;
  let folder = '';
  beforeEach(() => {
    lab = new BpfLab();
    folder = mkdtempSync(join(tmpdir(), 'bpfwitness-checks-'));
  });
  let hiding: FakeTool | null = null;
  afterEach(() => {
    hiding?.remove();
    hiding = null;
    lab.clean();
    rmSync(folder, { recursive: true, force: true });
  });

  it('notice an object that its own listing hides, whichever kind it is of', async () => {
    lab.load('watched');
    lab.load('raw');
    await lab.hold('keeper', 'wit_xdp', 'wit_config', 'sys_enter=wit_raw');
    const shown = (kind: 'link') => JSON.parse(execFileSync(BPFTOOL, ['-j', kind, 'show'], { encoding: 'utf8' }));
    const link = (shown('link') as { id: number; prog_id: number }[]).find(
      (each) => each.prog_id === lab.id('prog', 'wit_raw'),
    );
    const program = lab.id('prog', 'wit_xdp');
    const map = lab.id('map', 'wit_config');
    for (const [kind, id, by] of [
      ['prog', program, 'an open file of keeper'],
      ['map', map, `program ${program}`],
      ['link', link?.id ?? 0, 'an open file of keeper'],
    ] as const) {
      hiding?.remove();
      hiding = scriptedTool('hiding-bpftool.pl', { HIDE: `${kind}:${id}`, BPFTOOL });
      const hidden = found(await judge(hiding.path, 2500), 'check-unlisted-objects');
      const told = hidden.filter((each) =>
        each.startsWith(`${kind === 'prog' ? 'program' : kind} ${id} is not listed, and `),
      );
      expect([kind, told]).toEqual([kind, [expect.stringContaining(by)]]);
    }
    // A verdict of one look takes another where it would be left open.
    const once = await bpfwitness(['check', '--live', '--interval', '300ms', '--bpftool', hiding?.path ?? '']);
    expect(once.stdout).toMatch(/\[FAIL\] Hidden Objects/);
    expect(found(await judge(), 'check-unlisted-objects')).toEqual([]);
  });

  it('say of which configuration the entries are not watched', async () => {
    const pin = lab.pin('wit_config');
    execFileSync(BPFTOOL, [
      'map',
      'create',
      pin,
      ...'type array key 4 value 1000000 entries 4 name wit_config'.split(' '),
    ]);
    const id = lab.id('map', 'wit_config');
    const run = await bpfwitness(['check', '--live', '--watch-config-maps', '--interval', '300ms']);
    expect(run.stderr).toContain(`the entries of map ${id} (wit_config) are too many or too wide to be watched`);
  });

  it('tell a probe in tracefs whose program bpftool does not show', async () => {
    // One that nobody runs: a breakpoint in the middle of anything breaks whoever does.
    const file = join(folder, 'target');
    copyFileSync(findExecutables('perl')[0] ?? '', file);
    const probe = await startScript('uprobe.pl', ['wit/hidden', file, '0x2000']);
    const says = `probe null is on ${file}:0x2000, and no listed BPF program is attached to it`;
    try {
      expect(await probe.tell('attach')).toBe(true);
      expect(found(await judge(), 'check-probe-events')).not.toContain(says);
      const perf = JSON.parse(execFileSync(BPFTOOL, ['-j', 'perf', 'show'], { encoding: 'utf8' })) as {
        readonly pid: number;
        readonly prog_id: number;
      }[];
      const id = perf.find(({ pid }) => pid === probe.pid)?.prog_id ?? 0;
      hiding = scriptedTool('hiding-bpftool.pl', { HIDE: `prog:${id},perf:${id}`, BPFTOOL });
      const hidden = await judge(hiding.path, 6000);
      expect(found(hidden, 'check-probe-events')).toContain(says);
      expect(found(hidden, 'check-unlisted-objects')).toContain(
        `program ${id} is not listed, and an open file of perl (pid ${probe.pid}) shows it`,
      );
    } finally {
      await probe.end();
    }
  });

  it('tell a dangerous helper, a program that nothing attaches, and where its holder runs from', async () => {
    lab.load('signaller');
    const perl = join(folder, 'perl');
    copyFileSync(findExecutables('perl')[0] ?? '', perl);
    const holder = await lab.holdBy(perl, 'agent', 'wit_signal');
    rmSync(perl);
    const results = await judge();
    const program = `program ${lab.id('prog', 'wit_signal')}`;
    expect(found(results, 'check-dangerous-helpers')).toContain(
      `${program} calls send_signal, which sends signals to processes`,
    );
    expect(found(results, 'check-loader-provenance')).toContain(
      `process ${holder.pid} runs a file that was deleted: ${perl} (deleted)`,
    );
    const provenance = results
      .get('check-loader-provenance')
      ?.violations.find(({ objectId }) => objectId === holder.pid);
    expect(provenance?.fields.exe_sha256).toMatch(/^[0-9a-f]{64}$/);
    await holder.end();
    lab.unpin('wit_signal');
    const after = await judge();
    expect(found(after, 'check-dangerous-helpers').filter((each) => each.startsWith(program))).toEqual([]);
    expect(found(after, 'check-loader-provenance').filter((each) => each.includes(` ${holder.pid} `))).toEqual([]);
  });

  it('tell who reads raw frames, which bpftool does not', async () => {
    // AF_PACKET, SOCK_RAW, ETH_P_ALL in network order.
    const script = "socket(my $s, 17, 3, 768) or die $!; $| = 1; print 'ready'; sleep 60";
    const reader = spawn('perl', ['-e', script]);
    try {
      await once(reader.stdout, 'data');
      const results = await judge();
      expect(found(results, 'check-packet-sockets')).toContain(`process ${reader.pid} reads raw frames`);
    } finally {
      reader.kill();
      await once(reader, 'exit');
    }
    expect(found(await judge(), 'check-packet-sockets').filter((each) => each.includes(` ${reader.pid} `))).toEqual([]);
  });

  it('excuse no reader of raw frames by a path that leads elsewhere in its own mount namespace', async () => {
    const script = "socket(my $s, 17, 3, 768) or die $!; $| = 1; print 'ready'; sleep 60";
    // What a container has at a known path. The copy is seen in that mount namespace alone (unshare(1)).
    const inside = `mount -t tmpfs none /usr/sbin && cp "$(command -v perl)" /usr/sbin/dhclient && exec /usr/sbin/dhclient -e "$0"`;
    const reader = spawn('unshare', ['-m', 'sh', '-c', inside, script]);
    try {
      await once(reader.stdout, 'data');
      const said = 'reads raw frames, and its /usr/sbin/dhclient is not the file that the host has there';
      expect(found(await judge(), 'check-packet-sockets')).toContain(`process ${reader.pid} ${said}`);
    } finally {
      reader.kill();
      await once(reader, 'exit');
    }
  });

  it('tell a BPF file system beside the usual one', async () => {
    const other = join(folder, 'bpf');
    mkdirSync(other);
    execFileSync('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', other]);
    try {
      const results = await judge();
      expect(results.get('check-bpffs-mounts')?.violations.map(({ objectName }) => objectName)).toContain(other);
      const open = results.get('check-bpffs-permissions')?.violations.map(({ objectName }) => objectName);
      expect(open).not.toContain(other);
    } finally {
      execFileSync('umount', [other]);
    }
    expect((await judge()).get('check-bpffs-mounts')?.violations.map(({ objectName }) => objectName)).not.toContain(
      other,
    );
  });

  it('tell what is pinned in a BPF file system that another mount namespace alone has', async () => {
    const other = join(folder, 'bpf');
    mkdirSync(other);
    lab.load('watched');
    const id = lab.id('prog', 'wit_xdp');
    const inside = `mount -t bpf none "$0" && "$1" prog load "$2" "$0/kept" && echo ready && exec sleep 60`;
    const keeper = spawn('unshare', ['-m', 'sh', '-c', inside, other, BPFTOOL, join(FIXTURES, 'watched.bpf.o')]);
    try {
      await once(keeper.stdout, 'data');
      lab.clean();
      const results = await judge();
      const at = (checkId: string) =>
        results.get(checkId)?.violations.find(({ objectName }) => objectName.startsWith(other));
      expect(at('check-bpffs-mounts')?.message).toMatch(/such as sleep \(process \d+\), with one object pinned in it$/);
      const { violations = [], undecided = [] } = results.get('check-ownerless-programs') ?? {};
      const later = [...violations, ...undecided].filter(({ objectId }) => (objectId ?? 0) > id);
      expect(later).toEqual([]);
    } finally {
      keeper.kill();
      await once(keeper, 'exit');
    }
  });

  it.skipIf(AUDITCTL === '')('tell whether bpf(2) is recorded', async () => {
    const rule = ['always,exit', '-F', 'arch=b64', '-S', 'bpf', '-k', 'bpfwitness-test'];
    expect((await judge()).get('check-audit-records-bpf')?.status).toBe('failed');
    execFileSync(AUDITCTL, ['-a', ...rule]);
    try {
      expect((await judge()).get('check-audit-records-bpf')?.status).toBe('passed');
    } finally {
      execFileSync(AUDITCTL, ['-d', ...rule]);
    }
  });
});
