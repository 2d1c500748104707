import type { CheckDefinition } from '../model/check.ts';

/** Lab 17.3, `check-capabilities`: one row for each holder of capabilities that are not in `allowed_capability`. */
export const CAPABILITIES: CheckDefinition = {
  id: 'check-capabilities',
  name: 'Minimal Capabilities',
  severity: 'warning',
  description: 'Check for excessive capabilities',
  rationale:
    'Loading and attaching takes CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN at most since Linux 5.8. Every other capability of a process that holds BPF objects is one more thing that an attacker gets with it; CAP_SYS_ADMIN is nearly root.',
  remedy:
    'Drop what is not needed: CapabilityBoundingSet= and AmbientCapabilities= in the unit, cap_drop in the container, or setpriv(1).',
  references: [
    'capabilities(7)',
    'systemd.exec(5): CapabilityBoundingSet=',
    'NIST SP 800-53 AC-6 (bpfwitness mapping)',
  ],
  needs: ['processes', 'all-processes'],
  sql: `
SELECT 'process' AS object_kind,
       pid AS object_id,
       comm AS object_name,
       'holds ' || CASE
         WHEN count(*) <= 6 THEN group_concat(name, ', ' ORDER BY name)
         ELSE count(*) || ' capabilities too many' || CASE WHEN max(name = 'cap_sys_admin') THEN ', cap_sys_admin among them' ELSE '' END
       END AS message,
       group_concat(name, ', ' ORDER BY name) AS capabilities
FROM capability
WHERE name NOT IN (SELECT name FROM allowed_capability)
GROUP BY pid, comm
ORDER BY pid`,
};
