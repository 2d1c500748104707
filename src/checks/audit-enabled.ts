import type { CheckDefinition } from '../model/check.ts';

/** Lab 17.3, `check-audit-enabled`. `enabled` is 0 off, 1 on, 2 on and locked until the next boot (auditctl(8), -e). */
export const AUDIT_ENABLED: CheckDefinition = {
  id: 'check-audit-enabled',
  name: 'Audit Logging',
  severity: 'critical',
  description: 'Verify audit logging is enabled',
  rationale:
    'With auditing on, the kernel itself records each load and unload of a program (AUDIT_BPF). With it off, a program that was loaded and unloaded between two looks leaves no trace.',
  remedy:
    'Enable auditd (systemctl enable --now auditd) or run auditctl -e 1, and watch bpf(2): auditctl -a always,exit -F arch=b64 -S bpf -k bpf.',
  references: [
    'auditctl(8): -e',
    'audit.rules(7)',
    'DISA STIG RHEL-09-653015 (V-258152)',
    'NIST SP 800-53 AU-12 (bpfwitness mapping)',
  ],
  needs: ['audit'],
  sql: `
SELECT 'audit' AS object_kind,
       NULL AS object_id,
       'kernel audit' AS object_name,
       'is not enabled' AS message,
       0 AS undecided,
       enabled
FROM audit_status
WHERE enabled = 0
UNION ALL
SELECT 'audit', NULL, 'kernel audit', 'has a state that is not known', 1, NULL
WHERE NOT EXISTS (SELECT 1 FROM audit_status WHERE enabled IS NOT NULL)`,
};
