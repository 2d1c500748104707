/** The settings that a snapshot keeps. `lockdown` and `lsm` are not sysctls but belong to them. */
export const KERNEL_SETTINGS = [
  'kernel.unprivileged_bpf_disabled',
  'kernel.bpf_stats_enabled',
  'kernel.kptr_restrict',
  'kernel.perf_event_paranoid',
  'net.core.bpf_jit_enable',
  'net.core.bpf_jit_harden',
  'net.core.bpf_jit_kallsyms',
  'net.core.bpf_jit_limit',
  'lockdown',
  'lsm',
] as const;

/** What a kernel setting guards against, and in which direction it grows weaker. */
interface Guard {
  readonly weakens: (from: string, to: string) => boolean;
}

const lower: Guard = { weakens: (from, to) => Number(to) < Number(from) };
const LOCKDOWN_LEVELS = ['none', 'integrity', 'confidentiality'];

/** Documentation/admin-guide/sysctl/{kernel,net}.rst and kernel_lockdown(7). */
const GUARDS: { readonly [setting: string]: Guard } = {
  // 1 cannot be taken back until the next boot, 2 can: both keep unprivileged processes out, only 0 lets them in.
  'kernel.unprivileged_bpf_disabled': { weakens: (from, to) => from !== '0' && to === '0' },
  'kernel.kptr_restrict': lower,
  'kernel.perf_event_paranoid': lower,
  'net.core.bpf_jit_harden': lower,
  // 2 writes the images of programs to the kernel log.
  'net.core.bpf_jit_enable': { weakens: (_from, to) => to === '2' },
  lockdown: { weakens: (from, to) => LOCKDOWN_LEVELS.indexOf(to) < LOCKDOWN_LEVELS.indexOf(from) },
};

/** True when a setting that guards the host now guards it less. */
export function weakens(setting: string, from: string, to: string): boolean {
  return Object.hasOwn(GUARDS, setting) && GUARDS[setting]?.weakens(from, to) === true;
}

/** A setting as a snapshot keeps it, from what its file holds: of lockdown the level in brackets (kernel_lockdown(7)). */
export function settingValue(setting: string, text: string): string {
  const value = text.trim();
  return setting === 'lockdown' ? (/\[(\w+)\]/.exec(value)?.[1] ?? value) : value;
}

/** The file that a setting is read from: `net.core.bpf_jit_harden` is /proc/sys/net/core/bpf_jit_harden. */
export function settingFile(setting: string): string {
  if (setting === 'lockdown' || setting === 'lsm') return `/sys/kernel/security/${setting}`;
  return `/proc/sys/${setting.replaceAll('.', '/')}`;
}
