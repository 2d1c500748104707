import type { CheckDefinition } from '../model/check.ts';

/**
 * Rules for calls of bpf(2) by 64-bit programs, whoever calls it and however it ends; command 5, BPF_PROG_LOAD, is enough. STIG and CIS rules for privileged commands are for all
 * calls too, and narrowed to a file; of several rules the first that fits decides (auditctl(8)).
 */
const FOR_ALL =
  "(SELECT * FROM audit_rule WHERE list = 'exit' AND (calls LIKE '%,bpf,%' OR calls LIKE '%,321,%' OR calls LIKE '%,all,%') AND arch IS NOT 'b32' AND narrowed IN ('', 'a0=0x5', 'a0=5'))";

/** A rule of the exclude filter can drop type BPF (1334) itself. */
export const AUDIT_RECORDS_BPF: CheckDefinition = {
  id: 'check-audit-records-bpf',
  name: 'Audit of bpf(2)',
  severity: 'warning',
  description: 'Every load by bpf(2) is recorded, and BPF records are not dropped',
  rationale:
    'Without a rule for bpf(2) the kernel records which program came and went, but not who did it, and no attempt that was refused. A rule that excludes BPF records hides even those.',
  remedy:
    'auditctl -a always,exit -F arch=b64 -S bpf -k bpf (and the same for arch=b32), in a file of /etc/audit/rules.d; remove exclude rules for msgtype=BPF.',
  references: ['audit.rules(7)', 'MITRE ATT&CK T1562', 'NIST SP 800-53 AU-12 (bpfwitness mapping)'],
  needs: ['audit-rules'],
  sql: `
SELECT 'audit' AS object_kind,
       NULL AS object_id,
       'kernel audit' AS object_name,
       'has no rule that records every load by bpf(2)' AS message,
       NULL AS rule
WHERE EXISTS (SELECT 1 FROM section WHERE name = 'audit-rules') AND NOT EXISTS (
  SELECT 1 FROM ${FOR_ALL} AS rule
  WHERE action = 'always'
    AND NOT EXISTS (SELECT 1 FROM ${FOR_ALL} AS before WHERE before.action = 'never' AND before.number < rule.number)
)
UNION ALL
SELECT 'audit', NULL, 'kernel audit', 'drops BPF records: ' || text, text
FROM audit_rule
WHERE (list = 'exclude' OR action = 'never') AND (text LIKE '%msgtype=BPF%' OR text LIKE '%msgtype=1334%')
UNION ALL
SELECT 'audit', NULL, 'kernel audit', 'records no system call of any process: ' || text, text
FROM audit_rule
WHERE list = 'task' AND action = 'never' AND narrowed = ''`,
};
