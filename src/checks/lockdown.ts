import type { CheckDefinition } from '../model/check.ts';

/**
 * security/lockdown/lockdown.c; bpf_probe_write_user is LOCKDOWN_BPF_WRITE_USER, below integrity
 * (include/linux/security.h).
 */
export const LOCKDOWN: CheckDefinition = {
  id: 'check-lockdown',
  name: 'Kernel Lockdown',
  severity: 'info',
  description: 'The kernel is locked down against root',
  rationale:
    'The rootkits known today change what processes read with bpf_probe_write_user. From lockdown=integrity on no program can call it, whoever loads it.',
  remedy:
    'Boot with lockdown=integrity where nothing on the host needs what it forbids. confidentiality also stops tracers that read kernel memory.',
  references: ['kernel_lockdown(7)', 'MITRE ATT&CK T1014', 'NIST SP 800-53 SI-7 (bpfwitness mapping)'],
  needs: ['settings'],
  discovery: "SELECT 1 FROM setting WHERE name = 'lockdown'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is none: root may change the running kernel' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'lockdown' AND (value IS NULL OR value = 'none')`,
};
