import type { CheckDefinition } from '../model/check.ts';

/**
 * Documentation/admin-guide/sysctl/net.rst: 1 hardens programs of unprivileged users, 2 all. What is wanted at
 * least is a parameter.
 */
export const JIT_HARDEN: CheckDefinition = {
  id: 'check-jit-harden',
  name: 'JIT Hardening',
  severity: 'warning',
  description: 'Constants in compiled programs are blinded',
  rationale:
    'A program chooses the constants in its compiled code. Without blinding, they can be laid out as instructions that an exploit jumps into.',
  remedy:
    'Set net.core.bpf_jit_harden = 2 in /etc/sysctl.d (with 1, programs of root are left out). It costs some speed in each program and hides their addresses in /proc/kallsyms.',
  references: [
    'https://docs.kernel.org/admin-guide/sysctl/net.html (bpf_jit_harden)',
    'DISA STIG RHEL-09-251045, which wants 2',
    'NIST SP 800-53 SI-16 (bpfwitness mapping)',
  ],
  needs: ['settings'],
  discovery:
    "SELECT 1 FROM setting AS harden WHERE harden.name = 'net.core.bpf_jit_harden' AND NOT EXISTS (SELECT 1 FROM setting WHERE name = 'net.core.bpf_jit_enable' AND value = '0')",
  sql: `
SELECT 'setting' AS object_kind,
       NULL AS object_id,
       name AS object_name,
       CASE WHEN value IS NULL THEN 'could not be read' ELSE 'is ' || value || ', below ' || (SELECT value FROM parameter WHERE name = 'jit_harden_least') END AS message,
       value IS NULL AS undecided,
       value
FROM setting
WHERE name = 'net.core.bpf_jit_harden' AND (value IS NULL OR CAST(value AS INTEGER) < (SELECT value FROM parameter WHERE name = 'jit_harden_least'))`,
};
