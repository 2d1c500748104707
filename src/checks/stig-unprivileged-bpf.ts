import type { CheckDefinition } from '../model/check.ts';

/** DISA STIG for RHEL 9, RHEL-09-213075: the running value and the one that files persist are both to be 1. */
export const STIG_UNPRIVILEGED_BPF: CheckDefinition = {
  id: 'stig-unprivileged-bpf',
  name: 'STIG: Unprivileged BPF',
  severity: 'warning',
  description: 'kernel.unprivileged_bpf_disabled is 1, now and after the next boot',
  rationale: 'The STIG wants this value for every host, whatever is installed on it; any other is a finding (CAT II).',
  remedy:
    'Write kernel.unprivileged_bpf_disabled = 1 to a file in /etc/sysctl.d and load it with sysctl --system; remove lines in other files that set it otherwise.',
  references: ['DISA STIG RHEL-09-213075 (V-257810), CCI-000366', 'NIST SP 800-53 CM-6 b'],
  needs: ['settings', 'sysctl-files'],
  discovery: "SELECT 1 FROM setting WHERE name = 'kernel.unprivileged_bpf_disabled'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       'kernel.unprivileged_bpf_disabled' AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is ' || value || ', not 1' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'kernel.unprivileged_bpf_disabled' AND value IS NOT '1'
UNION ALL
SELECT 'setting', NULL, 'kernel.unprivileged_bpf_disabled', 'is set to ' || value || ' by ' || file || ':' || line || ', not 1', 0, value
FROM persisted_setting
WHERE name = 'kernel.unprivileged_bpf_disabled' AND value <> '1'
UNION ALL
SELECT 'setting', NULL, 'kernel.unprivileged_bpf_disabled', 'is set by no file of sysctl.d', 0, NULL
WHERE EXISTS (SELECT 1 FROM section WHERE name = 'sysctl-files') AND NOT EXISTS (SELECT 1 FROM persisted_setting WHERE name = 'kernel.unprivileged_bpf_disabled')`,
};
