import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { capabilityNames } from '../../src/sources/proc/capability-names.ts';

const BINARY = resolve(import.meta.dirname, '../../dist/bpfwitness');
const isRoot = process.getuid?.() === 0;
const skipped = !existsSync(BINARY) ? 'no dist/bpfwitness' : isRoot ? null : 'not root';
if (skipped !== null) console.warn(`tests of rights skipped: ${skipped}`);

const FOR_LOOKING = [
  'cap_dac_read_search',
  'cap_net_admin',
  'cap_sys_ptrace',
  'cap_sys_admin',
  'cap_audit_control',
  'cap_syslog',
];

/** What the kernel says of a thread: every set of capabilities that it could use or pass on, and no_new_privs. */
interface Rights {
  readonly sets: { readonly [name: string]: readonly string[] };
  readonly noNewPrivs: boolean;
}

function rightsIn(status: string): Rights {
  const sets = [...status.matchAll(/^Cap(Inh|Prm|Eff|Bnd|Amb):\s*(\w+)$/gm)].map(
    ([, name, mask]) => [name ?? '', capabilityNames(mask ?? '')] as const,
  );
  return { sets: Object.fromEntries(sets), noNewPrivs: /^NoNewPrivs:\s*1$/m.test(status) };
}

/** Of each thread of a process, once it has dropped what it does not need. */
async function threadsOf(pid: number): Promise<readonly Rights[]> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(20)) {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const threads = tasks.map((task) => rightsIn(readFileSync(`/proc/${pid}/task/${task}/status`, 'latin1')));
    if (threads.length > 1 && threads.every(({ noNewPrivs, sets }) => noNewPrivs && (sets.Amb ?? []).length > 0))
      return threads;
  }
  throw new Error('it did not drop its rights');
}

/** All five sets are these, of what this machine's root has. */
function only(...names: readonly string[]): Rights {
  const own = rightsIn(readFileSync('/proc/self/status', 'latin1')).sets.Prm ?? [];
  const kept = own.filter((name) => names.includes(name));
  return { sets: { Inh: kept, Prm: kept, Eff: kept, Bnd: kept, Amb: kept }, noNewPrivs: true };
}

describe.skipIf(skipped !== null)('the rights of the binary, started by root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-rights-'));
  let running: ChildProcess | null = null;
  afterEach(async () => {
    if (running !== null && running.exitCode === null && running.kill('SIGTERM')) await once(running, 'exit');
    running = null;
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const start = (...args: readonly string[]) => {
    running = spawn(BINARY, args, { stdio: 'ignore' });
    return threadsOf(running.pid ?? 0);
  };

  it('are those that looking needs in every thread, and writing where it writes', async () => {
    const threads = await start('capture', '-o', join(folder, 'capture.gz'), '--for', '1m', '--no-audit-log');
    for (const thread of threads) expect(thread).toEqual(only(...FOR_LOOKING, 'cap_dac_override'));
  });

  it('are those that reading needs where it looks at no host', async () => {
    const log = join(folder, 'ü log');
    writeFileSync(log, '');
    for (const thread of await start('query', '--follow', log)) expect(thread).toEqual(only('cap_dac_read_search'));
  });

  it('go to the tools that it runs, and no others', () => {
    const tool = join(folder, 'bpftool');
    const told = join(folder, 'told');
    writeFileSync(tool, `#!/bin/sh\ngrep -E '^(Cap|NoNew)' /proc/self/status > ${told}\nexit 1\n`);
    chmodSync(tool, 0o700);
    spawnSync(BINARY, ['doctor', '--bpftool', tool]);
    expect(rightsIn(readFileSync(told, 'latin1'))).toEqual(only(...FOR_LOOKING));
  });

  it('are what doctor says', () => {
    const { stdout } = spawnSync(BINARY, ['doctor', '--json'], { encoding: 'utf8' });
    const facts: readonly { readonly name: string; readonly status: string; readonly found: string }[] =
      JSON.parse(stdout);
    const kept = facts.filter(({ found }) => found.startsWith('kept ')).map(({ name }) => `cap_${name}`);
    expect(kept.sort()).toEqual([...(only(...FOR_LOOKING).sets.Prm ?? [])].sort());
    expect(facts.find(({ name }) => name === 'dropped rights')?.status).toBe('ok');
  });

  it('leave arguments, environment and exit codes as they are', () => {
    const state = join(folder, 'none here');
    const run = (env: NodeJS.ProcessEnv) => spawnSync(BINARY, ['inspect', state], { encoding: 'utf8', env });
    expect(run(process.env)).toMatchObject({ status: 3, stderr: expect.stringContaining(state) });
    expect(run({}).status).toBe(3);
    expect(spawnSync(BINARY, ['checks', 'list', '--json']).status).toBe(0);
  });

  it('are kept where they cannot be dropped, and doctor says why', () => {
    const without = ['--bounding-set', '-setpcap', '--inh-caps', '-all'];
    const { stdout } = spawnSync('setpriv', [...without, BINARY, 'doctor', '--json'], { encoding: 'utf8' });
    const dropped = JSON.parse(stdout).find(({ name }: { name: string }) => name === 'dropped rights');
    expect(dropped).toMatchObject({ status: 'limited', found: 'not all: permission denied' });
    expect(dropped.lost).toContain('cap_sys_module');
  });

  it('are none of a user, whose tools cannot gain any', () => {
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const copy = join(folder, 'bpfwitness');
    chmodSync(folder, 0o755);
    execFileSync('cp', [BINARY, copy]);
    const { status, stdout } = spawnSync('setpriv', [...user, copy, 'doctor', '--json'], { encoding: 'utf8' });
    expect(status).toBe(4);
    expect(JSON.parse(stdout).find(({ name }: { name: string }) => name === 'dropped rights').status).toBe('ok');
  });
});
