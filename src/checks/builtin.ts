import type { CheckDefinition } from '../model/check.ts';
import { ANONYMOUS_PROGRAMS } from './anonymous-programs.ts';
import { AUDIT_ENABLED } from './audit-enabled.ts';
import { AUDIT_LOST } from './audit-lost.ts';
import { AUDIT_RECORDS_BPF } from './audit-records-bpf.ts';
import { BPF_STATS } from './bpf-stats.ts';
import { BPF_TOKENS } from './bpf-tokens.ts';
import { BPFFS_MOUNTS } from './bpffs-mounts.ts';
import { BPFFS_PERMISSIONS } from './bpffs-permissions.ts';
import { CAPABILITIES } from './capabilities.ts';
import { DANGEROUS_HELPERS } from './dangerous-helpers.ts';
import { FROZEN_CONFIG } from './frozen-config.ts';
import { FUNCTION_HOOKS } from './function-hooks.ts';
import { HELPER_WHITELIST } from './helper-whitelist.ts';
import { JIT_DEBUG } from './jit-debug.ts';
import { JIT_HARDEN } from './jit-harden.ts';
import { KPTR_RESTRICT } from './kptr-restrict.ts';
import { LOADER_PROVENANCE } from './loader-provenance.ts';
import { LOCKDOWN } from './lockdown.ts';
import { MAP_ENTRIES } from './map-entries.ts';
import { MAP_LIMITS } from './map-limits.ts';
import { MAP_MEMORY } from './map-memory.ts';
import { ODD_NAMES } from './odd-names.ts';
import { ODD_PINS } from './odd-pins.ts';
import { OPAQUE_PROGRAMS } from './opaque-programs.ts';
import { OWNERLESS_PROGRAMS } from './ownerless-programs.ts';
import { PACKET_SOCKETS } from './packet-sockets.ts';
import { POWERFUL_PROGRAMS } from './powerful-programs.ts';
import { PROBE_EVENTS } from './probe-events.ts';
import { RODATA_FROZEN } from './rodata-frozen.ts';
import { ROOT_PROGRAMS } from './root-programs.ts';
import { SENSITIVE_TARGETS } from './sensitive-targets.ts';
import { SETTINGS_PERSIST } from './settings-persist.ts';
import { STIG_JIT_HARDEN, STIG_UNPRIVILEGED_BPF } from './stig-settings.ts';
import { UNLISTED_OBJECTS } from './unlisted-objects.ts';
import { UNPRIVILEGED_BPF } from './unprivileged-bpf.ts';

/** The checks of lab 17.3, step 2.1, in its order. */
export const LAB_CHECKS: readonly CheckDefinition[] = [
  ROOT_PROGRAMS,
  MAP_LIMITS,
  CAPABILITIES,
  AUDIT_ENABLED,
  FROZEN_CONFIG,
  HELPER_WHITELIST,
];

/** All checks that come with the program: the lab's, and what else is worth knowing of a host. */
export const BUILTIN_CHECKS: readonly CheckDefinition[] = [
  ...LAB_CHECKS,
  UNLISTED_OBJECTS,
  DANGEROUS_HELPERS,
  LOADER_PROVENANCE,
  SENSITIVE_TARGETS,
  POWERFUL_PROGRAMS,
  OWNERLESS_PROGRAMS,
  OPAQUE_PROGRAMS,
  ODD_PINS,
  ODD_NAMES,
  PACKET_SOCKETS,
  FUNCTION_HOOKS,
  PROBE_EVENTS,
  ANONYMOUS_PROGRAMS,
  RODATA_FROZEN,
  MAP_MEMORY,
  MAP_ENTRIES,
  AUDIT_RECORDS_BPF,
  AUDIT_LOST,
  UNPRIVILEGED_BPF,
  JIT_HARDEN,
  JIT_DEBUG,
  KPTR_RESTRICT,
  LOCKDOWN,
  BPF_STATS,
  SETTINGS_PERSIST,
  BPFFS_PERMISSIONS,
  BPFFS_MOUNTS,
  BPF_TOKENS,
  STIG_UNPRIVILEGED_BPF,
  STIG_JIT_HARDEN,
];
