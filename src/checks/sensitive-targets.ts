import type { CheckDefinition } from '../model/check.ts';

/** Patterns of sensitive_target, by GLOB, with the reason for each. */
export const SENSITIVE_TARGETS: CheckDefinition = {
  id: 'check-sensitive-targets',
  name: 'Sensitive Attach Targets',
  severity: 'warning',
  description: 'Nothing is attached where rootkits attach',
  rationale:
    'Whoever sees what getdents64, read, recvmsg or bpf(2) return can change it before it reaches the caller; whoever sits in libpam or libssl reads passwords and plain text.',
  remedy:
    'Find out whose program it is (the detail names the holder and the pin). Tracers attach there as well: except those that are meant to.',
  references: ['MITRE ATT&CK T1014, T1556.003, T1040', 'NIST SP 800-53 SI-4 (bpfwitness mapping)'],
  needs: ['links', 'perf'],
  discovery: 'SELECT 1 FROM attachment',
  sql: `
SELECT 'program' AS object_kind,
       attachment.program_id AS object_id,
       coalesce(program.name, '') AS object_name,
       'is attached to ' || attachment.target || ': ' || sensitive_target.reason AS message,
       attachment.type,
       attachment.target,
       attachment.key
FROM attachment
JOIN sensitive_target ON attachment.target GLOB sensitive_target.pattern
LEFT JOIN program ON program.id = attachment.program_id
GROUP BY attachment.key
ORDER BY attachment.program_id, attachment.key`,
};
