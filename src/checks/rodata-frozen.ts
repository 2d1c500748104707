import type { CheckDefinition } from '../model/check.ts';

/**
 * libbpf freezes .rodata before the programs are loaded (bpf_object__load); names are cut to 15 characters. Other maps that
 * programs may only read have the flag BPF_F_RDONLY_PROG, 0x80 (include/uapi/linux/bpf.h).
 */
export const RODATA_FROZEN: CheckDefinition = {
  id: 'check-rodata-frozen',
  name: 'Read-Only Data',
  severity: 'warning',
  description: 'What programs may only read is frozen',
  rationale:
    'Constants of a program lie in a map named .rodata, its configuration often in one with BPF_F_RDONLY_PROG. Of frozen ones the verifier knows the values; one that is not frozen can still be changed, and with it what the program does.',
  remedy:
    'Load with libbpf, which freezes .rodata, or call bpf_map_freeze() before the programs are loaded. Except configuration that is meant to change while they run.',
  references: [
    'https://docs.kernel.org/userspace-api/ebpf/syscall.html (BPF_MAP_FREEZE)',
    'NIST SP 800-53 CM-3, SI-7 (bpfwitness mapping)',
  ],
  needs: ['maps'],
  discovery: "SELECT 1 FROM map WHERE instr(name, '.rodata') > 0 OR flags & 128",
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE
         WHEN frozen IS NULL THEN 'is not known to be frozen'
         WHEN instr(name, '.rodata') > 0 THEN 'holds constants and is not frozen'
         ELSE 'is read-only to programs and is not frozen'
       END AS message,
       frozen IS NULL AS undecided,
       type,
       frozen
FROM map
WHERE (instr(name, '.rodata') > 0 OR flags & 128) AND frozen IS NOT 1
ORDER BY id`,
};
