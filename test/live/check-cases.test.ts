import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHeadless } from '../../src/cli/headless.ts';
import { engineConfig, liveConfig } from '../../src/cli/options.ts';
import type { CheckResult } from '../../src/model/check.ts';
import { findExecutables } from '../../src/sources/find-executable.ts';
import { BpfLab, type Script, startScript, whyNotLive } from '../helpers/bpf.ts';

const skipped = whyNotLive();
const [BPFTOOL = ''] = findExecutables('bpftool');

/** Numbers of enum bpf_prog_type (include/uapi/linux/bpf.h). */
const TRACEPOINT = '5';
const SYSCALL = '31';

/** What is made to break a check, and how it is mended. */
interface Break {
  /** What the check says then, as `KIND NAME MESSAGE`. */
  readonly says: string;
  /** The check leaves it open at first: a program that was only just loaded may be a trial. */
  readonly isOpen?: boolean;
  mend(): void | Promise<void>;
}

/** Sets a file under /proc/sys and sets it back; null where the kernel does not take it. */
function setting(name: string, value: string, says: string): Break | null {
  const file = `/proc/sys/${name.replaceAll('.', '/')}`;
  const before = readFileSync(file, 'utf8').trim();
  try {
    writeFileSync(file, value);
  } catch {
    return null;
  }
  return { says, mend: () => writeFileSync(file, before === value ? (GOOD[name] ?? before) : before) };
}

/** What a setting is mended to where this host has it broken already; all are set back in the end. */
const GOOD: { readonly [name: string]: string } = { 'net.core.bpf_jit_harden': '2', 'kernel.kptr_restrict': '1' };

/**
 * Checks against real objects of this kernel, each made to break one. Those of test/live/checks.test.ts and
 * symbols.test.ts are there; the rest has none here (no kprobes, no lockdown, no storage of sockets without BTF, no lost
 * audit records) and is only judged from snapshots (test/checks/builtin.test.ts).
 */
describe.skipIf(skipped !== null)(
  `checks of this kernel, broken and mended${skipped === null ? '' : ` (skipped: ${skipped})`}`,
  () => {
    const lab = skipped === null ? new BpfLab() : null;
    const scripts: Script[] = [];
    const settings = new Map(
      [
        'kernel.unprivileged_bpf_disabled',
        'net.core.bpf_jit_harden',
        'kernel.kptr_restrict',
        'kernel.bpf_stats_enabled',
      ].map((name) => [
        name,
        skipped === null ? readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim() : '',
      ]),
    );
    const SYSCTL = '/etc/sysctl.d/99-bpfwitness-test.conf';
    const MOUNT = '/run/bpfwitness-test-bpf';
    const HIDDEN = '/run/.bpfwitness-test-bpf';
    const PROBED = '/run/bpfwitness-test-probed';
    const WORD = ['type', 'array', 'key', '4', 'value', '4', 'entries', '1'];

    const start = async (...args: string[]): Promise<Script> => {
      const script = await startScript('functions.pl', args);
      scripts.push(script);
      return script;
    };
    const map = (name: string, type: string, value: number, entries: number): string => {
      const pin = lab?.pin(name.replace('.', '_')) ?? '';
      execFileSync(BPFTOOL, [
        'map',
        'create',
        pin,
        'type',
        type,
        'key',
        '4',
        'value',
        String(value),
        'entries',
        String(entries),
        'name',
        name,
      ]);
      return pin;
    };
    const frozen = (pin: string) => () => void execFileSync(BPFTOOL, ['map', 'freeze', 'pinned', pin]);

    /** By the id of the check; null where this kernel does not let it be broken. */
    const breaks: { readonly [id: string]: () => Break | null | Promise<Break | null> } = {
      'check-root-programs': async () => {
        const script = await start('wit_root', '1');
        return { says: 'program wit_root was loaded by root', mend: () => script.end() };
      },
      'check-capabilities': async () => {
        const script = await start('wit_caps', '1');
        return { says: `process perl holds`, mend: () => script.end() };
      },
      'check-frozen-config': () => {
        const pin = map('wit_config', 'array', 8, 2);
        return { says: 'map wit_config is not frozen', mend: frozen(pin) };
      },
      'check-rodata-frozen': () => {
        const pin = map('wit.rodata', 'array', 8, 1);
        return { says: 'map wit.rodata holds constants and is not frozen', mend: frozen(pin) };
      },
      'check-map-memory': () => {
        const pin = map('wit_large', 'array', 4096, 20_000);
        return { says: 'map wit_large takes ', mend: () => rmSync(pin) };
      },
      'check-map-entries': () => {
        const pin = map('wit_full', 'hash', 4, 2);
        const update = (key: string) =>
          execFileSync(BPFTOOL, ['map', 'update', 'pinned', pin, ...`key ${key} 0 0 0 value 0 0 0 0`.split(' ')]);
        update('1');
        update('2');
        const mend = () => void execFileSync(BPFTOOL, ['map', 'delete', 'pinned', pin, ...'key 1 0 0 0'.split(' ')]);
        return { says: 'map wit_full has 2 of 2 entries', mend };
      },
      'check-helper-whitelist': () => {
        lab?.load('signaller');
        return { says: 'program wit_signal calls send_signal', mend: () => lab?.unpin('wit_signal') };
      },
      'check-dangerous-helpers': () => ({
        says: 'program wit_signal calls send_signal, which sends signals to processes',
        mend: () => {},
      }),
      'check-powerful-programs': async () => {
        const script = await start('wit_syscall', '1', SYSCALL);
        return { says: 'program wit_syscall is of type syscall', mend: () => script.end() };
      },
      'check-opaque-programs': async () => {
        const script = await start('wit_opaque', '1', TRACEPOINT, 'closed');
        const says =
          'program wit_opaque is of type tracepoint and has neither a licence compatible with the GPL nor BTF';
        return { says, isOpen: true, mend: () => script.end() };
      },
      'check-anonymous-programs': async () => {
        const script = await start('', '1');
        return { says: 'program  has neither a name nor type information', mend: () => script.end() };
      },
      'check-probe-events': async () => {
        // One that nobody runs: a breakpoint in the middle of anything breaks whoever does.
        copyFileSync(BPFTOOL, PROBED);
        const script = await startScript('uprobe.pl', ['wit/probed', PROBED, '0x1000']).catch(() => null);
        if (script === null) return null;
        scripts.push(script);
        const mend = async () => {
          if (!(await script.tell('attach'))) throw new Error('this kernel takes no program on a uprobe');
        };
        return {
          says: `probe p:wit/probed is on ${PROBED}:0x1000, and no BPF program was listed there; too few looks to tell`,
          isOpen: true,
          mend,
        };
      },
      'check-odd-pins': () => {
        mkdirSync(HIDDEN, { recursive: true });
        execFileSync('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', HIDDEN]);
        execFileSync(BPFTOOL, ['map', 'create', `${HIDDEN}/pin`, ...WORD, 'name', 'wit_pin']);
        const mend = () => void execFileSync('umount', [HIDDEN]);
        return { says: `map ${HIDDEN}/pin is pinned under a hidden name`, mend };
      },
      'check-unprivileged-bpf': () =>
        setting(
          'kernel.unprivileged_bpf_disabled',
          '0',
          'setting kernel.unprivileged_bpf_disabled lets users without privileges load programs',
        ),
      'check-jit-harden': () => setting('net.core.bpf_jit_harden', '0', 'setting net.core.bpf_jit_harden is 0'),
      'check-kptr-restrict': () => setting('kernel.kptr_restrict', '0', 'setting kernel.kptr_restrict is 0'),
      'check-bpf-stats': () => setting('kernel.bpf_stats_enabled', '1', 'setting kernel.bpf_stats_enabled is on'),
      'check-settings-persist': () => {
        writeFileSync(
          SYSCTL,
          'kernel.bpf_stats_enabled = 0\nkernel.perf_event_paranoid = 3\nnet.core.bpf_jit_harden = 1\n',
        );
        return { says: 'setting net.core.bpf_jit_harden', mend: () => rmSync(SYSCTL) };
      },
      'check-bpffs-permissions': () => {
        mkdirSync(MOUNT, { recursive: true });
        execFileSync('mount', ['-t', 'bpf', '-o', 'mode=777', 'bpf', MOUNT]);
        return { says: `mount ${MOUNT} `, mend: () => void execFileSync('umount', [MOUNT]) };
      },
      'check-bpffs-mounts': () => ({ says: `mount ${MOUNT} `, mend: () => {} }),
      'check-bpf-tokens': () => {
        try {
          execFileSync('mount', ['-t', 'bpf', '-o', 'delegate_cmds=any', 'bpf', MOUNT], { stdio: 'pipe' });
        } catch {
          return null;
        }
        return { says: `mount ${MOUNT} `, mend: () => void execFileSync('umount', [MOUNT]) };
      },
    };

    const made = new Map<string, Break>();
    const judge = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
      const config = engineConfig(
        { profile: 'strict', maxEvents: 10_000, window: 1000, learn: 2000 },
        { mode: 'live', live: liveConfig({ interval: 250, auditLog: false, countEntries: true }) },
      );
      const { pipeline } = await runHeadless(config, { forMs: 700 });
      const results: readonly CheckResult[] = pipeline.checks?.results ?? [];
      await pipeline.store.close();
      const said = ({ id, violations, undecided }: CheckResult) =>
        [...violations, ...(made.get(id)?.isOpen === true ? undecided : [])].map(
          ({ objectKind, objectName, message }) => `${objectKind} ${objectName} ${message}`,
        );
      return new Map(results.map((result) => [result.id, said(result)]));
    };

    let broken: ReadonlyMap<string, readonly string[]> = new Map();
    let mended: ReadonlyMap<string, readonly string[]> = new Map();
    beforeAll(async () => {
      for (const [id, make] of Object.entries(breaks)) {
        const one = await make();
        if (one === null) console.warn(`${id} cannot be broken on this kernel`);
        else made.set(id, one);
      }
      broken = await judge();
      for (const { mend } of [...made.values()].reverse()) await mend();
      mended = await judge();
    }, 30_000);
    afterAll(async () => {
      for (const script of scripts) await script.end();
      for (const [name, value] of settings) {
        if (value !== '') writeFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, value);
      }
      for (const file of [SYSCTL, PROBED]) rmSync(file, { force: true });
      for (const folder of [MOUNT, HIDDEN]) rmSync(folder, { recursive: true, force: true });
      lab?.clean();
    });

    it.each(Object.keys(breaks))('%s fails on a real object, and passes when that is mended', (id) => {
      const one = made.get(id);
      if (one === undefined) return;
      const says = (results: ReadonlyMap<string, readonly string[]>) =>
        (results.get(id) ?? []).filter((each) => each.startsWith(one.says));
      expect([id, broken.get(id)]).toEqual([id, expect.arrayContaining([expect.stringContaining(one.says)])]);
      expect(says(mended).length).toBeLessThan(says(broken).length);
    });
  },
);
