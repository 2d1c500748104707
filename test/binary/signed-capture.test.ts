import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BINARY } from '../helpers/kills.ts';

const hasTools = ['bpftool prog list', 'openssl version'].every((line) => {
  const [tool = '', ...args] = line.split(' ');
  return spawnSync(tool, args).status === 0;
});
const skipped = !existsSync(BINARY)
  ? 'no dist/bpfwitness'
  : hasTools
    ? null
    : 'no openssl, or no bpftool that may list';
if (skipped !== null) console.warn(`test of signed captures skipped: ${skipped}`);

describe.skipIf(skipped !== null)('a capture that the binary signed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bpfwitness-signed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  const makeKey = (name: string): void => {
    expect(run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', `${name}.pem`).status).toBe(0);
    expect(run('chmod', '600', `${name}.pem`).status).toBe(0);
    expect(run('openssl', 'pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub`).status).toBe(0);
  };

  it('verifies with the public key that openssl gives, and with no other', { timeout: 120_000 }, () => {
    makeKey('own');
    makeKey('other');
    const flags = ['--sign', 'own.pem', '--for', '1s', '--interval', '1s', '--no-audit-log'];
    const captured = run(BINARY, 'capture', '-o', 'c.capture', ...flags);
    const head = /\bhead ([0-9a-f]{64}) group/.exec(captured.stderr)?.[1] ?? expect.fail(captured.stderr);
    const own = run(BINARY, 'verify', 'c.capture', '--key', 'own.pub', '--head', head);
    expect(own.stdout).toContain('all signed by this key');
    expect(own.status).toBe(0);
    const other = run(BINARY, 'verify', 'c.capture', '--key', 'other.pub');
    expect(other.stdout).toContain('its signature is not that of this key');
    expect(other.status).toBe(1);
  });
});
