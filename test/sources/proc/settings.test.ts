import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostIdentity } from '../../../src/sources/proc/host-name.ts';
import { readSettings } from '../../../src/sources/proc/settings.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bpfwitness-proc-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('readSettings', () => {
  it('reads what is there, leaves out what is not, and takes the level of lockdown out of its brackets', () => {
    put('/proc/sys/kernel/unprivileged_bpf_disabled', '2\n');
    put('/sys/kernel/security/lockdown', 'none [integrity] confidentiality\n');
    put('/sys/kernel/security/lsm', 'lockdown,capability,bpf');
    expect(readSettings(root)).toEqual({
      'kernel.unprivileged_bpf_disabled': '2',
      lockdown: 'integrity',
      lsm: 'lockdown,capability,bpf',
    });
  });

  it('has null for what exists and cannot be read', () => {
    mkdirSync(join(root, '/proc/sys/net/core/bpf_jit_harden'), { recursive: true });
    expect(readSettings(root)).toEqual({ 'net.core.bpf_jit_harden': null });
  });
});

describe('readHostIdentity', () => {
  it('reads name, boot and kernel, and does without', () => {
    put('/proc/sys/kernel/hostname', 'web1\n');
    put('/proc/sys/kernel/random/boot_id', 'd2705768-8bca-4c76-8440-65a8a9bfd0e3\n');
    expect(readHostIdentity(root)).toEqual({
      host: 'web1',
      boot: 'd2705768-8bca-4c76-8440-65a8a9bfd0e3',
      kernel: null,
    });
    expect(readHostIdentity('/nonexistent').host).toBe('localhost');
  });
});
