/**
 * Records demo/demo.capture.gz on this kernel: a quiet phase to learn from, then an attack. Needs root, bpftool and
 * auditd, and a machine that nobody else uses: it loads programs, follows a private audit log and lowers a kernel
 * setting for a moment; it undoes all of it. Run under `unshare --uts` to give the host another name:
 *
 *   unshare --uts sh -c 'hostname edge-7 && deno run -A scripts/record-demo.ts'
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const OUTPUT = resolve('demo/demo.capture.gz');
const SECONDS = 150;
const NOBODY = '65534';
const PINS = '/sys/fs/bpf/bpfwitness-demo';
const HARDEN = '/proc/sys/net/core/bpf_jit_harden';

const folder = mkdtempSync(join(tmpdir(), 'demo-'));
chmodSync(folder, 0o755);
const children: ChildProcess[] = [];
const harden = readFileSync(HARDEN, 'utf8');

try {
  cpSync('demo/flowmon.bpf.o', join(folder, 'flowmon.o'));
  cpSync('demo/implant.bpf.o', join(folder, 'implant.o'));
  mkdirSync(PINS, { recursive: true });
  rmSync(OUTPUT, { force: true });
  writeFileSync(HARDEN, '1');
  const log = await startAuditd();
  run('bpftool', 'prog', 'loadall', 'flowmon.o', `${PINS}/flowmon`, 'pinmaps', `${PINS}/maps`);
  const capture = startCapture(log);
  await quietPhase();
  await attack();
  await new Promise((done) => capture.once('exit', done));
} finally {
  for (const child of children) child.kill();
  quietly('auditctl', '-D');
  quietly('auditctl', '-e', '0');
  quietly('bpftool', 'net', 'detach', 'xdpgeneric', 'dev', 'lo');
  writeFileSync(HARDEN, harden);
  rmSync(PINS, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** What such a host does on a calm day: one program more, now and then, and gone again. */
async function quietPhase(): Promise<void> {
  for (let second = 5; second < 75; second += 14) {
    await sleep(7_000);
    run('bpftool', 'prog', 'load', 'flowmon.o', `${PINS}/probe`);
    await sleep(7_000);
    unpin('probe');
  }
}

/** The implant stays: at the end of the capture it is still there to be found. */
async function attack(): Promise<void> {
  unprivileged();
  unprivileged();
  await sleep(1_500);
  for (let i = 0; i < 12; i += 1) run('bpftool', 'prog', 'load', 'flowmon.o', `${PINS}/burst${i}`);
  await sleep(3_000);
  writeFileSync(HARDEN, '0');
  run('bpftool', 'prog', 'load', 'implant.o', `${PINS}/implant`);
  await sleep(3_000);
  run('bpftool', 'net', 'attach', 'xdpgeneric', 'pinned', `${PINS}/flowmon/flow_count`, 'dev', 'lo');
  for (let i = 1; i <= 12; i += 1) {
    const value = [i, 0, 0, 0, 0, 0, 0, 0].map(String);
    run('bpftool', 'map', 'update', 'pinned', `${PINS}/maps/flow_config`, 'key', '0', '0', '0', '0', 'value', ...value);
    await sleep(2_100);
  }
  run('bpftool', 'net', 'detach', 'xdpgeneric', 'dev', 'lo');
  for (let i = 0; i < 12; i += 1) unpin(`burst${i}`);
}

/** By rm, not by ourselves: the audit log names who did it, and this script's path is nobody's business. */
function unpin(name: string): void {
  run('rm', `${PINS}/${name}`);
}

/** Someone without rights tries to load a program. */
function unprivileged(): void {
  const as = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'];
  quietly('setpriv', ...as, 'bpftool', 'prog', 'load', 'implant.o', `${PINS}/mine`);
}

/** A private auditd with one rule: every PROG_LOAD (bpf(2), command 5) is logged. Returns its log's path. */
async function startAuditd(): Promise<string> {
  const log = join(folder, 'audit.log');
  const config = readFileSync('/etc/audit/auditd.conf', 'utf8')
    .replace(/^log_file\s*=.*$/m, `log_file = ${log}`)
    .replace(/^log_format\s*=.*$/m, 'log_format = ENRICHED');
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc', 'auditd.conf'), config, { mode: 0o640 });
  const daemon = spawn('auditd', ['-n', '-c', join(folder, 'etc')], { stdio: 'ignore' });
  children.push(daemon);
  await sleep(1_000);
  if (daemon.exitCode !== null) throw new Error(`auditd ended at once with ${daemon.exitCode}`);
  run('auditctl', '-e', '1');
  run('auditctl', '-a', 'always,exit', '-F', 'arch=b64', '-S', 'bpf', '-F', 'a0=5', '-k', 'bpf');
  return log;
}

function startCapture(log: string): ChildProcess {
  const args = ['run', '-A', 'src/main.ts', 'capture', '-o', OUTPUT, '--for', `${SECONDS}s`];
  const child = spawn(process.execPath, [...args, '--watch-config-maps', '--audit-log', log], { stdio: 'inherit' });
  children.push(child);
  return child;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** For what is expected to fail, or may have been undone already. */
function quietly(command: string, ...args: string[]): void {
  try {
    execFileSync(command, args, { cwd: folder, stdio: 'ignore' });
  } catch {
    // That is what it was for.
  }
}
