import type { CheckDefinition } from '../model/check.ts';

/** Lab 17.3, `check-frozen-config`: not known to be frozen counts as not frozen, as there. */
export const FROZEN_CONFIG: CheckDefinition = {
  id: 'check-frozen-config',
  name: 'Frozen Configuration',
  severity: 'warning',
  description: 'Ensure config maps are frozen',
  rationale:
    'A program trusts what its configuration map says. Until the map is frozen, any process with CAP_BPF, or with the pinned path, can change what the program does without loading anything.',
  remedy:
    'Write the configuration, then freeze the map before attaching: bpf_map_freeze() in libbpf or bpftool map freeze id ID. If it must stay writable, protect its pin and watch it.',
  references: [
    'https://docs.kernel.org/userspace-api/ebpf/syscall.html (BPF_MAP_FREEZE)',
    'bpftool-map(8): freeze',
    'NIST SP 800-53 CM-3, CM-6 (bpfwitness mapping)',
  ],
  needs: ['maps'],
  sql: `
SELECT 'map' AS object_kind,
       id AS object_id,
       name AS object_name,
       CASE WHEN frozen = 0 THEN 'is not frozen' ELSE 'is not known to be frozen' END AS message,
       type,
       frozen
FROM map
WHERE instr(name, 'config') > 0 AND frozen IS NOT 1
ORDER BY id`,
};
