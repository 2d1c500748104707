import type { CheckDefinition } from '../model/check.ts';

/** auditctl(8), -s: lost counts records since the start of the kernel that found no room or no daemon. */
export const AUDIT_LOST: CheckDefinition = {
  id: 'check-audit-lost',
  name: 'Audit Records Lost',
  severity: 'warning',
  description: 'The kernel lost no audit record',
  rationale:
    'A record that was lost may have been the load of a program. Losing many on purpose, with a flood of others, is a known way to hide one.',
  remedy:
    'Raise the backlog (auditctl -b 8192), see that auditd keeps up, and look at what was going on when they were lost.',
  references: ['auditctl(8): -b, -s', 'MITRE ATT&CK T1562', 'NIST SP 800-53 AU-5 (bpfwitness mapping)'],
  needs: ['audit'],
  discovery: 'SELECT 1 FROM audit_status WHERE enabled > 0',
  sql: `
SELECT 'audit' AS object_kind,
       NULL AS object_id,
       'kernel audit' AS object_name,
       CASE WHEN lost IS NULL THEN 'does not say how many records it lost'
            ELSE 'has lost ' || lost || ' records since the kernel started' END AS message,
       lost IS NULL AS undecided,
       lost
FROM audit_status
WHERE lost IS NULL OR lost > 0`,
};
