import { readFileSync } from 'node:fs';

/** The settings that a snapshot keeps, with their files. `lockdown` and `lsm` are not sysctls but belong to them. */
const FILES: { readonly [setting: string]: string } = {
  'kernel.unprivileged_bpf_disabled': '/proc/sys/kernel/unprivileged_bpf_disabled',
  'kernel.bpf_stats_enabled': '/proc/sys/kernel/bpf_stats_enabled',
  'kernel.kptr_restrict': '/proc/sys/kernel/kptr_restrict',
  'kernel.perf_event_paranoid': '/proc/sys/kernel/perf_event_paranoid',
  'net.core.bpf_jit_enable': '/proc/sys/net/core/bpf_jit_enable',
  'net.core.bpf_jit_harden': '/proc/sys/net/core/bpf_jit_harden',
  'net.core.bpf_jit_kallsyms': '/proc/sys/net/core/bpf_jit_kallsyms',
  'net.core.bpf_jit_limit': '/proc/sys/net/core/bpf_jit_limit',
  lockdown: '/sys/kernel/security/lockdown',
  lsm: '/sys/kernel/security/lsm',
};

/**
 * Kernel settings by sysctl name. A file that does not exist (another kernel, securityfs not mounted) has no key; one
 * that may not be read is null.
 */
export function readSettings(root = ''): { readonly [name: string]: string | null } {
  const settings: { [name: string]: string | null } = {};
  for (const [name, file] of Object.entries(FILES)) {
    const text = readSetting(`${root}${file}`);
    if (text !== undefined) settings[name] = text !== null && name === 'lockdown' ? lockdownLevel(text) : text;
  }
  return settings;
}

/** The level in brackets: `none [integrity] confidentiality` (kernel_lockdown(7)). */
export function lockdownLevel(text: string): string {
  return /\[(\w+)\]/.exec(text)?.[1] ?? text;
}

function readSetting(file: string): string | null | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT' ? undefined : null;
  }
}
