import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CONFIG = '/etc/audit/auditd.conf';

/** Why no audit daemon of our own can run here, or null. Prints it. */
export function whyNoAuditd(): string | null {
  const reason = reasonNoAuditd();
  if (reason !== null) console.warn(`auditd tests skipped: ${reason}`);
  return reason;
}

function reasonNoAuditd(): string | null {
  try {
    const status = auditctl('-s');
    if (!/^pid 0$/m.test(status)) return 'another audit daemon is running';
    if (!/^enabled [01]$/m.test(status)) return 'the audit configuration is locked';
    if (!auditctl('-l').includes('No rules')) return 'there are audit rules of others';
    readFileSync(CONFIG);
    return null;
  } catch (error) {
    return `auditd cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A real auditd with a log of its own and one rule: every PROG_LOAD. `stop` takes all of it back. */
export class Auditd {
  readonly folder = mkdtempSync(join(tmpdir(), 'auditd-'));
  readonly log = join(this.folder, 'audit.log');
  #daemon: ChildProcess | null = null;
  #backlog = '64';

  async start(): Promise<void> {
    const config = readFileSync(CONFIG, 'utf8')
      .replace(/^log_file\s*=.*$/m, `log_file = ${this.log}`)
      .replace(/^log_format\s*=.*$/m, 'log_format = ENRICHED');
    mkdirSync(join(this.folder, 'etc'));
    writeFileSync(join(this.folder, 'etc', 'auditd.conf'), config, { mode: 0o640 });
    const daemon = spawn('auditd', ['-n', '-c', join(this.folder, 'etc')], { stdio: 'ignore' });
    this.#daemon = daemon;
    for (let attempt = 0; attempt < 100 && !auditctl('-s').includes(`pid ${daemon.pid}`); attempt += 1) {
      if (daemon.exitCode !== null) throw new Error(`auditd ended with ${daemon.exitCode}`);
      await sleep(50);
    }
    // A burst of loads overflows the kernel's own limit, and a log that lost records proves less.
    this.#backlog = /^backlog_limit (\d+)$/m.exec(auditctl('-s'))?.[1] ?? this.#backlog;
    auditctl('-b', '8192');
    auditctl('-e', '1');
    auditctl('-a', 'always,exit', '-F', 'arch=b64', '-S', 'bpf', '-F', 'a0=5', '-k', 'bpf');
  }

  async stop(): Promise<void> {
    auditctl('-D');
    auditctl('-b', this.#backlog);
    auditctl('-e', '0');
    const daemon = this.#daemon;
    if (daemon !== null && daemon.exitCode === null) {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    }
    rmSync(this.folder, { recursive: true });
  }
}

function auditctl(...args: readonly string[]): string {
  return execFileSync('auditctl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
