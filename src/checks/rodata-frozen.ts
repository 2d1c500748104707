import type { CheckDefinition } from '../model/check.ts';

/** libbpf freezes .rodata before the programs are loaded (bpf_object__load); names are cut to 15 characters. */
export const RODATA_FROZEN: CheckDefinition = {
  id: 'check-rodata-frozen',
  name: 'Read-Only Data',
  severity: 'warning',
  description: 'Read-only data of programs is frozen',
  rationale:
    'Constants of a program lie in a map named .rodata. The verifier relies on them, and so do checks on what the program does; a map that is not frozen can still be changed.',
  remedy: 'Load with libbpf, which freezes them, or call bpf_map_freeze() before the programs are loaded.',
  references: [
    'https://docs.kernel.org/userspace-api/ebpf/syscall.html (BPF_MAP_FREEZE)',
    'NIST SP 800-53 CM-3, SI-7 (bpfwitness mapping)',
  ],
  needs: ['maps'],
  discovery: "SELECT 1 FROM map WHERE instr(name, '.rodata') > 0",
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN frozen IS NULL THEN 'is not known to be frozen' ELSE 'holds constants and is not frozen' END AS message,
       frozen IS NULL AS undecided,
       type,
       frozen
FROM map
WHERE instr(name, '.rodata') > 0 AND frozen IS NOT 1
ORDER BY id`,
};
