import type { CheckDefinition } from '../model/check.ts';

/** DISA STIG for RHEL 9, RHEL-09-251045: the running value and the one that files persist are both to be 2. */
export const STIG_JIT_HARDEN: CheckDefinition = {
  id: 'stig-jit-harden',
  name: 'STIG: JIT Hardening',
  severity: 'warning',
  description: 'net.core.bpf_jit_harden is 2, now and after the next boot',
  rationale: 'The STIG wants this value for every host, whatever is installed on it; any other is a finding (CAT II).',
  remedy:
    'Write net.core.bpf_jit_harden = 2 to a file in /etc/sysctl.d and load it with sysctl --system; remove lines in other files that set it otherwise.',
  references: ['DISA STIG RHEL-09-251045, CCI-000366', 'NIST SP 800-53 CM-6 b'],
  needs: ['settings', 'sysctl-files'],
  discovery: "SELECT 1 FROM setting WHERE name = 'net.core.bpf_jit_harden'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       'net.core.bpf_jit_harden' AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is ' || value || ', not 2' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'net.core.bpf_jit_harden' AND value IS NOT '2'
UNION ALL
SELECT 'setting', NULL, 'net.core.bpf_jit_harden', 'is set to ' || value || ' by ' || file || ':' || line || ', not 2', 0, value
FROM persisted_setting
WHERE name = 'net.core.bpf_jit_harden' AND value <> '2'
UNION ALL
SELECT 'setting', NULL, 'net.core.bpf_jit_harden', 'is set by no file of sysctl.d', 0, NULL
WHERE EXISTS (SELECT 1 FROM section WHERE name = 'sysctl-files') AND NOT EXISTS (SELECT 1 FROM persisted_setting WHERE name = 'net.core.bpf_jit_harden')`,
};
