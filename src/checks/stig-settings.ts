import type { CheckDefinition } from '../model/check.ts';

interface WantedSetting {
  readonly id: string;
  readonly title: string;
  readonly setting: string;
  readonly value: number;
  /** Rule of the DISA STIG for RHEL 9. */
  readonly rule: string;
}

/** The running value of a setting and the one that files persist are both to be what the STIG says. */
function stigCheck({ id, title, setting, value, rule }: WantedSetting): CheckDefinition {
  return {
    id,
    name: `STIG: ${title}`,
    severity: 'warning',
    description: `${setting} is ${value}, now and after the next boot`,
    rationale:
      'The STIG wants this value for every host, whatever is installed on it; any other is a finding (CAT II).',
    remedy: `Write ${setting} = ${value} to a file in /etc/sysctl.d and load it with sysctl --system; remove lines in other files that set it otherwise.`,
    references: [`DISA STIG ${rule}, CCI-000366`, 'NIST SP 800-53 CM-6 b'],
    needs: ['settings', 'sysctl-files'],
    discovery: `SELECT 1 FROM setting WHERE name = '${setting}'`,
    sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       '${setting}' AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is ' || value || ', not ${value}' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = '${setting}' AND value IS NOT '${value}'
UNION ALL
SELECT 'setting', NULL, '${setting}', 'is set to ' || value || ' by ' || file || ':' || line || ', not ${value}', 0, value
FROM persisted_setting
WHERE name = '${setting}' AND value <> '${value}'
UNION ALL
SELECT 'setting', NULL, '${setting}', 'is set by no file of sysctl.d', 0, NULL
WHERE EXISTS (SELECT 1 FROM section WHERE name = 'sysctl-files')
  AND NOT EXISTS (SELECT 1 FROM persisted_setting WHERE name = '${setting}')`,
  };
}

export const STIG_UNPRIVILEGED_BPF = stigCheck({
  id: 'stig-unprivileged-bpf',
  title: 'Unprivileged BPF',
  setting: 'kernel.unprivileged_bpf_disabled',
  value: 1,
  rule: 'RHEL-09-213075 (V-257810)',
});

export const STIG_JIT_HARDEN = stigCheck({
  id: 'stig-jit-harden',
  title: 'JIT Hardening',
  setting: 'net.core.bpf_jit_harden',
  value: 2,
  rule: 'RHEL-09-251045',
});
