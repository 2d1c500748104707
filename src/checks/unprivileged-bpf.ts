import type { CheckDefinition } from '../model/check.ts';

/**
 * Documentation/admin-guide/sysctl/kernel.rst: 0 lets everybody in; 1 keeps them out until the next boot, 2 until
 * root says otherwise.
 */
export const UNPRIVILEGED_BPF: CheckDefinition = {
  id: 'check-unprivileged-bpf',
  name: 'Unprivileged BPF',
  severity: 'error',
  description: 'Users without privileges may not load programs',
  rationale:
    'Flaws of the verifier (CVE-2021-3490, CVE-2022-23222) gave any user the kernel, because any user could hand it a program. Nearly no software needs that door.',
  remedy:
    'Set kernel.unprivileged_bpf_disabled = 1 in /etc/sysctl.d and load it with sysctl --system. 2 is as good while nobody with root changes it.',
  references: [
    'https://docs.kernel.org/admin-guide/sysctl/kernel.html (unprivileged_bpf_disabled)',
    'DISA STIG RHEL-09-213075 (V-257810), which wants 1',
    'MITRE ATT&CK T1068',
    'NIST SP 800-53 CM-6, SI-16 (bpfwitness mapping)',
  ],
  needs: ['settings'],
  discovery: "SELECT 1 FROM setting WHERE name = 'kernel.unprivileged_bpf_disabled'",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'lets users without privileges load programs' END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'kernel.unprivileged_bpf_disabled' AND (value IS NULL OR value = '0')`,
};
